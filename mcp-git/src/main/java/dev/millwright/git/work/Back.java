package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/** What has to change for index and files to be as a tree has them. */
final class Back {
    private final Repo repo;
    private final Call call;
    private final Index index;
    private final ObjectId tree;
    private final Looking looking;

    Back(Repo repo, Call call, Index index, ObjectId tree, List<String> paths) {
        this.repo = repo;
        this.call = call;
        this.index = index;
        this.tree = tree;
        this.looking = new Looking(paths, Looking.Untracked.NO, false);
    }

    /** @param files whether files that differ are brought back too */
    List<PathChange> changes(boolean files) {
        Map<String, PathChange> changes = new TreeMap<>();
        for (Difference each : Staged.since(repo, call, tree, index, looking)) {
            changes.put(each.path(), change(each.path(), each.from()));
        }
        if (files) {
            for (Difference each : new Scan(repo, call, index, looking).run()) {
                changes.computeIfAbsent(each.path(), this::asInTree);
            }
        }
        for (IndexEntry entry : index.entries()) {
            if (entry.stage() != 0 && looking.wants(entry.path())) {
                changes.computeIfAbsent(entry.path(), this::asInTree);
            }
        }
        return List.copyOf(changes.values());
    }

    private static PathChange change(String path, Optional<PathChange.Side> to) {
        return to.<PathChange>map(side -> new PathChange.Put(path, side.mode(), side.id()))
                .orElseGet(() -> new PathChange.Remove(path));
    }

    private PathChange asInTree(String path) {
        if (ObjectId.zeroId().equals(tree)) {
            return new PathChange.Remove(path);
        }
        try (ObjectReader reader = repo.git().newObjectReader();
                TreeWalk found = TreeWalk.forPath(reader, path, tree)) {
            return change(
                    path,
                    Optional.ofNullable(found)
                            .filter(walk -> !FileMode.TREE.equals(walk.getFileMode(0)))
                            .map(walk -> new PathChange.Side(walk.getFileMode(0), walk.getObjectId(0))));
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }
}
