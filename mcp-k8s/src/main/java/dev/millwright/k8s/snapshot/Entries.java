package dev.millwright.k8s.snapshot;

import java.io.IOException;

/** Takes the files of a snapshot, whatever holds them. */
interface Entries {
    /** A file's content, read when it is asked for. */
    @FunctionalInterface
    interface Content {
        /** The first bytes, at most so many. */
        byte[] first(int most) throws IOException;
    }

    /** @param path relative, with {@code /} between names */
    void file(String path, Content content) throws IOException;

    /** Something that was left out, and why. */
    void skipped(String why);
}
