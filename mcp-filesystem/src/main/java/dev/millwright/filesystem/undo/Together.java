package dev.millwright.filesystem.undo;

import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Independent pieces of work that wait for the disk, done at the same time: a file system brings what many wait for down
 * in one go, so a thousand small files take about as long as thirty one after the other.
 */
final class Together {
    /** More brought no more on a disk of 5 ms per flush: 16 wait 0.14 ms a file. */
    private static final int AT_ONCE = 16;

    /** Fewer are not worth a thread. */
    private static final int FEW = 4;

    private Together() {}

    /**
     * Works through the numbers from {@code from} to before {@code to}; after a failure or an interrupt no more are
     * begun, and it ends when none runs any more.
     */
    static void run(int from, int to, IntConsumer work) {
        if (to - from < FEW) {
            for (int i = from; i < to; i++) {
                work.accept(i);
            }
            return;
        }
        AtomicBoolean failed = new AtomicBoolean();
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, to - from))) {
            for (int i = from; i < to; i++) {
                int at = i;
                all.add(threads.submit(() -> {
                    if (!failed.get()) {
                        try {
                            work.accept(at);
                        } catch (RuntimeException | Error e) {
                            failed.set(true);
                            throw e;
                        }
                    }
                }));
            }
            // An interrupt of this thread while it waits here goes on to those that work.
        }
        for (Future<?> one : all) {
            if (one.isDone()) {
                rethrow(one);
            }
        }
        if (Thread.currentThread().isInterrupted()) {
            throw ToolException.limit("the call was stopped at its deadline or by its caller");
        }
    }

    private static void rethrow(Future<?> done) {
        if (done.state() != Future.State.FAILED) {
            return;
        }
        switch (done.exceptionNow()) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException("work throws no checked exception", done.exceptionNow());
        }
    }
}
