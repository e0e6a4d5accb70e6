package dev.millwright.docker.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeltaTest {
    private static SizedImage.Step step(String instruction, long bytes) {
        return new SizedImage.Step(instruction, bytes, "");
    }

    @Test
    void alignsStepsAndTellsWhichInstructionGrew() {
        List<StepDelta> deltas = StepDelta.between(
                List.of(step("ADD base", 100), step("RUN apt", 50), step("COPY dir:0123456789abcdef in /app", 10)),
                List.of(
                        step("ADD base", 100),
                        step("RUN apt", 90),
                        step("RUN extra", 7),
                        step("COPY dir:fedcba9876543210 in /app", 12)));
        assertThat(deltas)
                .containsExactly(
                        new StepDelta("RUN apt", OptionalLong.of(50), OptionalLong.of(90), 40),
                        new StepDelta("RUN extra", OptionalLong.empty(), OptionalLong.of(7), 7),
                        new StepDelta(
                                "COPY dir:fedcba9876543210 in /app", OptionalLong.of(10), OptionalLong.of(12), 2));
    }

    @Test
    void tellsStepsThatAreGoneAndNothingOfEqualImages() {
        assertThat(StepDelta.between(List.of(step("RUN a", 5), step("RUN b", 6)), List.of(step("RUN b", 6))))
                .containsExactly(new StepDelta("RUN a", OptionalLong.of(5), OptionalLong.empty(), -5));
        assertThat(StepDelta.between(List.of(step("RUN a", 5)), List.of(step("RUN a", 5))))
                .isEmpty();
    }

    @Test
    void namesTheFolderThatExplainsADifferenceAndNotEachAboveIt() {
        Map<String, Long> before = Map.of("usr/lib/a/x", 10L, "usr/lib/b/y", 1_000L, "etc/c", 5L);
        Map<String, Long> after = Map.of("usr/lib/a/x", 900L, "usr/lib/b/y", 400L, "etc/c", 5L, "opt/new/z", 300L);
        assertThat(Delta.ofFolders(before, after))
                .containsExactly(
                        new Delta("/usr/lib/a", 10, 900, 890),
                        new Delta("/usr/lib/b", 1_000, 400, -600),
                        new Delta("/opt/new", 0, 300, 300));
    }

    @Test
    void namesAFolderWhoseManyFilesEachGrewALittle() {
        Map<String, Long> before = new java.util.HashMap<>();
        Map<String, Long> after = new java.util.HashMap<>();
        for (int i = 0; i < 50; i++) {
            before.put("srv/p" + i + "/f", 10L);
            after.put("srv/p" + i + "/f", 12L);
        }
        assertThat(Delta.ofFolders(before, after)).containsExactly(new Delta("/srv", 500, 600, 100));
    }

    @Test
    void readsThePackagesOfTheFinalImage() throws IOException {
        String first = """
                Package: libc6
                Status: install ok installed
                Version: 2.36-9
                Installed-Size: 100
                Description: libc
                 Package: no field, a continuation

                Package: gone
                Status: deinstall ok config-files
                Version: 1
                Installed-Size: 7

                """;
        byte[] archive = new TestImage()
                .layer("RUN a", new TestLayer().file("var/lib/dpkg/status", "Package: old\nVersion: 1\n"))
                .layer("RUN b", new TestLayer().file("var/lib/dpkg/status", first))
                .layer(
                        "RUN c",
                        new TestLayer()
                                .file(
                                        "var/lib/dpkg/status.d/base",
                                        "Package: base-files\nVersion: 12\nInstalled-Size: 3")
                                .file("lib/apk/db/installed", "C:Q1\nP:musl\nV:1.2-r0\nI:600\n\nP:zlib\nV:1\nI:5\n"))
                .saved("p:1");
        SizedFiles read = new SizedFiles();
        ArchivedImage image =
                ImageArchive.read(new ByteArrayInputStream(archive), read).getFirst();
        Map<String, PackageSize> packages = read.packages(image);
        assertThat(packages)
                .containsOnly(
                        Map.entry("deb:libc6", new PackageSize("2.36-9", 102_400)),
                        Map.entry("deb:base-files", new PackageSize("12", 3_072)),
                        Map.entry("apk:musl", new PackageSize("1.2-r0", 600)),
                        Map.entry("apk:zlib", new PackageSize("1", 5)));
        Map<String, PackageSize> after = new java.util.TreeMap<>(packages);
        after.put("apk:musl", new PackageSize("1.3-r0", 650));
        after.remove("apk:zlib");
        after.put("deb:curl", new PackageSize("8", 9_000));
        assertThat(Delta.ofPackages(packages, after))
                .containsExactly(
                        new Delta("deb:curl + 8", 0, 9_000, 9_000),
                        new Delta("apk:musl 1.2-r0 -> 1.3-r0", 600, 650, 50),
                        new Delta("apk:zlib - 1", 5, 0, -5));
    }

    private static SizedImage sized(List<String> diffIds, SizedImage.Step... steps) {
        long bytes =
                java.util.Arrays.stream(steps).mapToLong(SizedImage.Step::bytes).sum();
        return SizedImage.of("a", "1", bytes, List.of(steps), diffIds);
    }

    @Test
    void countsSharedLayersFromTheLowestOn() {
        SizedImage one =
                sized(List.of("x", "y", "z"), step("RUN A", 10), step("ENV E", 0), step("RUN B", 12), step("C", 8));
        SizedImage other =
                sized(List.of("x", "y", "w"), step("RUN A", 10), step("ENV E", 0), step("RUN B", 12), step("C", 38));
        assertThat(one.sharedLayers(other)).isEqualTo(2);
        assertThat(one.pullCost(other)).isEqualTo(8);
        assertThat(other.pullCost(one)).isEqualTo(38);
        assertThat(one.pullCost(one)).isZero();
    }

    /** {@code RUN rm} makes a layer without bytes, ENV none: two layers of the same size and instruction are no more shared. */
    @Test
    void takesNoStepForSharedWhoseLayerIsNot() {
        SizedImage one = sized(List.of("x", "y", "z"), step("RUN A", 10), step("RUN rm", 0), step("COPY C", 8));
        SizedImage other = sized(List.of("x", "y", "w"), step("RUN A", 10), step("RUN rm", 0), step("COPY C", 8));
        assertThat(other.pullCost(one)).isEqualTo(8);
        SizedImage open = sized(List.of("x", "y"), step("RUN true", 0), step("RUN rm", 0), step("COPY C", 8));
        assertThat(open.pullCost(sized(List.of("x"), step("RUN true", 0)))).isEqualTo(8);
    }

    @Test
    void sharesNoLayersOfWhichNoDigestIsKnown() {
        SizedImage image = sized(List.of("", ""), step("RUN A", 10), step("RUN B", 5));
        assertThat(image.sharedLayers(image)).isZero();
    }
}
