package dev.millwright.filesystem.search;

import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;

/** Takes what a {@link Walk} finds, in no order; one for each thread of the walk. */
public interface Visitor {
    /** Whether a folder, by the path shown to the caller, is worth entering. */
    default boolean enters(String path) {
        return true;
    }

    /** An entry that passed the globs and ignore rules; {@code folder} is open for the time of the visit. */
    void visit(Folder folder, String path, String name, EntryType type);

    /** A folder that cannot be read. */
    void unreadable(String path);
}
