package dev.millwright.git.blame;

import org.eclipse.jgit.lib.ObjectId;

/**
 * Where a line comes from.
 *
 * @param commit {@link ObjectId#zeroId()} for what is not committed yet
 * @param path of the file in that commit
 * @param line counted from 1
 */
public record Origin(ObjectId commit, String path, int line) {
    /** Whether this is the line before another in the same file of the same commit. */
    public boolean isBefore(Origin next) {
        return line + 1 == next.line && commit.equals(next.commit) && path.equals(next.path);
    }
}
