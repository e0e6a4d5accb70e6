package dev.millwright.git.work;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * One line of the index.
 *
 * @param path as text; where its bytes are not UTF-8 it shows U+FFFD
 * @param raw its bytes, by which entries are ordered
 * @param stage 0, or 1 base, 2 ours, 3 theirs of a path left to be resolved
 * @param flags {@link #ASSUME_VALID}, {@link #SKIP_WORKTREE}, {@link #INTENT_TO_ADD}
 */
record IndexEntry(String path, byte[] raw, int mode, ObjectId id, int stage, int flags, StatData stat)
        implements Comparable<IndexEntry> {
    static final int ASSUME_VALID = 1;
    static final int SKIP_WORKTREE = 2;
    static final int INTENT_TO_ADD = 4;

    private static final ObjectId EMPTY_BLOB = ObjectId.fromString("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");

    static IndexEntry of(String path, FileMode mode, ObjectId id, int stage, StatData stat) {
        return new IndexEntry(path, path.getBytes(StandardCharsets.UTF_8), mode.getBits(), id.copy(), stage, 0, stat);
    }

    boolean isSubmodule() {
        return mode == FileMode.TYPE_GITLINK;
    }

    boolean isLink() {
        return mode == FileMode.TYPE_SYMLINK;
    }

    boolean isExecutable() {
        return mode == FileMode.EXECUTABLE_FILE.getBits();
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether what it remembers of the file proves nothing. */
    boolean isSmudged() {
        return stat.size() == 0 && !EMPTY_BLOB.equals(id);
    }

    boolean isVersion(PathChange.Side side) {
        return mode == side.mode().getBits() && id.equals(side.id());
    }

    IndexEntry with(StatData newStat) {
        return new IndexEntry(path, raw, mode, id, stage, flags, newStat);
    }

    @Override
    public int compareTo(IndexEntry other) {
        int paths = Arrays.compareUnsigned(raw, other.raw);
        return paths != 0 ? paths : Integer.compare(stage, other.stage);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IndexEntry entry
                && compareTo(entry) == 0
                && mode == entry.mode
                && flags == entry.flags
                && id.equals(entry.id)
                && stat.equals(entry.stat);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw) + stage;
    }
}
