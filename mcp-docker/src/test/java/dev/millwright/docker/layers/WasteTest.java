package dev.millwright.docker.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.api.Assertions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class WasteTest {
    private static Waste waste(TestImage image) throws IOException {
        Waste waste = Images.read(image).waste();
        assertThat(waste.lost().stream().mapToLong(Finding::bytes).sum())
                .as("what is lost adds up")
                .isEqualTo(waste.reclaimable());
        assertThat(waste.layers().stream().mapToLong(Waste.LayerBytes::lost).sum())
                .isEqualTo(waste.reclaimable());
        return waste;
    }

    @Test
    void findsNothingWhereNothingIsWasted() throws IOException {
        Waste waste = waste(new TestImage().layer("COPY . /app # buildkit", new TestLayer().file("app/a", 100)));
        assertThat(waste.lost()).isEmpty();
        assertThat(waste.avoidable()).isEmpty();
        assertThat(waste.efficiency()).isEqualTo(1);
        assertThat(waste.wastedShare()).isZero();
    }

    @Test
    void findsWhatALaterLayerDeletes() throws IOException {
        Waste waste = waste(new TestImage()
                .layer("RUN /bin/sh -c curl -o /tmp/sdk.tgz # buildkit", new TestLayer().file("tmp/sdk.tgz", 5_000))
                .layer("RUN /bin/sh -c rm /tmp/sdk.tgz # buildkit", new TestLayer().whiteout("tmp/sdk.tgz")));
        assertThat(waste.carried()).isEqualTo(5_000);
        assertThat(waste.live()).isZero();
        assertThat(waste.lost())
                .containsExactly(new Finding(
                        Cause.DELETED_LATER,
                        5_000,
                        1,
                        0,
                        OptionalInt.of(1),
                        List.of("/tmp/sdk.tgz"),
                        "remove it in the RUN of layer 0 that makes it: join it and the RUN of layer 1 with &&",
                        0));
    }

    @Test
    void namesTheCacheThatALaterLayerClears() throws IOException {
        Waste waste = waste(new TestImage()
                .layer(
                        "RUN apt-get update",
                        new TestLayer().file("var/lib/apt/lists/deb_main", 700).file("a", 1))
                .layer("RUN rm -rf /var/lib/apt/lists/*", new TestLayer().whiteout("var/lib/apt/lists/deb_main")));
        assertThat(waste.lost()).hasSize(1);
        assertThat(waste.lost().getFirst().fix()).contains("--mount=type=cache,target=/var/lib/apt/lists");
    }

    @Test
    void clearsACacheThatEveryRunWritesAnew() throws IOException {
        Waste waste = waste(new TestImage()
                .layer("ADD base.tar /", new TestLayer().file("var/cache/apt/pkgcache.bin", 300))
                .layer("RUN apt-get install a", new TestLayer().file("var/cache/apt/pkgcache.bin", 400))
                .layer("RUN apt-get install b", new TestLayer().file("var/cache/apt/pkgcache.bin", 500)));
        assertThat(waste.lost())
                .extracting(Finding::cause, Finding::fix)
                .containsExactly(
                        Tuple.tuple(
                                Cause.CHANGED,
                                "end the RUN of layer 1 with rm -rf /var/cache/apt/*, or give it"
                                        + " --mount=type=cache,target=/var/cache/apt"),
                        Tuple.tuple(Cause.CHANGED, "keep /var/cache/apt out of layer 0"));
    }

    @Test
    void tellsARewriteOfTheSameBytesFromAChange() throws IOException {
        byte[] app = "#!/bin/sh\necho app\n".getBytes();
        Waste waste = waste(new TestImage()
                .layer(
                        "COPY app /app # buildkit",
                        new TestLayer()
                                .file("app/run", app)
                                .file("app/own", app)
                                .file("app/conf", "one"))
                .layer("RUN chmod 755 /app/run", new TestLayer().mode(0755).file("app/run", app))
                .layer("RUN chown 1000 /app/own", new TestLayer().owner(1000).file("app/own", app))
                .layer("RUN echo two > /app/conf", new TestLayer().file("app/conf", "two"))
                .layer("RUN touch /app/conf", new TestLayer().file("app/conf", "two")));
        assertThat(waste.lost())
                .extracting(Finding::cause, Finding::bytes, Finding::by, Finding::fix)
                .containsExactlyInAnyOrder(
                        Tuple.tuple(
                                Cause.SAME_CONTENT,
                                19L,
                                OptionalInt.of(1),
                                "COPY --chmod=755 in layer 0, and drop what layer 1 does to it"),
                        Tuple.tuple(
                                Cause.SAME_CONTENT,
                                19L,
                                OptionalInt.of(2),
                                "COPY --chown=1000:0 in layer 0, and drop what layer 2 does to it"),
                        Tuple.tuple(
                                Cause.CHANGED,
                                3L,
                                OptionalInt.of(3),
                                "write it once: make the change of layer 3 in layer 0, or copy the final file"),
                        Tuple.tuple(
                                Cause.SAME_CONTENT,
                                3L,
                                OptionalInt.of(4),
                                "set mode, owner and time in the RUN of layer 3, not in layer 4: the bytes are the same"));
    }

    @Test
    void countsARewrittenFileOnceWhereDiveCountsItTwice() throws IOException {
        TestImage image = new TestImage()
                .layer("COPY a", new TestLayer().file("data", 340))
                .layer("RUN b", new TestLayer().mode(0600).file("data", 340));
        assertThat(waste(image).reclaimable()).isEqualTo(340);
    }

    @Test
    void keepsTheBytesOfAFileThatHasAnotherName() throws IOException {
        Waste waste = waste(new TestImage()
                .layer("RUN a", new TestLayer().file("a", 50).hardLink("b", "a"))
                .layer("RUN rm /a", new TestLayer().whiteout("a")));
        assertThat(waste.reclaimable()).isZero();
        assertThat(waste.live()).isEqualTo(50);
    }

    @Test
    void findsDuplicatesOfTheFinalImageAndChargesTheLaterCopy() throws IOException {
        Waste waste = waste(new TestImage()
                .layer("COPY . /src", new TestLayer().file("src/model.bin", 900).file("src/b", "b"))
                .layer(
                        "RUN cp -r /src /app",
                        new TestLayer().file("app/model.bin", 900).file("app/also.bin", 900)));
        assertThat(waste.lost()).isEmpty();
        assertThat(waste.avoidable()).hasSize(1).first().satisfies(each -> {
            assertThat(each.cause()).isEqualTo(Cause.DUPLICATE);
            assertThat(each.bytes()).isEqualTo(1_800);
            assertThat(each.layer()).isEqualTo(1);
            assertThat(each.sizeAfter()).isEqualTo(901);
        });
        assertThat(waste.duplicates())
                .containsExactly(
                        new Waste.Duplicate(900, 3, List.of("/src/model.bin", "/app/also.bin", "/app/model.bin")));
        assertThat(waste.duplicates().getFirst().wasted()).isEqualTo(1_800);
    }

    @Test
    void namesWhatAnImageThatRunsCanDoWithout() throws IOException {
        Waste waste = waste(new TestImage()
                .layer(
                        "RUN build",
                        new TestLayer()
                                .file("var/cache/apt/archives/a.deb", 10)
                                .file("root/.npm/_cacache/x", 11)
                                .file("home/dev/.cache/pip/y", 12)
                                .file("app/.git/objects/pack/p", 13)
                                .file("app/node_modules/left-pad/test/t.js", 14)
                                .file("usr/share/doc/bash/copyright", 15)
                                .file("usr/bin/x86_64-linux-gnu-gcc-12", 16)
                                .file("usr/include/stdio.h", 17)
                                .file("usr/lib/x86_64-linux-gnu/libc.a", 18)
                                .file("app/test/fixture", 19)
                                .file("app/gcc", 20)
                                .file("usr/bin/vim", 21)));
        assertThat(waste.avoidable())
                .extracting(Finding::cause, Finding::bytes)
                .containsExactlyInAnyOrder(
                        Tuple.tuple(Cause.PACKAGE_CACHE, 10L),
                        Tuple.tuple(Cause.PACKAGE_CACHE, 11L),
                        Tuple.tuple(Cause.PACKAGE_CACHE, 12L),
                        Tuple.tuple(Cause.VERSION_CONTROL, 13L),
                        Tuple.tuple(Cause.TESTS, 14L),
                        Tuple.tuple(Cause.DOCUMENTATION, 15L),
                        Tuple.tuple(Cause.BUILD_TOOLS, 51L));
        assertThat(waste.avoidableBytes()).isEqualTo(126);
    }

    @Test
    void measuresTheShareAboveTheFirstLayer() throws IOException {
        Waste waste = waste(new TestImage()
                .layer("ADD base", new TestLayer().file("base", 1_000))
                .layer("RUN a", new TestLayer().file("a", 300))
                .layer("RUN b", new TestLayer().file("a", 100)));
        assertThat(waste.efficiency()).isEqualTo(1_100.0 / 1_400);
        assertThat(waste.wastedShare()).isEqualTo(300.0 / 400);
        assertThat(waste.layers())
                .containsExactly(
                        new Waste.LayerBytes(0, 1_000, 1, 0),
                        new Waste.LayerBytes(1, 300, 1, 300),
                        new Waste.LayerBytes(2, 100, 1, 0));
    }

    @Test
    void givesTheLargestExamples() throws IOException {
        TestLayer many = new TestLayer();
        TestLayer gone = new TestLayer().whiteout("d");
        for (int i = 0; i < 40; i++) {
            many.file("d/" + i, 100 + i);
        }
        Waste waste = waste(new TestImage().layer("RUN a", many).layer("RUN b", gone));
        Assertions.assertThat(waste.lost().getFirst().examples()).containsExactly("/d/39", "/d/38", "/d/37");
        assertThat(waste.lost().getFirst().files()).isEqualTo(40);
    }
}
