package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ArchivedLayer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of dive (wagoodman/dive {@code dive/filetree/efficiency.go}), its quirks included: every copy of a path that
 * several layers have counts as wasted, also the one that stays; a whiteout of a file counts nothing, one of a directory all
 * that was in it; a whiteout of what was not there ends the look at its layer; opaque markers are not seen.
 *
 * @param efficiency smallest size of each path over the sum of its sizes, 0 to 1
 * @param wastedBytes sum of the sizes of paths that two layers or more have
 * @param userBytes bytes of all layers but the first
 * @param paths those that waste most first
 */
public record Dive(double efficiency, long wastedBytes, long userBytes, List<Wasted> paths) {
    /** @param bytes sum over the layers that have it */
    public record Wasted(String path, int count, long bytes) {}

    private static final int MOST_PATHS = 100;

    private static final class Sizes {
        private long sum;
        private long least = Long.MAX_VALUE;
        private int count;
    }

    public Dive {
        paths = List.copyOf(paths);
    }

    /** Wasted bytes over those of all layers but the first: infinite or no number where those have none, as in dive. */
    public double wastedUserPercent() {
        return (double) wastedBytes / userBytes;
    }

    public static Dive of(ArchivedImage image, HashedLayers layers) {
        Map<String, Sizes> sizes = new HashMap<>();
        DiveTree stacked = new DiveTree();
        long userBytes = 0;
        for (ArchivedLayer each : image.layers()) {
            DiveTree tree = DiveTree.of(layers.entries(each));
            boolean first = each.index() == 0;
            // dive looks for what a whiteout of the first layer removes in that layer itself
            count(tree, first ? tree : stacked, sizes);
            if (first) {
                stacked = DiveTree.of(layers.entries(each));
            } else {
                userBytes += tree.fileSize();
            }
            stacked.stack(tree);
        }
        return result(sizes, userBytes);
    }

    private static void count(DiveTree tree, DiveTree before, Map<String, Sizes> sizes) {
        tree.leaves((path, node) -> {
            boolean whiteout = DiveTree.isWhiteout(path);
            List<String> plain = whiteout ? DiveTree.stripped(path) : path;
            // dive makes the entry before it knows whether it can tell a size, which then counts -1 as the least
            Sizes its = sizes.computeIfAbsent(String.join("/", plain), any -> new Sizes());
            long size = node.subtree(); // a leaf: its own
            if (whiteout) {
                Optional<DiveTree.Node> found = before.find(plain);
                if (found.isEmpty()) {
                    return false;
                }
                size = found.get().isDirectory() ? found.get().subtree() : 0;
            }
            its.sum += size;
            its.least = Math.min(its.least, size);
            its.count++;
            return true;
        });
    }

    private static Dive result(Map<String, Sizes> sizes, long userBytes) {
        long least = 0;
        long sum = 0;
        long wasted = 0;
        List<Wasted> paths = new ArrayList<>();
        for (Map.Entry<String, Sizes> each : sizes.entrySet()) {
            Sizes its = each.getValue();
            least += its.count == 0 ? -1 : its.least;
            sum += its.sum;
            if (its.count > 1) {
                wasted += its.sum;
                paths.add(new Wasted("/" + each.getKey(), its.count, its.sum));
            }
        }
        paths.sort(Comparator.comparingLong(Wasted::bytes).reversed().thenComparing(Wasted::path));
        return new Dive(
                sum == 0 ? 1 : (double) least / sum,
                wasted,
                userBytes,
                paths.subList(0, Math.min(MOST_PATHS, paths.size())));
    }
}
