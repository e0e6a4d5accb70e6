package dev.millwright.docker.layers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How much larger something is in one image than in another.
 *
 * @param name a path with a leading slash, or a package with its versions
 */
public record Delta(String name, long before, long after, long delta) {
    /** A folder is named where what it adds beside the folders below it is at least that share of all that changed. */
    private static final double SHARE = 0.05;

    private static Delta of(String name, long before, long after) {
        return new Delta(name, before, after, after - before);
    }

    private static final Comparator<Delta> LARGEST = Comparator.comparingLong((Delta each) -> Math.abs(each.delta()))
            .reversed()
            .thenComparing(Delta::name);

    /** Files that are not the same size in both. */
    public static List<Delta> ofFiles(Map<String, Long> before, Map<String, Long> after) {
        List<Delta> deltas = new ArrayList<>();
        for (String each : union(before, after)) {
            deltas.add(of("/" + each, before.getOrDefault(each, 0L), after.getOrDefault(each, 0L)));
        }
        return sorted(deltas);
    }

    /** Packages that one has and the other has not, or in another version or size. */
    public static List<Delta> ofPackages(Map<String, PackageSize> before, Map<String, PackageSize> after) {
        List<Delta> deltas = new ArrayList<>();
        PackageSize none = new PackageSize("", 0);
        for (String each : union(before, after)) {
            PackageSize old = before.getOrDefault(each, none);
            PackageSize now = after.getOrDefault(each, none);
            String versions = !before.containsKey(each)
                    ? "+ " + now.version()
                    : !after.containsKey(each)
                            ? "- " + old.version()
                            : old.version().equals(now.version())
                                    ? now.version()
                                    : old.version() + " -> " + now.version();
            if (!old.equals(now)) {
                deltas.add(of((each + " " + versions).strip(), old.bytes(), now.bytes()));
            }
        }
        deltas.sort(LARGEST);
        return deltas;
    }

    /** The folders that explain the difference, as deep as one of them does. */
    public static List<Delta> ofFolders(Map<String, Long> before, Map<String, Long> after) {
        Map<String, long[]> folders = new HashMap<>();
        before.forEach((path, bytes) -> add(folders, path, 0, bytes));
        after.forEach((path, bytes) -> add(folders, path, 1, bytes));
        long changed = ofFiles(before, after).stream()
                .mapToLong(each -> Math.abs(each.delta()))
                .sum();
        long least = Math.max(1, (long) (changed * SHARE));
        Map<String, Long> explained = new HashMap<>();
        List<Delta> deltas = new ArrayList<>();
        List<String> deepest = new ArrayList<>(folders.keySet());
        deepest.sort(Comparator.comparingInt(Delta::depth).reversed().thenComparing(each -> each));
        for (String each : deepest) {
            long[] sizes = folders.get(each);
            long delta = sizes[1] - sizes[0];
            long below = explained.getOrDefault(each, 0L);
            boolean named = Math.abs(delta - below) >= least;
            if (named) {
                deltas.add(of("/" + each, sizes[0], sizes[1]));
            }
            if (!each.isEmpty()) {
                explained.merge(parent(each), named ? delta : below, Long::sum);
            }
        }
        return sorted(deltas);
    }

    private static void add(Map<String, long[]> folders, String path, int side, long bytes) {
        for (String at = parent(path); ; at = parent(at)) {
            folders.computeIfAbsent(at, any -> new long[2])[side] += bytes;
            if (at.isEmpty()) {
                return;
            }
        }
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static int depth(String folder) {
        return folder.isEmpty()
                ? 0
                : 1 + (int) folder.chars().filter(each -> each == '/').count();
    }

    private static <V> TreeSet<String> union(Map<String, V> one, Map<String, V> other) {
        TreeSet<String> all = new TreeSet<>(one.keySet());
        all.addAll(other.keySet());
        return all;
    }

    private static List<Delta> sorted(List<Delta> deltas) {
        deltas.removeIf(each -> each.delta() == 0);
        deltas.sort(LARGEST);
        return deltas;
    }
}
