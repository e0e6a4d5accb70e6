package dev.millwright.git.work;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The entries below one folder of the index, by the next name on their paths. */
final class Children {
    /** @param files all stages of an entry of this very name; {@code below} what lies in a folder of this name */
    record Child(List<IndexEntry> files, List<IndexEntry> below) {}

    private Children() {}

    /** @param entries of a folder, in order; {@code prefix} the length of its path with the slash, 0 for the top */
    static Map<String, Child> of(List<IndexEntry> entries, int prefix) {
        Map<String, Child> children = new HashMap<>(entries.size() * 2);
        for (int at = 0; at < entries.size(); ) {
            String path = entries.get(at).path();
            int slash = path.indexOf('/', prefix);
            int end = at + 1;
            if (slash < 0) {
                while (end < entries.size() && entries.get(end).path().equals(path)) {
                    end++;
                }
                Child child = new Child(entries.subList(at, end), List.of());
                children.merge(path.substring(prefix), child, (one, two) -> new Child(two.files, one.below));
            } else {
                end = end(entries, at, path.substring(0, slash + 1));
                Child child = new Child(List.of(), entries.subList(at, end));
                children.merge(path.substring(prefix, slash), child, (one, two) -> new Child(one.files, two.below));
            }
            at = end;
        }
        return children;
    }

    /** After the last entry with this beginning, which stand together. */
    static int end(List<IndexEntry> entries, int from, String beginning) {
        int low = from;
        int step = 1;
        while (low + step < entries.size() && entries.get(low + step).path().startsWith(beginning)) {
            low += step;
            step *= 2;
        }
        int high = Math.min(entries.size(), low + step);
        while (low + 1 < high) {
            int middle = low + high >>> 1;
            if (entries.get(middle).path().startsWith(beginning)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low + 1;
    }
}
