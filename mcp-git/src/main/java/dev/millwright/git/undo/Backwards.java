package dev.millwright.git.undo;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import java.util.Collection;
import java.util.Map;

/** A change on its way back: what it may touch is written down already. */
record Backwards(OpenChange change) implements Change {
    @Override
    public String opId() {
        return change.opId();
    }

    @Override
    public Repo repo() {
        return change.repo();
    }

    @Override
    public Call call() {
        return change.call();
    }

    @Override
    public void willWrite(Collection<String> paths) {
        // Its before-images are what is brought back.
    }

    @Override
    public void willMove(Map<String, String> refs) {
        // Back to where they were.
    }

    @Override
    public void willMake(String path) {
        throw new IllegalStateException("what is taken back makes nothing new");
    }

    @Override
    public void willRemove(String path) {
        throw new IllegalStateException("what is taken back removes nothing new");
    }

    @Override
    public void cannotUndo(String what) {
        change.cannotUndo(what);
    }
}
