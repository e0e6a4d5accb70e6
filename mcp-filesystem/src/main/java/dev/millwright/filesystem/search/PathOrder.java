package dev.millwright.filesystem.search;

import java.util.Comparator;

/** Paths in the order of a walk that sorts by name: what lies in a folder comes right after it. */
final class PathOrder {
    static final Comparator<String> BY_PATH = PathOrder::compare;

    private PathOrder() {}

    static int compare(String one, String other) {
        int common = Math.min(one.length(), other.length());
        for (int i = 0; i < common; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                return a == '/' ? -1 : b == '/' ? 1 : Character.compare(a, b);
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    /** Whether a folder and all that lies in it comes before a path. */
    static boolean endsBefore(String folder, String path) {
        return !folder.isEmpty() && compare(folder, path) < 0 && !path.startsWith(folder + "/");
    }
}
