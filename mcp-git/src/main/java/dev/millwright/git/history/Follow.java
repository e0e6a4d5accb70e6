package dev.millwright.git.history;

import dev.millwright.git.diff.Content;
import dev.millwright.git.diff.Entry;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * A file under the names it had, as {@code git log --follow} has it: where it comes into being, the file that is most like
 * it, at least by half, is what it was before, whether that is gone or was copied.
 */
final class Follow {
    private final History history;
    private final Call call;
    private final Trees trees;
    private String path;
    private PathLimit limit;

    Follow(History history, Call call, String path) {
        this.history = history;
        this.call = call;
        this.trees = new Trees(history.reader());
        this.path = path;
        this.limit = limit(path);
    }

    private PathLimit limit(String of) {
        return new PathLimit(history.commits(), history.reader(), List.of(of));
    }

    /** The name before the commit that is looked at next. */
    String path() {
        return path;
    }

    /** Whether a commit changes the file; must be asked of each commit in order. */
    boolean shows(int commit, boolean firstParent) throws IOException {
        Commits commits = history.commits();
        int parents = commits.parents(commit);
        if (parents == 0) {
            return !limit.nothingIn(commit);
        } else if (parents > 1 && !firstParent) {
            return false;
        }
        int parent = commits.parent(commit, 0);
        commits.read(parent, history.reader());
        if (limit.sameAsParent(commit, 0)) {
            return false;
        }
        byte[][] names = Trees.split(path);
        if (trees.find(commits.tree(parent), names).isEmpty()) {
            Optional<String> before = source(commits.tree(parent), commits.tree(commit));
            if (before.isPresent()) {
                path = before.get();
                limit = limit(path);
            }
        }
        return true;
    }

    private Optional<String> source(ObjectId before, ObjectId after) throws IOException {
        List<FileChange> changes = new ArrayList<>();
        try (TreeWalk walk = new TreeWalk(history.reader())) {
            walk.setRecursive(true);
            walk.addTree(before);
            walk.addTree(after);
            while (walk.next()) {
                boolean was = !walk.getFileMode(0).equals(FileMode.MISSING);
                boolean is = !walk.getFileMode(1).equals(FileMode.MISSING);
                if (was || walk.getPathString().equals(path)) {
                    FileChange.Kind kind = was && is
                            ? FileChange.Kind.MODIFIED
                            : was ? FileChange.Kind.DELETED : FileChange.Kind.ADDED;
                    changes.add(new FileChange(
                            kind,
                            was ? Optional.of(entry(walk, 0)) : Optional.empty(),
                            is ? Optional.of(entry(walk, 1)) : Optional.empty(),
                            0));
                }
                if ((changes.size() & 255) == 0) {
                    CallMonitor.check(call);
                }
            }
        }
        int maxBytes = history.repo().config().maxTextBytes();
        return Renames.in(call, changes, true, maxBytes).changes().stream()
                .filter(change -> change.path().equals(path))
                .findFirst()
                .flatMap(FileChange::oldPath);
    }

    private Entry entry(TreeWalk walk, int side) {
        ObjectId id = walk.getObjectId(side);
        FileMode mode = walk.getFileMode(side);
        return new Entry(
                walk.getPathString(),
                mode,
                id,
                mode.equals(FileMode.GITLINK) ? Content.NONE : Content.blob(history.reader(), id));
    }
}
