package dev.millwright.workspace;

/** What a name in a folder stands for. */
public enum EntryType {
    FILE,
    FOLDER,
    LINK,
    /** FIFO, socket or device: listed, never opened. */
    SPECIAL;

    /** From the file type bits of a mode, {@code S_IFMT}. */
    static EntryType ofMode(int mode) {
        return switch (mode & 0170000) {
            case 0100000 -> FILE;
            case 0040000 -> FOLDER;
            case 0120000 -> LINK;
            default -> SPECIAL;
        };
    }
}
