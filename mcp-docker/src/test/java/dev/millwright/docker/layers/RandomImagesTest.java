package dev.millwright.docker.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Images of random histories. The oracle never sees an archive: it is a file system of names and inodes on which the same
 * commands run, and it says which bytes are still reachable, and what ended those that are not.
 */
class RandomImagesTest {
    private static final int IMAGES = 200;

    private static final class Inode {
        final byte[] content;
        final int layer;
        int names;

        Inode(byte[] content, int layer) {
            this.content = content;
            this.layer = layer;
        }
    }

    private final Random random = new Random(7);
    private Map<String, Inode> names = new TreeMap<>();
    private Map<Cause, Long> lost = new EnumMap<>(Cause.class);
    private long[] lostOf = new long[0];
    private long carried;
    private int layer;

    /** What the layer being made says of a path, so that it is said once, as a diff does. */
    private Set<String> said = new HashSet<>();

    private final Map<Inode, Cause> ends = new HashMap<>();
    private TestLayer tar = new TestLayer();

    @Test
    void wasteIsExactToTheByte() throws IOException {
        Set<Cause> met = new HashSet<>();
        for (int i = 0; i < IMAGES; i++) {
            TestImage image = image();
            boolean saved = random.nextBoolean();
            TestImage.Packing packing = TestImage.Packing.values()[random.nextInt(3)];
            byte[] archive = saved ? image.saved("random:" + i) : image.layout(packing, false, "random:" + i);
            Waste waste = Images.read(archive).waste();
            long live = new HashSet<>(names.values())
                    .stream().mapToLong(each -> each.content.length).sum();
            assertThat(waste.carried()).as("carried by image %d", i).isEqualTo(carried);
            assertThat(waste.live()).as("live in image %d", i).isEqualTo(live);
            assertThat(causes(waste)).as("causes in image %d", i).isEqualTo(nonZero(lost));
            for (Waste.LayerBytes each : waste.layers()) {
                assertThat(each.lost())
                        .as("lost of layer %d of image %d", each.index(), i)
                        .isEqualTo(lostOf[each.index()]);
            }
            assertThat(duplicateBytes(waste)).as("duplicates of image %d", i).isEqualTo(duplicateBytes());
            met.addAll(causes(waste).keySet());
        }
        assertThat(met).contains(Cause.DELETED_LATER, Cause.SAME_CONTENT, Cause.CHANGED);
    }

    private TestImage image() {
        names = new TreeMap<>();
        lost = new EnumMap<>(Cause.class);
        carried = 0;
        int layers = 1 + random.nextInt(7);
        lostOf = new long[layers];
        TestImage image = new TestImage();
        for (layer = 0; layer < layers; layer++) {
            tar = new TestLayer();
            said = new HashSet<>();
            int commands = random.nextInt(14);
            for (int i = 0; i < commands; i++) {
                command();
            }
            endLayer();
            image.layer("RUN step " + layer, tar);
        }
        return image;
    }

    private void command() {
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> write(somePath(), someContent(), 0644);
            case 3 -> pick().ifPresent(path -> write(path, names.get(path).content, 0600));
            case 4 -> pick().ifPresent(path -> write(path, someContent(), 0644));
            case 5, 6 -> pick().ifPresent(this::delete);
            case 7 -> pick().ifPresent(this::link);
            default -> pick().ifPresent(this::replaceFolder);
        }
    }

    private String somePath() {
        String path = "f" + random.nextInt(12);
        for (int depth = random.nextInt(3); depth > 0; depth--) {
            path = "d" + random.nextInt(3) + "/" + path;
        }
        return path;
    }

    private byte[] someContent() {
        byte[] content = new byte[random.nextInt(60)];
        java.util.Arrays.fill(content, (byte) ('a' + random.nextInt(3)));
        return content;
    }

    /** A path of a layer below, or of this one, that this layer says nothing of yet. */
    private java.util.Optional<String> pick() {
        List<String> all = names.keySet().stream().filter(this::isFree).toList();
        return all.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(all.get(random.nextInt(all.size())));
    }

    private boolean isFree(String path) {
        return said.stream()
                .noneMatch(each -> each.equals(path) || each.startsWith(path + "/") || path.startsWith(each + "/"));
    }

    private void write(String path, byte[] content, int mode) {
        if (!isFree(path)) {
            return;
        }
        said.add(path);
        tar.mode(mode).file(path, content);
        carried += content.length;
        Inode now = new Inode(content, layer);
        now.names = 1;
        Inode before = names.put(path, now);
        if (before != null) {
            lose(before, java.util.Arrays.equals(before.content, content) ? Cause.SAME_CONTENT : Cause.CHANGED);
        }
    }

    private void delete(String path) {
        // the file, or one of the folders that it is in
        String gone = path;
        while (gone.contains("/") && random.nextBoolean()) {
            gone = gone.substring(0, gone.lastIndexOf('/'));
        }
        if (isFree(gone)) {
            said.add(gone);
            tar.whiteout(gone);
            removeBelow(gone);
        }
    }

    private void removeBelow(String gone) {
        for (String each : List.copyOf(names.keySet())) {
            if (each.equals(gone) || each.startsWith(gone + "/")) {
                lose(names.remove(each), Cause.DELETED_LATER);
            }
        }
    }

    private void link(String target) {
        String path = somePath();
        // a diff carries a link together with the file it names: engines write both names into one layer
        if (isFree(path) && isFree(target) && !path.equals(target) && !names.containsKey(path)) {
            byte[] content = names.get(target).content;
            write(target, content, 0640);
            said.add(path);
            tar.hardLink(path, target);
            Inode inode = names.get(target);
            inode.names++;
            names.put(path, inode);
        }
    }

    /** Empties a folder and puts a file into it, with an opaque marker. */
    private void replaceFolder(String path) {
        if (!path.contains("/")) {
            return;
        }
        String folder = path.substring(0, path.lastIndexOf('/'));
        if (isFree(folder)) {
            tar.mode(0755).dir(folder).opaque(folder);
            removeBelow(folder);
            write(folder + "/new" + random.nextInt(3), someContent(), 0644);
            said.add(folder);
        }
    }

    /** Of several names that go in one layer, those that it removes go before those that it writes. */
    private void lose(Inode inode, Cause cause) {
        inode.names--;
        ends.merge(inode, cause, (one, other) -> other == Cause.DELETED_LATER ? one : other);
    }

    private void endLayer() {
        ends.forEach((inode, cause) -> {
            if (inode.names == 0) {
                lost.merge(cause, (long) inode.content.length, Long::sum);
                lostOf[inode.layer] += inode.content.length;
            }
        });
        ends.clear();
    }

    private static Map<Cause, Long> causes(Waste waste) {
        Map<Cause, Long> causes = new EnumMap<>(Cause.class);
        waste.lost().forEach(each -> causes.merge(each.cause(), each.bytes(), Long::sum));
        return causes;
    }

    private static Map<Cause, Long> nonZero(Map<Cause, Long> causes) {
        Map<Cause, Long> some = new EnumMap<>(Cause.class);
        causes.forEach((cause, bytes) -> {
            if (bytes > 0) {
                some.put(cause, bytes);
            }
        });
        return some;
    }

    private static long duplicateBytes(Waste waste) {
        return waste.avoidable().stream()
                .filter(each -> each.cause() == Cause.DUPLICATE)
                .mapToLong(Finding::bytes)
                .sum();
    }

    private long duplicateBytes() {
        Map<String, List<Inode>> same = new HashMap<>();
        for (Inode each : new HashSet<>(names.values())) {
            same.computeIfAbsent(new String(each.content), any -> new ArrayList<>())
                    .add(each);
        }
        return same.entrySet().stream()
                .mapToLong(
                        each -> (long) each.getKey().length() * (each.getValue().size() - 1))
                .sum();
    }
}
