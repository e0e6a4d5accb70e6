package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of an image, built by a real engine. */
class CompareImageSizesTest {
    private static final String REPOSITORY =
            "millwright-test/sizes-" + UUID.randomUUID().toString().substring(0, 8);
    private static final String OLD = REPOSITORY + ":1";
    private static final String NEW = REPOSITORY + ":2";

    @TempDir
    static Path context;

    @TempDir
    Path data;

    @TempDir
    Path root;

    private Docker docker;

    @BeforeAll
    static void build() throws IOException {
        RealEngine.socket();
        Files.createDirectory(context.resolve("app"));
        Files.writeString(context.resolve("app/model"), "m".repeat(20_000));
        build(
                OLD,
                "RUN mkdir -p /var/lib/dpkg && echo 'Package: curl\nVersion: 7\nInstalled-Size: 4' > /var/lib/dpkg/status");
        Files.writeString(context.resolve("app/model"), "m".repeat(90_000));
        build(
                NEW,
                "RUN mkdir -p /var/lib/dpkg && echo 'Package: curl\nVersion: 8\nInstalled-Size: 9' > /var/lib/dpkg/status");
    }

    private static void build(String tag, String packages) throws IOException {
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM %s\nLABEL dev.millwright.test=dk-layers\nRUN head -c 1000 /dev/zero > /shared\nCOPY app /app\n%s\n"
                        .formatted(
                                RealEngine.BASE, packages.replace("\n", "\\n").replace("echo ", "printf ")));
        RealEngine.docker("build", "-q", "--force-rm", "-t", tag, context.toString());
    }

    @AfterAll
    static void remove() {
        RealEngine.docker("rmi", "-f", OLD, NEW);
    }

    @BeforeEach
    void open() {
        docker = new Docker(data, RealEngine.reach("{'roots':['" + root + "']}"));
    }

    @AfterEach
    void close() throws Exception {
        docker.close();
    }

    private JsonNode compare(String more) throws Exception {
        return docker.call("compare_image_sizes", "{'images':['" + OLD + "','" + NEW + "']" + more + "}");
    }

    @Test
    void tellsTheInstructionThatGrewAndTheLayersThatAreShared() throws Exception {
        JsonNode answer = compare("");
        JsonNode other = answer.path("comparisons").path(0);
        assertThat(other.path("delta").asLong()).isEqualTo(70_000);
        assertThat(other.path("instructions")).hasSize(3); // and the two that write the package lists, 42 bytes each
        assertThat(other.path("instructions").path(0).path("instruction").asText())
                .startsWith("COPY ");
        assertThat(other.path("instructions").path(0).path("delta").asLong()).isEqualTo(70_000);
        assertThat(other.path("layers").asInt() - other.path("shared_layers").asInt())
                .isEqualTo(2);
        assertThat(other.path("pull_cost").asLong()).isBetween(90_000L, 90_100L);
        assertThat(answer.path("summary").asText()).contains("70.0 kB larger").contains("COPY");
        assertThat(other.has("files")).isFalse();
    }

    @Test
    void tellsFoldersPackagesAndFilesWhenAsked() throws Exception {
        JsonNode other = compare(",'detail':'files'").path("comparisons").path(0);
        assertThat(other.path("directories").path(0).path("name").asText()).isEqualTo("/app");
        assertThat(other.path("files").path(0).path("name").asText()).isEqualTo("/app/model");
        assertThat(other.path("files").path(0).path("delta").asLong()).isEqualTo(70_000);
        assertThat(other.path("packages").path(0).path("name").asText()).isEqualTo("deb:curl 7 -> 8");
        assertThat(other.path("packages").path(0).path("delta").asLong()).isEqualTo(5 * 1024);
    }

    @Test
    void comparesAnArchiveWithTheEnginesImage() throws Exception {
        RealEngine.docker("save", "-o", root.resolve("old.tar").toString(), OLD);
        JsonNode answer = docker.call(
                "compare_image_sizes", "{'images':['old.tar','" + NEW + "'],'baseline':'old.tar','detail':'files'}");
        assertThat(answer.path("comparisons").path(0).path("delta").asLong()).isEqualTo(70_000);
    }

    /** No engine is asked: the archives differ in a Node, a Python and a Debian package. */
    @Test
    void tellsPackagesByTheirFiles() throws Exception {
        String node = "app/node_modules/left-pad/";
        String python = "usr/lib/python3/site-packages/";
        String debian = "var/lib/dpkg/";
        write(
                "one.tar",
                new TestLayer()
                        .file(node + "package.json", "{\"name\":\"left-pad\",\"version\":\"1.0.0\"}")
                        .file(node + "index.js", 1_000)
                        .file(debian + "status", "Package: jq\nVersion: 1.6\nInstalled-Size: 90\n")
                        .file(debian + "info/jq.list", "/usr/bin/jq\n")
                        .file("usr/bin/jq", 200));
        write(
                "two.tar",
                new TestLayer()
                        .file(node + "package.json", "{\"name\":\"left-pad\",\"version\":\"1.3.0\"}")
                        .file(node + "index.js", 1_500)
                        .file(python + "six.py", 400)
                        .file(python + "six-1.16.0.dist-info/METADATA", "Name: six")
                        .file(debian + "status", "Package: jq\nVersion: 1.7\nInstalled-Size: 90\n")
                        .file(debian + "info/jq.list", "/usr/bin/jq\n")
                        .file("usr/bin/jq", 250));
        JsonNode packages = docker.call("compare_image_sizes", "{'images':['one.tar','two.tar'],'detail':'files'}")
                .path("comparisons")
                .path(0)
                .path("packages");
        assertThat(packages.findValuesAsText("name"))
                .containsExactly("npm:left-pad 1.0.0 -> 1.3.0", "pypi:six + 1.16.0", "deb:jq 1.6 -> 1.7");
        assertThat(packages.findValuesAsText("delta")).containsExactly("500", "409", "50");
    }

    private void write(String name, TestLayer layer) throws IOException {
        Files.write(root.resolve(name), new TestImage().layer("COPY . /", layer).saved(name));
    }

    @Test
    void tellsTenRowsUnlessTheLengthIsGiven() throws Exception {
        TestLayer many = new TestLayer();
        for (int i = 0; i < 60; i++) {
            many.file("d" + i + "/f", 100 + i);
        }
        write("none.tar", new TestLayer());
        write("many.tar", many);
        String arguments = "{'images':['none.tar','many.tar'],'detail':'files'";
        JsonNode usual = docker.call("compare_image_sizes", arguments + "}");
        assertThat(usual.path("comparisons").path(0).path("files")).hasSize(10);
        assertThat(usual.path("more").asText()).isEqualTo("50 more of files; a larger max_output_chars shows them");
        JsonNode all = docker.call("compare_image_sizes", arguments + ",'max_output_chars':20000}");
        assertThat(all.path("comparisons").path(0).path("files")).hasSize(60);
        JsonNode few = docker.call(
                "compare_image_sizes",
                Docker.json(arguments + ",'max_output_chars':2000}"),
                new FakeCall(Tenant.DEFAULT, 500));
        assertThat(few.toString()).hasSizeLessThan(2_200);
        assertThat(few.path("comparisons").path(0).path("files").size()).isGreaterThan(4);
    }

    @Test
    void refusesABaselineThatIsNotCompared() {
        ToolException refused =
                docker.refusal("compare_image_sizes", "{'images':['" + OLD + "','" + NEW + "'],'baseline':'other:1'}");
        assertThat(refused.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT);
        assertThat(refused).hasMessageContaining("/baseline");
        assertThat(docker.refusal("compare_image_sizes", "{'images':['" + OLD + "','" + OLD + "']}"))
                .hasMessageContaining("/images must name two images that differ");
        assertThat(docker.refusal("compare_image_sizes", "{'images':['" + OLD + "']}")
                        .kind())
                .isEqualTo(ToolException.Kind.INVALID_INPUT);
    }
}
