package dev.millwright.store;

import dev.millwright.tool.ToolException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one door for durable state.
 *
 * <p>Opening touches nothing; the first use creates, migrates and connects. A first use that failed is tried again by
 * the next.
 */
public final class Store implements AutoCloseable {
    private static final int ATTEMPTS = 8;

    private final StoreUrl url;
    private final List<Migrations> modules;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile Optional<Engine> engine = Optional.empty();
    private volatile boolean closed;

    private Store(StoreUrl url, List<Migrations> modules) {
        this.url = url;
        this.modules = modules;
    }

    /** A store with the tables of the core and of these modules. */
    public static Store open(StoreUrl url, Migrations... modules) {
        List<Migrations> all = new ArrayList<>(List.of(modules));
        all.addFirst(Migrations.CORE);
        return new Store(url, List.copyOf(all));
    }

    /**
     * Does the work in one transaction that is as if alone, durable on return; again, a few times, when others were in
     * the way.
     *
     * @throws ToolException {@code UNAVAILABLE} when the store cannot be used, saying why
     */
    public <T extends @Nullable Object> T transact(Work<T> work) {
        return run(work, true);
    }

    /** Does reading work on one consistent view; never waits for a writer. */
    public <T extends @Nullable Object> T read(Work<T> work) {
        return run(work, false);
    }

    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            engine.ifPresent(Engine::close);
            engine = Optional.empty();
        } finally {
            opening.unlock();
        }
    }

    private <T extends @Nullable Object> T run(Work<T> work, boolean writing) {
        Engine used = engine.orElseGet(this::opened);
        for (int attempt = 1; ; attempt++) {
            try {
                return once(used, work, writing);
            } catch (SQLException e) {
                if (!used.passes(e)) {
                    throw used.explain(e);
                } else if (attempt == ATTEMPTS) {
                    throw ToolException.unavailable("the store is busy: " + attempt + " attempts; try again later", e);
                }
                pause(attempt);
            }
        }
    }

    private static <T extends @Nullable Object> T once(Engine engine, Work<T> work, boolean writing)
            throws SQLException {
        Connection connection = engine.borrow(writing);
        boolean whole = false;
        try {
            T result = work.run(connection);
            engine.commit(connection);
            whole = true;
            return result;
        } catch (Throwable failure) {
            try {
                engine.rollback(connection);
                whole = true;
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        } finally {
            engine.giveBack(connection, writing, whole);
        }
    }

    /** Up to 5 ms after the first attempt, up to 320 ms after the seventh; at random, so that rivals part. */
    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, 1 + (5L << attempt - 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ToolException.unavailable("interrupted while waiting for the store", e);
        }
    }

    private Engine opened() {
        opening.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            if (engine.isEmpty()) {
                engine = Optional.of(
                        switch (url) {
                            case StoreUrl.Embedded embedded -> SqliteEngine.open(embedded, modules);
                            case StoreUrl.Shared shared -> PostgresEngine.open(shared, modules);
                        });
            }
            return engine.get();
        } finally {
            opening.unlock();
        }
    }
}
