package dev.millwright.git.undo;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import java.util.Collection;
import java.util.Map;

/**
 * What a change does in a working tree that it makes itself: undo takes that away whole.
 *
 * @param change of the repository that the working tree belongs to
 * @param repo the new working tree
 */
public record Within(Change change, Repo repo) implements Change {
    @Override
    public String opId() {
        return change.opId();
    }

    @Override
    public Call call() {
        return change.call();
    }

    @Override
    public void willWrite(Collection<String> paths) {
        // There was nothing before.
    }

    @Override
    public void willMove(Map<String, String> refs) {
        change.willMove(refs);
    }

    @Override
    public void willMake(String path) {
        change.willMake(path);
    }

    @Override
    public void willRemove(String path) {
        change.willRemove(path);
    }

    @Override
    public void cannotUndo(String what) {
        change.cannotUndo(what);
    }
}
