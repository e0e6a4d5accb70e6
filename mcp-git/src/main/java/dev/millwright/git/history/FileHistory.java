package dev.millwright.git.history;

import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** What one path was, commit by commit; of one thread, while its history is open. Commits are numbers of that history. */
public final class FileHistory {
    private final History history;
    private final PathLimit limit;
    private final Trees trees;
    private final byte[][] names;

    FileHistory(History history, Commits commits, ObjectReader reader, String path) {
        this.history = history;
        this.limit = new PathLimit(commits, reader, List.of(path));
        this.trees = new Trees(reader);
        this.names = Trees.split(path);
    }

    /** Whether it is the same in a commit as in one of its parents, counted from 0; remembered for the next call. */
    public boolean sameAsParent(int commit, int which) {
        return history.reading(() -> limit.sameAsParent(commit, which));
    }

    /** The blob that a commit has there; empty for none, also for a folder, a link or a submodule. */
    public Optional<ObjectId> file(int commit) {
        return history.reading(() -> trees.find(history.tree(commit), names)
                .filter(entry -> (entry.mode() & 0170000) == 0100000)
                .map(Trees.Entry::id));
    }
}
