package dev.millwright.git.history;

import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.lib.ObjectReader;

/** Whether commits differ in any of some paths, each a file or a folder; of one thread. */
final class PathLimit {
    private record Limited(PathKey key, byte[][] names, PathMemory memory) {}

    private final Commits commits;
    private final Trees trees;
    private final List<Limited> paths;

    PathLimit(Commits commits, ObjectReader reader, List<String> paths) {
        this.commits = commits;
        this.trees = new Trees(reader);
        this.paths = paths.stream()
                .map(path -> new Limited(new PathKey(path), Trees.split(path), commits.memory(path)))
                .toList();
    }

    boolean isEverything() {
        return paths.isEmpty();
    }

    /** Whether a commit has the same at all paths as one of its parents, which was read too. */
    boolean sameAsParent(int commit, int which) throws IOException {
        int edge = commits.edge(commit, which);
        for (Limited path : paths) {
            byte said = path.memory().of(edge);
            if (said == PathMemory.UNKNOWN) {
                said = look(path, commit, which) ? PathMemory.SAME : PathMemory.DIFFERENT;
                path.memory().note(edge, said);
            }
            if (said == PathMemory.DIFFERENT) {
                return false;
            }
        }
        return true;
    }

    private boolean look(Limited path, int commit, int which) throws IOException {
        return which == 0 && commits.surelySame(commit, path.key())
                || trees.same(commits.tree(commit), commits.tree(commits.parent(commit, which)), path.names());
    }

    /** Whether a commit has nothing at any of the paths. */
    boolean nothingIn(int commit) throws IOException {
        for (Limited path : paths) {
            if (!trees.same(commits.tree(commit), Trees.EMPTY, path.names())) {
                return false;
            }
        }
        return true;
    }
}
