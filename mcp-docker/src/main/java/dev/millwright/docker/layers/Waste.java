package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ArchivedLayer;
import dev.millwright.docker.archive.EntryType;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LiveFile;
import dev.millwright.docker.archive.LiveTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an image carries and does not need, to the byte. Bytes are those of files, as the layers' tars have them: without
 * headers, padding and compression. An engine's own sizes are larger by the texts of symbolic links.
 *
 * @param carried bytes of all layers
 * @param live bytes of the files that the final image shows; {@code carried - live} is what {@link #lost} adds up to
 * @param layers one for each layer of the image, in its order
 * @param lost bytes that nobody sees, largest first
 * @param avoidable bytes that are seen and likely not needed, largest first; no byte is counted twice
 * @param duplicates files of the same bytes in the final image, the most wasteful first
 */
public record Waste(
        long carried,
        long live,
        List<LayerBytes> layers,
        List<Finding> lost,
        List<Finding> avoidable,
        List<Duplicate> duplicates) {
    /** @param lost of these, bytes that a layer above makes useless, or this one itself */
    public record LayerBytes(int index, long bytes, int files, long lost) {}

    /** @param bytes of one copy */
    public record Duplicate(long bytes, int copies, List<String> paths) {
        public Duplicate {
            paths = List.copyOf(paths);
        }

        /** Bytes of all copies but one. */
        public long wasted() {
            return bytes * (copies - 1);
        }
    }

    private static final int MOST_DUPLICATES = 100;
    private static final int PATHS = 4;

    public Waste {
        layers = List.copyOf(layers);
        lost = List.copyOf(lost);
        avoidable = List.copyOf(avoidable);
        duplicates = List.copyOf(duplicates);
    }

    public long reclaimable() {
        return carried - live;
    }

    /** Share of the carried bytes that the image shows, 0 to 1; 1 for an image without bytes. */
    public double efficiency() {
        return carried == 0 ? 1 : (double) live / carried;
    }

    /** What is lost of the bytes above the first layer, 0 and more; 0 where there are none. */
    public double wastedShare() {
        long own = carried - (layers.isEmpty() ? 0 : layers.getFirst().bytes());
        return own == 0 ? 0 : (double) reclaimable() / own;
    }

    public long avoidableBytes() {
        return avoidable.stream().mapToLong(Finding::bytes).sum();
    }

    /** Learns of each file that counts as waste. */
    @FunctionalInterface
    public interface Counted {
        /** @param entry of layer {@code layer} */
        void counted(Cause cause, int layer, LayerEntry entry);
    }

    /** @param layers that were read with the image */
    public static Waste of(ArchivedImage image, HashedLayers layers) {
        return of(image, layers, (cause, layer, entry) -> {});
    }

    /** @param counted is told of each file that goes into the result */
    public static Waste of(ArchivedImage image, HashedLayers layers, Counted counted) {
        return new Counting(image, layers, counted).result();
    }

    private static final class Counting {
        private final ArchivedImage image;
        private final HashedLayers layers;
        private final Counted counted;
        private final Map<Group.Key, Group> groups = new LinkedHashMap<>();
        /** The first file of each content; most stay alone. */
        private final Map<ContentHash, LiveFile> firsts = new HashMap<>();

        private final Map<ContentHash, List<LiveFile>> same = new HashMap<>();
        private final long[] lostOf;

        Counting(ArchivedImage image, HashedLayers layers, Counted counted) {
            this.image = image;
            this.layers = layers;
            this.counted = counted;
            this.lostOf = new long[image.layers().size()];
        }

        Waste result() {
            List<Collection<LayerEntry>> entries = new ArrayList<>();
            List<LayerBytes> sizes = new ArrayList<>();
            long carried = 0;
            for (ArchivedLayer each : image.layers()) {
                entries.add(layers.entries(each));
            }
            LiveTree tree = LiveTree.of(entries, this::lost);
            for (int i = 0; i < entries.size(); i++) {
                long bytes = entries.get(i).stream().mapToLong(LayerEntry::size).sum();
                long files = entries.get(i).stream().filter(LayerEntry::isFile).count();
                sizes.add(new LayerBytes(i, bytes, (int) files, lostOf[i]));
                carried += bytes;
            }
            long live = live(tree);
            List<Duplicate> duplicates = duplicates();
            long all = carried;
            Fix fix = new Fix(image);
            List<Finding> findings = groups.values().stream()
                    .map(each -> each.finding(fix.of(each.key()), all))
                    .filter(each -> each.bytes() > 0)
                    .sorted(Comparator.comparingLong(Finding::bytes).reversed())
                    .toList();
            return new Waste(
                    carried,
                    live,
                    sizes,
                    findings.stream().filter(each -> each.cause().isLost()).toList(),
                    findings.stream().filter(each -> !each.cause().isLost()).toList(),
                    duplicates);
        }

        private void count(Cause cause, int layer, int by, String detail, String path, LayerEntry entry) {
            groups.computeIfAbsent(new Group.Key(cause, layer, by, detail), Group::new)
                    .add(path, entry);
            counted.counted(cause, layer, entry);
        }

        private void lost(LayerEntry lost, int layer, LayerEntry by, int byLayer) {
            lostOf[layer] += lost.size();
            String cache = PathKind.cache(lost.path()).orElse("");
            if (by.type() == EntryType.WHITEOUT || by.type() == EntryType.OPAQUE) {
                count(Cause.DELETED_LATER, layer, byLayer, cache, lost.path(), lost);
            } else if (layers.same(by, lost)) {
                count(Cause.SAME_CONTENT, layer, byLayer, difference(lost, by), lost.path(), lost);
            } else {
                count(Cause.CHANGED, layer, byLayer, cache, lost.path(), lost);
            }
        }

        /** As a flag of COPY where there is one. */
        private static String difference(LayerEntry before, LayerEntry after) {
            boolean owner = before.uid() != after.uid() || before.gid() != after.gid();
            boolean mode = before.mode() != after.mode();
            String chown = owner ? "--chown=%d:%d".formatted(after.uid(), after.gid()) : "";
            String chmod = mode ? "--chmod=%o".formatted(after.mode()) : "";
            return owner && mode ? chown + " " + chmod : owner ? chown : mode ? chmod : "times";
        }

        private long live(LiveTree tree) {
            long live = 0;
            Set<LayerEntry> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (LiveFile each : tree.all()) {
                LayerEntry entry = each.entry();
                if (entry.size() == 0 || !seen.add(entry)) {
                    continue;
                }
                live += entry.size();
                Optional<Cause> kind = PathKind.of(each.path());
                if (kind.isPresent()) {
                    String detail = PathKind.cache(each.path()).orElse("");
                    count(kind.get(), each.layer(), -1, detail, each.path(), entry);
                } else {
                    layers.hash(entry).ifPresent(hash -> copy(hash, each));
                }
            }
            return live;
        }

        private void copy(ContentHash hash, LiveFile file) {
            LiveFile first = firsts.putIfAbsent(hash, file);
            if (first != null) {
                same.computeIfAbsent(hash, any -> new ArrayList<>(List.of(first)))
                        .add(file);
            }
        }

        /** The copy of the lowest layer stays; each other is waste of its own layer. */
        private List<Duplicate> duplicates() {
            List<Duplicate> duplicates = new ArrayList<>();
            for (List<LiveFile> copies : same.values()) {
                copies.sort(Comparator.comparingInt(LiveFile::layer).thenComparing(LiveFile::path));
                LiveFile first = copies.getFirst();
                for (LiveFile each : copies.subList(1, copies.size())) {
                    count(
                            Cause.DUPLICATE,
                            each.layer(),
                            -1,
                            "first in layer " + first.layer(),
                            each.path(),
                            each.entry());
                }
                duplicates.add(new Duplicate(
                        first.entry().size(),
                        copies.size(),
                        copies.stream()
                                .limit(PATHS)
                                .map(each -> "/" + each.path())
                                .toList()));
            }
            duplicates.sort(Comparator.comparingLong(Duplicate::wasted)
                    .reversed()
                    .thenComparing(each -> each.paths().getFirst()));
            return duplicates.subList(0, Math.min(MOST_DUPLICATES, duplicates.size()));
        }
    }
}
