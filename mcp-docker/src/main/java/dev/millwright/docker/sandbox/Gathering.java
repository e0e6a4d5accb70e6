package dev.millwright.docker.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How much of what a run left is brought back, and what is said of the rest. */
final class Gathering {
    /** Most files of one run that are brought back. */
    static final int MOST_FILES = 100;
    /** Most bytes of one run that are brought back, all files together. */
    static final long MOST_BYTES = 32L << 20;
    /** Most entries of a work folder that are looked at. */
    static final int MOST_ENTRIES = 10_000;

    private static final int MOST_NOTES = 10;

    private final Set<String> taken = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private long bytes;
    private int entries;
    private int untold;

    /** Whether a file is brought back: each once, while there is room. */
    boolean takes(String path, long size) {
        if (taken.contains(path)) {
            return false;
        } else if (taken.size() == MOST_FILES) {
            skip(path, "is beyond the " + MOST_FILES + " files that are brought back");
            return false;
        } else if (size > MOST_BYTES - bytes) {
            skip(path, "is too large with its " + size + " bytes: " + MOST_BYTES + " are brought back in all");
            return false;
        }
        taken.add(path);
        bytes += size;
        return true;
    }

    /** Counts an entry; false when there are too many to go on. */
    boolean passes() {
        if (++entries == MOST_ENTRIES) {
            notes.add("only the first " + MOST_ENTRIES + " entries of the work folder were looked at");
        }
        return entries < MOST_ENTRIES;
    }

    void skip(String path, String why) {
        String shown = path.length() > 120 ? path.substring(0, 120) + "…" : path;
        skip(shown + " " + why + "; it is not brought back");
    }

    void skip(String note) {
        if (notes.size() < MOST_NOTES) {
            notes.add(note);
        } else {
            untold++;
        }
    }

    List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        if (untold > 0) {
            all.add(untold + " more files are not brought back");
        }
        return all;
    }
}
