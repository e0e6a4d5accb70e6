package dev.millwright.git.history;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** What one path was, commit by commit; of one thread, while its history is open. Commits are numbers of that history. */
public final class FileHistory {
    private final History history;
    private final Commits commits;
    private final ObjectReader reader;
    private final PathLimit limit;
    private final Trees trees;
    private final byte[][] names;

    FileHistory(History history, Commits commits, ObjectReader reader, String path) {
        this.history = history;
        this.commits = commits;
        this.reader = reader;
        this.limit = new PathLimit(commits, reader, List.of(path));
        this.trees = new Trees(reader);
        this.names = Trees.split(path);
    }

    /**
     * Goes back from a commit, each time to the first parent that has the same.
     *
     * @param end tells of a commit that was reached whether to stop there
     * @return the commit where it stopped, or one of which no parent has the same
     */
    public int back(int commit, IntPredicate end) {
        return history.reading(() -> {
            int at = commit;
            for (int next = parent(at); next >= 0; next = parent(at)) {
                at = next;
                if (end.test(at)) {
                    return at;
                }
            }
            return at;
        });
    }

    /** The first parent that has the same, or -1; what was found is remembered for the next call. */
    private int parent(int commit) throws IOException {
        for (int i = 0; i < commits.parents(commit); i++) {
            int parent = commits.parent(commit, i);
            commits.read(parent, reader);
            if (limit.sameAsParent(commit, i)) {
                return parent;
            }
        }
        return -1;
    }

    /** The blob that a commit has there; empty for none, also for a folder, a link or a submodule. */
    public Optional<ObjectId> file(int commit) {
        return history.reading(() -> trees.find(history.tree(commit), names)
                .filter(entry -> (entry.mode() & 0170000) == 0100000)
                .map(Trees.Entry::id));
    }
}
