package dev.millwright.workspace;

/** Takes the entries of a folder as they come, in the order of the file system. */
@FunctionalInterface
public interface Entries {
    /** @return whether to go on */
    boolean entry(String name, EntryType type);
}
