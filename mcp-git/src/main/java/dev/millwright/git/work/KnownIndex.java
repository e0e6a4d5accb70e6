package dev.millwright.git.work;

import dev.millwright.workspace.Stat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The index as it was read last, and which folders held exactly what it has. Safe for use by several threads. */
final class KnownIndex {
    private final Unchanged file;
    private final Index index;
    private final Map<String, Unchanged> folders = new ConcurrentHashMap<>();

    KnownIndex(Unchanged file, Index index) {
        this.file = file;
        this.index = index;
    }

    Index index() {
        return index;
    }

    boolean isOf(Stat now) {
        return file.is(now);
    }

    /**
     * Whether a folder still holds exactly the files and folders that the index has in it: no more, no less. Says nothing
     * of what is in them.
     */
    boolean isComplete(String folder, Stat now) {
        Unchanged then = folders.get(folder);
        return then != null && then.is(now);
    }

    /** @param before it was listed */
    void complete(String folder, Stat before) {
        Unchanged.of(before).ifPresent(then -> folders.put(folder, then));
    }
}
