package dev.millwright.docker.archive;

/** What an entry of a layer is. */
public enum EntryType {
    FILE,
    DIRECTORY,
    SYMLINK,
    /** Another name of a file: {@link LayerEntry#link()} is that file's path. */
    HARD_LINK,
    /** A device, a FIFO or what tar does not name. */
    OTHER,
    /** {@link LayerEntry#path()} of a layer below, and all below it, is gone. */
    WHITEOUT,
    /** What layers below have in the directory {@link LayerEntry#path()} is gone; the directory stays. */
    OPAQUE
}
