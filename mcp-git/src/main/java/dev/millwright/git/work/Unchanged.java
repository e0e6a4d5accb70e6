package dev.millwright.git.work;

import dev.millwright.workspace.Stat;
import java.util.Optional;

/**
 * A file or folder as it was before it was read, to tell later that it need not be read again. As Git's untracked cache
 * it relies on the time of change, which nobody can set.
 */
record Unchanged(long device, long inode, long size, long modifiedNanos, long changedNanos) {
    /** Younger entries may change once more without showing it: the coarsest clock of a file system, FAT's, ticks so. */
    private static final long YOUNG_NANOS = 2_000_000_000L;

    /** Empty for what is too young to tell, or whose file system gives it no number. */
    static Optional<Unchanged> of(Stat stat) {
        long latest = Math.max(stat.modifiedNanos(), stat.changedNanos());
        boolean young = System.currentTimeMillis() * 1_000_000 - latest < YOUNG_NANOS;
        return young || stat.inode() == 0
                ? Optional.empty()
                : Optional.of(new Unchanged(
                        stat.device(), stat.inode(), stat.size(), stat.modifiedNanos(), stat.changedNanos()));
    }

    boolean is(Stat stat) {
        return inode == stat.inode()
                && device == stat.device()
                && size == stat.size()
                && modifiedNanos == stat.modifiedNanos()
                && changedNanos == stat.changedNanos();
    }
}
