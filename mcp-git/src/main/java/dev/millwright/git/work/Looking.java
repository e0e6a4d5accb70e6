package dev.millwright.git.work;

import java.util.List;

/**
 * What to look for in a working tree.
 *
 * @param paths literal, from the top; only they and what lies below them; empty for all
 * @param ignored whether what is ignored is reported
 */
public record Looking(List<String> paths, Untracked untracked, boolean ignored) {
    /** How what is not tracked is reported. */
    public enum Untracked {
        NO,
        /** A folder in which nothing is tracked stands for all in it. */
        FOLDERS,
        FILES
    }

    public Looking {
        paths = List.copyOf(paths);
    }

    /** Whether a path is wanted itself. */
    boolean wants(String path) {
        return paths.isEmpty() || paths.stream().anyMatch(wanted -> isWithin(path, wanted));
    }

    /** Whether something wanted may lie in a folder. */
    boolean enters(String folder) {
        return paths.isEmpty()
                || paths.stream().anyMatch(wanted -> isWithin(folder, wanted) || isWithin(wanted, folder));
    }

    private static boolean isWithin(String path, String folder) {
        return folder.isEmpty()
                || path.startsWith(folder) && (path.length() == folder.length() || path.charAt(folder.length()) == '/');
    }
}
