package dev.millwright.git.diff;

import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * One version of a file, link or submodule.
 *
 * @param id of its blob or, for a submodule, commit; for a file of the working tree what it would be once added
 * @param content its bytes, for a submodule empty
 */
public record Entry(String path, FileMode mode, ObjectId id, Content content) {
    public boolean isFile() {
        return (mode.getBits() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
    }

    public boolean isSubmodule() {
        return mode.equals(FileMode.GITLINK);
    }

    /** Whether both are files, or links, or submodules. */
    boolean sameTypeAs(Entry other) {
        return (mode.getBits() & FileMode.TYPE_MASK) == (other.mode.getBits() & FileMode.TYPE_MASK);
    }

    /** The name without its folders. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
