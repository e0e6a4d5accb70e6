package dev.millwright.docker.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The figures worked out by hand from dive's efficiency.go. */
class DiveTest {
    private static Dive dive(TestLayer... layers) throws IOException {
        TestImage image = new TestImage();
        for (TestLayer each : layers) {
            image.layer("RUN x", each);
        }
        return Images.read(image).dive();
    }

    @Test
    void aFileInTwoLayersIsWastedTwice() throws IOException {
        // least 340 + 10, sum 680 + 10
        Dive dive = dive(new TestLayer().file("a", 340).file("b", 10), new TestLayer().file("a", 340));
        assertThat(dive.efficiency()).isEqualTo(350.0 / 690);
        assertThat(dive.wastedBytes()).isEqualTo(680);
        assertThat(dive.userBytes()).isEqualTo(340);
        assertThat(dive.wastedUserPercent()).isEqualTo(2.0);
        assertThat(dive.paths()).containsExactly(new Dive.Wasted("/a", 2, 680));
    }

    @Test
    void aDeletedFileCountsOnceAndADeletedFolderTwice() throws IOException {
        // file: least 0, sum 100 + 0; both layers have /f: wasted 100
        Dive file = dive(new TestLayer().file("f", 100), new TestLayer().whiteout("f"));
        assertThat(file.efficiency()).isEqualTo(0.0);
        assertThat(file.wastedBytes()).isEqualTo(100);
        // folder: /d/x and /d/y count once each, the whiteout of /d counts their sum, under a path of its own
        Dive folder = dive(
                new TestLayer().dir("d").file("d/x", 60).file("d/y", 40).file("e", 100), new TestLayer().whiteout("d"));
        assertThat(folder.efficiency()).isEqualTo((60 + 40 + 100 + 100) / 300.0);
        assertThat(folder.wastedBytes()).isZero();
    }

    @Test
    void aFolderDeletedTwiceIsWasted() throws IOException {
        // /d: 100 in layer 1, 30 in layer 3: least 30, sum 130
        Dive dive = dive(
                new TestLayer().dir("d").file("d/x", 100),
                new TestLayer().whiteout("d"),
                new TestLayer().dir("d").file("d/y", 30),
                new TestLayer().whiteout("d"));
        assertThat(dive.efficiency()).isEqualTo((100 + 30 + 30) / 260.0);
        assertThat(dive.wastedBytes()).isEqualTo(130);
        assertThat(dive.paths()).containsExactly(new Dive.Wasted("/d", 2, 130));
    }

    @Test
    void aFolderThatNoEntryNamesCountsAsNone() throws IOException {
        // without an entry for d, its node has no type, and its whiteout counts 0
        Dive dive = dive(new TestLayer().file("d/x", 100), new TestLayer().whiteout("d"));
        assertThat(dive.efficiency()).isEqualTo(1.0);
    }

    @Test
    void aWhiteoutOfNothingEndsTheLookAtItsLayer() throws IOException {
        // .wh.b stands before c: c of the second layer is not seen; and .wh.b has taken its -1 into the least sizes
        Dive dive = dive(
                new TestLayer().file("c", 100), new TestLayer().whiteout("b").file("c", 100));
        assertThat(dive.efficiency()).isEqualTo(99.0 / 100);
        assertThat(dive.wastedBytes()).isZero();
        // in the reverse order of names nothing is missed: "+c" sorts before ".wh.b"
        Dive before = dive(
                new TestLayer().file("+c", 100), new TestLayer().whiteout("b").file("+c", 100));
        assertThat(before.wastedBytes()).isEqualTo(200);
    }

    @Test
    void opaqueMarkersAreNotSeenAndLinksWeighNothing() throws IOException {
        Dive dive = dive(
                new TestLayer().dir("d").file("d/x", 100),
                new TestLayer().dir("d").opaque("d").link("d/l", "x").hardLink("d/h", "d/x"));
        assertThat(dive.efficiency()).isEqualTo(1.0);
        assertThat(dive.wastedBytes()).isZero();
    }

    @Test
    void anImageWithoutBytesIsEfficient() throws IOException {
        assertThat(dive(new TestLayer().dir("d")).efficiency()).isEqualTo(1.0);
    }

    @Test
    void theFirstLayerLooksForWhatItRemovesInItself() throws IOException {
        // "d" and ".wh.d" in one first layer: 60 once as /d/x, and once as the whiteout of /d
        Dive dive = dive(new TestLayer().dir("d").file("d/x", 60).whiteout("d"));
        assertThat(dive.efficiency()).isEqualTo(1.0);
        assertThat(dive.wastedBytes()).isZero();
        assertThat(dive.userBytes()).isZero();
    }

    @Test
    void aFileOverAFolderKeepsTheFoldersChildrenAsDiveDoes() throws IOException {
        // d becomes a file of 5, so a leaf; then its whiteout finds a file: 0
        Dive dive = dive(
                new TestLayer().dir("d").file("d/x", 60), new TestLayer().file("d", 5), new TestLayer().whiteout("d"));
        // /d/x 60, /d: least 0, sum 5
        assertThat(dive.efficiency()).isEqualTo(60.0 / 65);
        assertThat(dive.wastedBytes()).isEqualTo(5);
    }
}
