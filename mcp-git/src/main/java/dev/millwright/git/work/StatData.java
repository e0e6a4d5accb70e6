package dev.millwright.git.work;

import dev.millwright.workspace.Stat;

/**
 * What the index remembers of a file, to tell without reading it that it is the same: gitformat-index(5), each number
 * cut to 32 bits.
 */
record StatData(
        int changed,
        int changedNanos,
        int modified,
        int modifiedNanos,
        int device,
        int inode,
        int uid,
        int gid,
        int size) {
    /** Of what was never looked at: matches no file. */
    static final StatData NONE = new StatData(0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final long SECOND = 1_000_000_000L;

    static StatData of(Stat stat) {
        return new StatData(
                (int) Math.floorDiv(stat.changedNanos(), SECOND),
                (int) Math.floorMod(stat.changedNanos(), SECOND),
                (int) Math.floorDiv(stat.modifiedNanos(), SECOND),
                (int) Math.floorMod(stat.modifiedNanos(), SECOND),
                (int) stat.device(),
                (int) stat.inode(),
                stat.uid(),
                stat.gid(),
                (int) stat.size());
    }

    /** As Git compares: all but the device, which some systems number anew at each start. */
    boolean matches(Stat stat) {
        return size == (int) stat.size()
                && isTime(modified, modifiedNanos, stat.modifiedNanos())
                && (inode == 0 || inode == (int) stat.inode() && uid == stat.uid() && gid == stat.gid())
                && isTime(changed, changedNanos, stat.changedNanos());
    }

    /** Divides only where the time is none of the years 1970 to 2106, or not the same. */
    private static boolean isTime(int seconds, int nanos, long of) {
        return nanos >= 0 && nanos < SECOND && Integer.toUnsignedLong(seconds) * SECOND + nanos == of
                || seconds == (int) Math.floorDiv(of, SECOND) && nanos == (int) Math.floorMod(of, SECOND);
    }

    /** Nanoseconds since 1970. */
    long modifiedAt() {
        return Integer.toUnsignedLong(modified) * SECOND + modifiedNanos;
    }

    /** Says that size and times prove nothing any more: whoever compares next has to read the file. */
    StatData smudged() {
        return new StatData(changed, changedNanos, modified, modifiedNanos, device, inode, uid, gid, 0);
    }
}
