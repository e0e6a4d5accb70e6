package dev.millwright.git.work;

import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/** What is to become of one path, in the index and in the working tree. */
public sealed interface PathChange {
    /** From the top of the working tree, with {@code /}. */
    String path();

    /** A version of a file. */
    record Side(FileMode mode, ObjectId id) {}

    record Put(String path, FileMode mode, ObjectId id) implements PathChange {}

    record Remove(String path) implements PathChange {}

    /**
     * Left to be resolved: stages 1 to 3 in the index, {@code work} in the working tree.
     *
     * @param work what the file holds then, as a rule with conflict markers; empty removes it
     */
    record Conflict(String path, Optional<Side> base, Optional<Side> ours, Optional<Side> theirs, Optional<Side> work)
            implements PathChange {}
}
