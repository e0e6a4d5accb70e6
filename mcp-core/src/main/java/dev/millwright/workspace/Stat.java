package dev.millwright.workspace;

import java.time.Instant;

/**
 * What the file system knows of one entry.
 *
 * @param size bytes
 * @param modifiedNanos nanoseconds since 1970, as precise as the file system keeps them
 * @param changedNanos when content or attributes changed last, nobody can set it; {@code modifiedNanos} where unknown
 * @param mode permission bits and the set-id and sticky bits, {@code 07777}
 * @param uid owner's number, -1 where there is none
 * @param gid group's number, -1 where there is none
 * @param device the file system it is on, with {@code inode} the identity of the entry
 */
public record Stat(
        EntryType type,
        long size,
        long modifiedNanos,
        long changedNanos,
        int mode,
        int uid,
        int gid,
        long links,
        long device,
        long inode) {

    public Instant modified() {
        return Instant.ofEpochSecond(
                Math.floorDiv(modifiedNanos, 1_000_000_000L), Math.floorMod(modifiedNanos, 1_000_000_000L));
    }

    public boolean isFile() {
        return type == EntryType.FILE;
    }

    public boolean isFolder() {
        return type == EntryType.FOLDER;
    }

    /** Whether both are the same entry of the same file system. */
    public boolean sameEntryAs(Stat other) {
        return device == other.device && inode == other.inode;
    }
}
