package dev.millwright.docker.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveTreeTest {
    private final List<String> losses = new ArrayList<>();

    private LiveTree tree(TestLayer... layers) throws IOException {
        List<List<LayerEntry>> all = new ArrayList<>();
        for (TestLayer each : layers) {
            all.add(Read.layer(each.tar()));
        }
        return LiveTree.of(
                all,
                (lost, layer, by, byLayer) ->
                        losses.add(lost.path() + "@" + layer + " by " + by.path() + "@" + byLayer));
    }

    private static List<String> files(LiveTree tree) {
        return tree.all().stream()
                .filter(each -> each.entry().type() != EntryType.DIRECTORY)
                .map(each -> each.path() + "@" + each.layer())
                .toList();
    }

    @Test
    void showsTheUppermostAndSaysWhichLayerBroughtIt() throws IOException {
        LiveTree tree = tree(new TestLayer().file("a", 1).file("b", 2), new TestLayer().file("b", 3));
        assertThat(files(tree)).containsExactly("a@0", "b@1");
        assertThat(tree.bytes()).isEqualTo(4);
        assertThat(losses).containsExactly("b@0 by b@1");
    }

    @Test
    void removesWhatAWhiteoutNames() throws IOException {
        LiveTree tree = tree(
                new TestLayer().dir("d").file("d/a", 1).file("d/e/b", 2).file("c", 4),
                new TestLayer().whiteout("d"),
                new TestLayer().whiteout("not-there"));
        assertThat(files(tree)).containsExactly("c@0");
        assertThat(losses).containsExactlyInAnyOrder("d/a@0 by d@1", "d/e/b@0 by d@1");
    }

    @Test
    void appliesWhiteoutsToLayersBelowWhereverTheyStand() throws IOException {
        assertThat(files(tree(
                        new TestLayer().file("d/a", 1),
                        new TestLayer().file("d/b", 2).whiteout("d").file("d/c", 3))))
                .containsExactly("d/b@1", "d/c@1");
        assertThat(files(tree(
                        new TestLayer().file("d/a", 1).file("e/a", 1),
                        new TestLayer().file("d/b", 2).opaque("d"))))
                .containsExactly("d/b@1", "e/a@0");
        assertThat(files(tree(
                        new TestLayer().file("a", 1), new TestLayer().opaque("").file("b", 1))))
                .containsExactly("b@1");
    }

    @Test
    void keepsTheBytesOfAFileWithAnotherName() throws IOException {
        LiveTree tree = tree(new TestLayer().file("a", 5).hardLink("b", "a"), new TestLayer().whiteout("a"));
        assertThat(files(tree)).containsExactly("b@0");
        assertThat(tree.bytes()).isEqualTo(5);
        assertThat(tree.find("b"))
                .hasValueSatisfying(each -> assertThat(each.entry().size()).isEqualTo(5));
        assertThat(losses).isEmpty();
    }

    @Test
    void countsAFileWithSeveralNamesOnce() throws IOException {
        LiveTree tree = tree(new TestLayer()
                .file("a", 5)
                .hardLink("b", "a")
                .hardLink("c", "b")
                .hardLink("a", "c"));
        assertThat(files(tree)).containsExactly("a@0", "b@0", "c@0");
        assertThat(tree.bytes()).isEqualTo(5);
    }

    @Test
    void losesAFileWithTheLastOfItsNames() throws IOException {
        tree(
                new TestLayer().file("a", 5).hardLink("b", "a"),
                new TestLayer().file("b", 1),
                new TestLayer().whiteout("a"));
        assertThat(losses).containsExactly("a@0 by a@2");
    }

    @Test
    void keepsANameWhoseFileIsNotThereWithoutBytes() throws IOException {
        LiveTree tree = tree(new TestLayer().hardLink("b", "nowhere"));
        assertThat(tree.bytes()).isZero();
        assertThat(files(tree)).containsExactly("b@0");
    }

    @Test
    void replacesADirectoryWithAFileAndAFileWithADirectory() throws IOException {
        assertThat(files(tree(new TestLayer().file("d/a", 1).file("d/b", 1), new TestLayer().file("d", 2))))
                .containsExactly("d@1");
        assertThat(losses).hasSize(2);
        assertThat(files(tree(new TestLayer().file("d", 1), new TestLayer().file("d/a", 2))))
                .containsExactly("d/a@1");
    }

    @Test
    void joinsDirectories() throws IOException {
        LiveTree tree = tree(
                new TestLayer().dir("d").file("d/a", 1),
                new TestLayer().mode(0700).dir("d"));
        assertThat(files(tree)).containsExactly("d/a@0");
        assertThat(tree.find("d")).hasValueSatisfying(each -> {
            assertThat(each.layer()).isEqualTo(1);
            assertThat(each.entry().mode()).isEqualTo(0700);
        });
    }

    @Test
    void writesThroughTheImagesOwnLinks() throws IOException {
        LiveTree tree = tree(
                new TestLayer()
                        .dir("usr/lib")
                        .file("usr/lib/old", 1)
                        .link("lib", "usr/lib")
                        .link("abs", "/usr/../usr/lib"),
                new TestLayer().file("lib/new", 2).file("abs/newer", 3).whiteout("lib/old"));
        assertThat(files(tree)).containsExactly("abs@0", "lib@0", "usr/lib/new@1", "usr/lib/newer@1");
        assertThat(tree.resolve("lib/newer").map(LiveFile::path)).contains("usr/lib/newer");
    }

    @Test
    void losesTheFirstOfTwoEntriesOfOneLayer() throws IOException {
        LiveTree tree = tree(new TestLayer().file("a", 5).file("a", 7));
        assertThat(tree.bytes()).isEqualTo(7);
        assertThat(losses).containsExactly("a@0 by a@0");
    }
}
