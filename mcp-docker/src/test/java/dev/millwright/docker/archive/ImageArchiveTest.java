package dev.millwright.docker.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.docker.archive.TestImage.Packing;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageArchiveTest {
    private static TestImage image() {
        return new TestImage()
                .step("/bin/sh -c #(nop)  ENV A=b")
                .layer(
                        "/bin/sh -c #(nop) COPY dir:5f in /app ",
                        new TestLayer()
                                .dir("app")
                                .file("app/unread", 70_000)
                                .mode(04755)
                                .owner(70_000)
                                .file("app/run", "#!/bin/sh"))
                .layer("RUN /bin/sh -c rm -r /app # buildkit", new TestLayer().whiteout("app"))
                .step("CMD [\"sh\"]")
                .layer("|1 A=b /bin/sh -c echo hi > /hi", new TestLayer().file("hi", "hi\n"));
    }

    @Test
    void readsWhatEnginesBefore25Save() throws IOException {
        Read read = Read.of(image().saved("shop:1", "shop:2"));
        ArchivedImage image = read.images.getFirst();
        assertThat(read.images).hasSize(1);
        assertThat(image.tags()).containsExactly("shop:1", "shop:2");
        assertThat(image.os()).isEqualTo("linux");
        assertThat(image.architecture()).isEqualTo("amd64");
        assertThat(image.id()).matches("sha256:[0-9a-f]{64}");
        assertThat(read.paths())
                .containsExactly(List.of("app", "app/unread", "app/run"), List.of("app"), List.of("hi"));
        assertThat(read.texts.get(image.layers().get(2).key())).containsEntry("hi", "hi\n");
        assertThat(image.history()).hasSize(5);
    }

    @ParameterizedTest
    @EnumSource(Packing.class)
    void readsLayoutsPackedInAnyWayAndLeavesAttestationsOut(Packing packing) throws IOException {
        for (boolean docker : List.of(true, false)) {
            Read read = Read.of(image().layout(packing, docker, "shop:1"));
            assertThat(read.images).hasSize(1);
            assertThat(read.images.getFirst().tags()).containsExactly("shop:1");
            assertThat(read.paths())
                    .containsExactly(List.of("app", "app/unread", "app/run"), List.of("app"), List.of("hi"));
        }
    }

    @ParameterizedTest
    @EnumSource(Packing.class)
    void readsAnArchiveThatIsPackedItself(Packing packing) throws IOException {
        assertThat(Read.of(TestImage.packed(image().saved("shop:1"), packing)).paths())
                .hasSize(3);
    }

    @Test
    void tellsWhatEntriesAre() throws IOException {
        Read read = Read.of(image().saved("shop:1"));
        assertThat(read.entries(read.images.getFirst().layers().get(0)))
                .contains(new LayerEntry("app/run", EntryType.FILE, 9, 04755, 70_000, 0, ""));
        assertThat(read.entries(read.images.getFirst().layers().get(1)))
                .extracting(LayerEntry::type)
                .containsExactly(EntryType.WHITEOUT);
    }

    @Test
    void matchesLayersWithTheStepsThatMadeThem() throws IOException {
        assertThat(Read.of(image().saved("a:1")).images.getFirst().layers())
                .extracting(each -> each.step().orElseThrow().instruction())
                .containsExactly("COPY dir:5f in /app", "RUN rm -r /app", "RUN echo hi > /hi");
        assertThat(Read.of(image().withoutHistory().saved("a:1"))
                        .images
                        .getFirst()
                        .layers())
                .extracting(ArchivedLayer::step)
                .containsOnly(Optional.empty());
    }

    @Test
    void givesALayerThatStandsTwiceOnceToVisitorsAndTwiceToTheImage() throws IOException {
        TestImage twice = new TestImage()
                .layer("RUN a", new TestLayer().file("a", "a"))
                .layer("RUN b", new TestLayer().file("b", "b"))
                .layer("RUN a", new TestLayer().file("a", "a"));
        for (byte[] archive : List.of(twice.saved("a:1"), twice.layout(Packing.GZIP, true, "a:1"))) {
            Read read = Read.of(archive);
            List<ArchivedLayer> layers = read.images.getFirst().layers();
            assertThat(layers).hasSize(3);
            assertThat(layers.get(2).key()).isEqualTo(layers.get(0).key());
            assertThat(read.texts).hasSize(2);
        }
    }

    @Test
    void saysThatAnExportIsNoArchiveOfImages() {
        assertThatThrownBy(
                        () -> Read.of(new TestLayer().file("etc/passwd", "root").tar()))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("manifest.json")
                .hasMessageContaining("docker export");
        assertThatThrownBy(() -> Read.of("PK\3\4".repeat(500).getBytes()))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("neither tar nor");
        assertThatThrownBy(() -> Read.of(new byte[0])).isInstanceOf(ToolException.class);
    }

    @Test
    void readsEmptyLayers() throws IOException {
        Read read = Read.of(new TestImage().layer("RUN true", new TestLayer()).saved("a:1"));
        assertThat(read.paths()).containsExactly(List.of());
    }
}
