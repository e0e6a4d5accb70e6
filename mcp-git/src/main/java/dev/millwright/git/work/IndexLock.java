package dev.millwright.git.work;

import dev.millwright.git.repo.IndexHold;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.util.OptionalLong;

/** The index as it was when its lock was taken, so that neither another call nor native Git changes it meanwhile. */
record IndexLock(IndexHold hold, Index index) implements AutoCloseable {
    /** @throws ToolException {@code CONFLICT} when another program holds it */
    static IndexLock take(Repo repo) {
        IndexHold hold = IndexHold.take(repo);
        try {
            return new IndexLock(hold, Index.read(repo));
        } catch (RuntimeException e) {
            hold.close();
            throw e;
        }
    }

    /** Puts another index in its place and lets the lock go. */
    void commit(Index next) {
        hold.commit(next.bytes(), OptionalLong.empty());
    }

    @Override
    public void close() {
        hold.close();
    }
}
