package dev.millwright.docker.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestImage.Packing;
import dev.millwright.docker.archive.TestLayer;
import dev.millwright.docker.layers.Breakdown.By;
import dev.millwright.docker.layers.Breakdown.Row;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BreakdownTest {
    private static final String DPKG = "var/lib/dpkg/info/";

    private static TestImage image() {
        return new TestImage()
                .layer(
                        "RUN apt-get install curl",
                        new TestLayer()
                                .file("usr/bin/curl", 1_000)
                                .file("usr/lib/x86_64-linux-gnu/libcurl.so.4", 3_000)
                                .file("var/cache/apt/archives/curl.deb", 700)
                                .file(DPKG + "curl.list", "/.\n/usr\n/usr/bin\n/usr/bin/curl\n")
                                .file(DPKG + "libcurl4:amd64.list", "/lib/x86_64-linux-gnu/libcurl.so.4\n"))
                .layer(
                        "COPY . /app",
                        new TestLayer()
                                .file("app/node_modules/left-pad/index.js", 50)
                                .file("app/node_modules/@types/node/index.d.ts", 60)
                                .file("app/node_modules/a/node_modules/b/c.js", 70)
                                .file("app/node_modules/.bin/tool", 80)
                                .file("app/main.js", 90))
                .layer(
                        "RUN pip install",
                        new TestLayer()
                                .file("usr/lib/python3/site-packages/yaml/__init__.py", 110)
                                .file("usr/lib/python3/site-packages/six.py", 120)
                                .file("usr/local/bin/pyyaml", 130)
                                .file(
                                        "usr/lib/python3/site-packages/PyYAML-6.0.dist-info/RECORD",
                                        "yaml/__init__.py,sha256=x,110\n../../../local/bin/pyyaml,,\n"))
                .layer(
                        "RUN apt-get purge curl",
                        new TestLayer().whiteout("usr/bin/curl").file("app/main.js", 95));
    }

    private static List<Row> rows(By by, byte[] archive) throws IOException {
        HashedLayers layers = new HashedLayers(true, by == By.PACKAGE);
        var image = ImageArchive.read(new ByteArrayInputStream(archive), layers).getFirst();
        Breakdown breakdown = new Breakdown(by, image, layers);
        Waste waste = Waste.of(image, layers, breakdown);
        List<Row> rows = breakdown.rows();
        assertThat(rows.stream().mapToLong(Row::bytes).sum()).isEqualTo(waste.carried());
        assertThat(rows.stream().mapToLong(Row::wasted).sum()).isEqualTo(waste.reclaimable());
        assertThat(rows.stream().mapToLong(Row::avoidable).sum()).isEqualTo(waste.avoidableBytes());
        return rows;
    }

    private static List<Row> rows(By by) throws IOException {
        return rows(by, image().saved("test:1"));
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameOfEveryKindOfArchive(By by) throws IOException {
        List<Row> saved = rows(by);
        assertThat(rows(by, image().layout(Packing.PLAIN, true, "test:1"))).isEqualTo(saved);
        assertThat(rows(by, image().layout(Packing.GZIP, false, "test:1"))).isEqualTo(saved);
        assertThat(rows(by, image().layout(Packing.ZSTD, false, "test:1"))).isEqualTo(saved);
    }

    @Test
    void namesThePackageThatBroughtAFile() throws IOException {
        assertThat(rows(By.PACKAGE))
                .contains(
                        new Row("deb:curl", 1_000, 1_000, 0),
                        new Row("deb:libcurl4", 3_000, 0, 0),
                        new Row("npm:left-pad", 50, 0, 0),
                        new Row("npm:@types/node", 60, 0, 0),
                        new Row("npm:b", 70, 0, 0),
                        new Row("pypi:six", 120, 0, 0))
                .first()
                .isEqualTo(new Row("deb:curl", 1_000, 1_000, 0));
        assertThat(rows(By.PACKAGE)).anySatisfy(each -> {
            assertThat(each.key()).isEqualTo("pypi:pyyaml");
            assertThat(each.bytes()).isGreaterThanOrEqualTo(110 + 130);
        });
    }

    @Test
    void namesPackagesOfAlpineAndOfDistroless() throws IOException {
        byte[] archive = new TestImage()
                .layer(
                        "RUN apk add",
                        new TestLayer()
                                .file("usr/bin/jq", 500)
                                .file("etc/jq.conf", 20)
                                .file(
                                        "lib/apk/db/installed",
                                        "C:Q1\nP:jq\nV:1.7\nF:usr/bin\nR:jq\na:0:0:755\nF:etc\nR:jq.conf\n\n")
                                .file("usr/share/zoneinfo/UTC", 30)
                                .file(
                                        "var/lib/dpkg/status.d/tzdata.md5sums",
                                        "0123456789abcdef0123456789abcdef  usr/share/zoneinfo/UTC\n"))
                .saved("test:1");
        assertThat(rows(By.PACKAGE, archive)).contains(new Row("apk:jq", 520, 0, 0), new Row("deb:tzdata", 30, 0, 0));
    }

    @Test
    void tellsEachCauseAndWhatHasNone() throws IOException {
        List<Row> rows = rows(By.CAUSE);
        assertThat(rows).extracting(Row::key).containsExactly("deleted-later", "changed", "package-cache", "(none)");
        assertThat(rows).startsWith(new Row("deleted-later", 1_000, 1_000, 0), new Row("changed", 90, 90, 0));
        assertThat(rows.get(2)).isEqualTo(new Row("package-cache", 700, 0, 700));
    }

    @Test
    void addsUpLayersAndInstructions() throws IOException {
        assertThat(rows(By.INSTRUCTION))
                .contains(new Row("COPY . /app", 350, 90, 0))
                .first()
                .extracting(Row::key, Row::wasted)
                .containsExactly("RUN apt-get install curl", 1_000L);
        assertThat(rows(By.LAYER).get(1).key()).matches("1 sha256:[0-9a-f]{12}");
        assertThat(rows(By.LAYER).get(1).wasted()).isEqualTo(90);
    }

    @Test
    void namesTheDirectoriesThatExplainMost() throws IOException {
        byte[] archive = new TestImage()
                .layer(
                        "COPY . /",
                        new TestLayer()
                                .file("srv/data/big/a", 5_000)
                                .file("srv/data/b", 10)
                                .file("srv/c", 3_000)
                                .file("etc/d", 5))
                .layer("RUN rm", new TestLayer().whiteout("srv/data/b"))
                .saved("test:1");
        assertThat(rows(By.DIRECTORY, archive))
                .containsExactly(
                        new Row("/srv/data (other)", 10, 10, 0),
                        new Row("/srv/data/big", 5_000, 0, 0),
                        new Row("/srv (other)", 3_000, 0, 0),
                        new Row("/ (other)", 5, 0, 0));
    }
}
