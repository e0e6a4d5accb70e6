package dev.millwright.docker.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.docker.archive.TestImage.Packing;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an archive holds: an answer, or a refusal that says why, and never more memory or time than the limits allow. */
class HostileArchiveTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(1_000, 100_000, 10_000_000);

    private static AbstractThrowableAssert<?, ?> assertRefused(byte[] layer) {
        return assertThatThrownBy(() -> Read.layer(layer)).isInstanceOf(ToolException.class);
    }

    private static byte[] twisted(Consumer<byte[]> twist) {
        return RawTar.entry("a", '0', new byte[0], twist);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "a/../../b", "/..", "..", "a/b/../../../c"})
    void refusesPathsThatLeadOut(String path) {
        assertRefused(RawTar.entry(path, '0', new byte[0])).hasMessageContaining("leads out of the image");
        assertRefused(RawTar.entry("ok", '1', new byte[0], header -> RawTar.put(header, 157, path)))
                .hasMessageContaining("leads out of the image");
    }

    @Test
    void refusesWhiteoutsThatLeadOut() {
        assertRefused(RawTar.entry("a/.wh...", '0', new byte[0])).hasMessageContaining("removes a folder above");
        assertRefused(RawTar.entry("a/.wh..", '0', new byte[0])).hasMessageContaining("removes a folder above");
    }

    @Test
    void keepsLinksThatLeadOutAndFollowsThemNowhere() throws IOException {
        LiveTree tree = LiveTree.of(List.of(Read.layer(new TestLayer()
                .link("out", "../../../etc")
                .link("loop", "loop")
                .file("etc/passwd", "ours")
                .file("out/shadow", "behind the link")
                .file("loop/x", "behind the loop")
                .tar())));
        assertThat(tree.resolve("out/passwd"))
                .hasValueSatisfying(each -> assertThat(each.path()).isEqualTo("etc/passwd"));
        assertThat(tree.find("etc/shadow")).isPresent();
        assertThat(tree.find("loop/x")).isPresent();
        assertThat(tree.resolve("../../etc/passwd")).isPresent();
    }

    @Test
    void refusesNumbersThatAreNone() {
        assertRefused(twisted(header -> RawTar.put(header, 124, "99999999999\0")))
                .hasMessageContaining("number");
        assertRefused(twisted(header -> RawTar.put(header, 124, "-0000000001\0")))
                .hasMessageContaining("number");
        assertRefused(twisted(header -> Arrays.fill(header, 124, 136, (byte) 0xff)))
                .hasMessageContaining("an entry of -1 bytes");
        assertRefused(twisted(header -> {
                    Arrays.fill(header, 124, 136, (byte) 0x7f);
                    header[124] = (byte) 0x80;
                }))
                .hasMessageContaining("63 bits");
    }

    @Test
    void refusesSizesThatThereIsNoContentFor() {
        byte[] header = twisted(each -> RawTar.put(each, 124, "77777777777\0"));
        assertRefused(header).hasMessageContaining("cut off");
        byte[] large = twisted(each -> {
            Arrays.fill(each, 124, 136, (byte) 0);
            each[124] = (byte) 0x80;
            each[129] = 0x7f; // 2^54 and more
        });
        assertRefused(large).hasMessageContaining("cut off");
    }

    @Test
    void takesNoContentForLinksAndFoldersWhateverTheirSizeSays() throws IOException {
        byte[] link = RawTar.entry("a", '2', new byte[0], each -> RawTar.put(each, 124, "00000001000\0"));
        byte[] after = RawTar.entry("b", '0', new byte[2]);
        byte[] both = Arrays.copyOf(link, link.length + after.length);
        System.arraycopy(after, 0, both, link.length, after.length);
        assertThat(Read.layer(both)).extracting(LayerEntry::path).containsExactly("a", "b");
    }

    @Test
    void refusesDamagedHeadersAndExtendedHeaders() {
        byte[] flipped = RawTar.entry("abc", '0', new byte[0]);
        flipped[1] ^= 1;
        assertRefused(flipped).hasMessageContaining("checksum");
        for (String records :
                List.of("8 path=a\n", "999999 path=a\n", "x", "0 =\n", "7 path\n\n", "-5 a=b\n", "3 \n")) {
            assertRefused(RawTar.entry("x", 'x', records.getBytes())).hasMessageContaining("extended header");
        }
        assertRefused(RawTar.entry("x", 'x', "11 size=-1\n".getBytes())).hasMessageContaining("size");
        assertRefused(RawTar.entry("x", 'L', new byte[2 << 20])).hasMessageContaining("extended header");
        byte[] nul = RawTar.entry("x", 'x', "12 path=a\0b\n".getBytes());
        byte[] both = Arrays.copyOf(nul, nul.length + 512);
        System.arraycopy(RawTar.entry("a", '0', new byte[0]), 0, both, nul.length, 512);
        assertRefused(both).hasMessageContaining("NUL");
    }

    @Test
    void refusesNamesLongerThanAnyFileSystemTakes() {
        assertRefused(new TestLayer().file("d/".repeat(3000) + "x", "").tar()).hasMessageContaining("longer than");
        assertRefused(new TestLayer().link("x", "d/".repeat(3000)).tar()).hasMessageContaining("longer than");
    }

    @Test
    void refusesMoreEntriesNamesAndBytesThanTheLimits() {
        TestLayer many = new TestLayer();
        for (int i = 0; i < 1_001; i++) {
            many.file("f" + i, "");
        }
        TestLayer names = new TestLayer();
        for (int i = 0; i < 100; i++) {
            names.file("d/".repeat(600) + i, "");
        }
        assertLimited(many.tar(), "entries");
        assertLimited(names.tar(), "names");
        assertLimited(new TestLayer().file("big", 10_000_001).tar(), "unpacks to more");
        assertLimited(TestImage.packed(new TestLayer().file("big", 10_000_001).tar(), Packing.GZIP), "unpacks to more");
    }

    private static void assertLimited(byte[] layer, String what) {
        assertThatThrownBy(() -> LayerTar.read("x", new ByteArrayInputStream(layer), SMALL, (key, entry, in) -> {}))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.LIMIT))
                .hasMessageContaining(what);
    }

    @Test
    void endsABombAtItsRatio() {
        // a file of zeros that packs a thousandfold: more than a layer of zeros would
        InputStream bomb = new Bomb();
        assertThatThrownBy(() -> LayerTar.read("x", bomb, ArchiveLimits.DEFAULT, (key, entry, in) -> {}))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("times its size");
    }

    /** A gzip stream of one member after the other, each a megabyte of zeros; the first holds a header of 8 GiB. */
    private static final class Bomb extends InputStream {
        private final byte[] zeros = TestImage.packed(new byte[1 << 20], Packing.GZIP);
        private byte[] now = TestImage.packed(
                RawTar.entry("zeros", '0', new byte[0], each -> RawTar.put(each, 124, "77777777777\0")), Packing.GZIP);
        private int at;

        @Override
        public int read() {
            if (at == now.length) {
                now = zeros;
                at = 0;
            }
            return now[at++] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            into[offset] = (byte) read();
            int more = Math.min(length - 1, now.length - at);
            System.arraycopy(now, at, into, offset + 1, more);
            at += more;
            return more + 1;
        }

        @Override
        public int available() {
            return 1;
        }
    }

    @ParameterizedTest
    @EnumSource(Packing.class)
    void saysOfEveryCutThatItIsOne(Packing packing) {
        byte[] whole = image().layout(packing, true, "a:1");
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        for (int cut = 0; cut < end; cut += 97) {
            byte[] part = Arrays.copyOf(whole, cut);
            assertThatThrownBy(() -> Read.of(part)).as("cut at %d", cut).isInstanceOf(ToolException.class);
        }
    }

    @Test
    void answersOrRefusesWhateverBytesAreChanged() throws IOException {
        byte[] whole = image().layout(Packing.ZSTD, true, "a:1");
        byte[] packed = image().layout(Packing.GZIP, false, "a:1");
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 1_500; i++) {
            byte[] changed = (i % 2 == 0 ? whole : packed).clone();
            for (int flips = 0; flips < 3; flips++) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Read.of(changed);
            } catch (ToolException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 1_499);
    }

    @Test
    void refusesALayerThatIsThereTwiceAndLinksInACircle() {
        byte[] twice = new TestLayer()
                .file("l/layer.tar", new TestLayer().file("a", "").tar())
                .file("l/layer.tar", new TestLayer().file("b", "").tar())
                .tar();
        assertThatThrownBy(() -> Read.of(twice)).hasMessageContaining("twice");
        byte[] circle = new TestLayer()
                .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"a/layer.tar\"]}]")
                .file("c.json", "{}")
                .link("a/layer.tar", "../b/layer.tar")
                .link("b/layer.tar", "../a/layer.tar")
                .tar();
        assertThatThrownBy(() -> Read.of(circle))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("leads to itself");
    }

    @Test
    void refusesManifestsThatNameWhatIsNotThere() {
        byte[] absent = new TestLayer()
                .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"a/layer.tar\"]}]")
                .file("c.json", "{}")
                .tar();
        assertThatThrownBy(() -> Read.of(absent)).hasMessageContaining("does not hold layer a/layer.tar");
        byte[] odd = new TestLayer().file("manifest.json", "{\"a\":[[[1]]]}").tar();
        assertThatThrownBy(() -> Read.of(odd)).isInstanceOf(ToolException.class);
        byte[] deep = new TestLayer().file("manifest.json", "[".repeat(100_000)).tar();
        assertThatThrownBy(() -> Read.of(deep)).isInstanceOf(ToolException.class);
    }

    @Test
    void readsAHundredThousandEntries() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (int i = 0; i < 100_000; i++) {
            tar.writeBytes(RawTar.entry("usr/lib/package-" + i / 100 + "/file-" + i, '0', new byte[0]));
        }
        assertThat(Read.layer(tar.toByteArray())).hasSize(100_000);
    }

    private static TestImage image() {
        return new TestImage()
                .layer("RUN a", new TestLayer().dir("a").file("a/b", "text").link("c", "a/b"))
                .layer("RUN b", new TestLayer().whiteout("c").file("d", 2_000));
    }
}
