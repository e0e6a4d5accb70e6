package dev.millwright.docker.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTarTest {
    private static final String LONG = "d/".repeat(120) + "file";
    private static final String ODD = "größe/日本.txt";

    @Test
    void readsLongAndForeignNamesOfPaxAndGnu() throws IOException {
        for (TestLayer layer : List.of(new TestLayer(), new TestLayer().gnu())) {
            byte[] tar = layer.file(LONG, "1")
                    .file(ODD, "22")
                    .link("to", LONG)
                    .hardLink("too", ODD)
                    .tar();
            assertThat(Read.layer(tar))
                    .containsExactly(
                            new LayerEntry(LONG, EntryType.FILE, 1, 0644, 0, 0, ""),
                            new LayerEntry(ODD, EntryType.FILE, 2, 0644, 0, 0, ""),
                            new LayerEntry("to", EntryType.SYMLINK, 0, 0644, 0, 0, LONG),
                            new LayerEntry("too", EntryType.HARD_LINK, 0, 0644, 0, 0, ODD));
        }
    }

    @Test
    void readsLargeNumbersOfPaxAndGnu() throws IOException {
        for (TestLayer layer : List.of(new TestLayer(), new TestLayer().gnu())) {
            assertThat(Read.layer(layer.owner(2_000_000_000).file("a", "").tar()))
                    .extracting(LayerEntry::uid)
                    .containsExactly(2_000_000_000L);
        }
    }

    @Test
    void bringsPathsIntoOneForm() throws IOException {
        byte[] tar = new TestLayer()
                .dir("./")
                .file("./a", "")
                .file("b//c/./d", "")
                .file("b/../e", "")
                .dir("f/")
                .file(".hidden", "")
                .file("..two", "")
                .tar();
        assertThat(Read.layer(tar))
                .extracting(LayerEntry::path)
                .containsExactly("", "a", "b/c/d", "e", "f", ".hidden", "..two");
    }

    @Test
    void takesAbsolutePathsAsOfTheImage() throws IOException {
        byte[] tar = RawTar.entry("/etc/passwd", '0', "x".getBytes());
        assertThat(Read.layer(tar)).extracting(LayerEntry::path).containsExactly("etc/passwd");
    }

    @Test
    void tellsWhiteoutsFromFiles() throws IOException {
        byte[] tar = new TestLayer()
                .whiteout("a/b")
                .opaque("c")
                .opaque("")
                .file(".wh..wh.plnk/1", "note of AUFS")
                .file(".wh..wh.aufs", "note of AUFS")
                .file("x/.wh.", "removes nothing")
                .file("a.wh.b", "")
                .tar();
        assertThat(Read.layer(tar))
                .extracting(LayerEntry::type, LayerEntry::path)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(EntryType.WHITEOUT, "a/b"),
                        org.assertj.core.groups.Tuple.tuple(EntryType.OPAQUE, "c"),
                        org.assertj.core.groups.Tuple.tuple(EntryType.OPAQUE, ""),
                        org.assertj.core.groups.Tuple.tuple(EntryType.FILE, "a.wh.b"));
    }

    @Test
    void readsWhatIsNoFile() throws IOException {
        assertThat(Read.layer(new TestLayer().fifo("pipe").tar()))
                .containsExactly(new LayerEntry("pipe", EntryType.OTHER, 0, 0644, 0, 0, ""));
    }

    @Test
    void takesAnEndWithoutZerosForAnEnd() throws IOException {
        byte[] tar = RawTar.entry("a", '0', new byte[3]);
        assertThat(Read.layer(tar)).hasSize(1);
    }

    @Test
    void keepsNamesApartThatAreNoUtf8() throws IOException {
        byte[] one = RawTar.entry("caf\u00e9", '0', new byte[0]); // Latin-1, one byte each
        byte[] other = RawTar.entry("caf\u00e8", '0', new byte[0]);
        byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        assertThat(Read.layer(both)).extracting(LayerEntry::path).doesNotHaveDuplicates();
    }

    @Test
    void givesOfSparseFilesTheBytesStored() throws IOException {
        String records = record("GNU.sparse.major", "1")
                + record("GNU.sparse.name", "disk.img")
                + record("GNU.sparse.realsize", "1000000");
        byte[] header = RawTar.entry("PaxHeaders/x", 'x', records.getBytes());
        byte[] file = RawTar.entry("GNUSparseFile.1/disk.img", '0', new byte[600]);
        byte[] both = java.util.Arrays.copyOf(header, header.length + file.length);
        System.arraycopy(file, 0, both, header.length, file.length);
        assertThat(Read.layer(both)).containsExactly(new LayerEntry("disk.img", EntryType.FILE, 600, 0644, 0, 0, ""));
    }

    private static String record(String key, String value) {
        int length = key.length() + value.length() + 5;
        return length + " " + key + "=" + value + "\n";
    }
}
