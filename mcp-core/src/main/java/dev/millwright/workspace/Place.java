package dev.millwright.workspace;

import java.util.Optional;

/**
 * One name in an open folder: where a change happens. Nobody can move it out of the root, because the folder is held
 * open and the name is never followed.
 *
 * @param name one component; empty for the root itself, which can be neither replaced nor removed
 * @param stat of what has the name now, links not followed; empty for a free name
 * @param shown how answers and errors call it, links resolved
 */
public record Place(Folder folder, String name, Optional<Stat> stat, String shown) implements AutoCloseable {
    /** Relative to the root, links resolved: what protection is decided on. */
    public String path() {
        return folder.path().isEmpty() ? name : name.isEmpty() ? folder.path() : folder.path() + "/" + name;
    }

    public boolean isRoot() {
        return name.isEmpty();
    }

    @Override
    public void close() {
        folder.close();
    }
}
