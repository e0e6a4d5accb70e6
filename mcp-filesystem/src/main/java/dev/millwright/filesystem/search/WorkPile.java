package dev.millwright.filesystem.search;

import dev.millwright.tool.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work that makes more work, done by the calling thread and one helper per further processor. The last work added is
 * done first, which keeps a walk deep rather than wide.
 */
final class WorkPile {
    private static final int MAX_THREADS = 8;

    private final Call call;
    private final Deque<Consumer<Object>> pile = new ArrayDeque<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int unfinished;
    private volatile boolean stopped;
    private Thread caller = Thread.currentThread();

    WorkPile(Call call) {
        this.call = call;
    }

    /** The work is given the tool of the thread that does it; work must run to release what it holds, even when stopped. */
    void add(Consumer<Object> work) {
        synchronized (pile) {
            pile.addLast(work);
            unfinished++;
            pile.notify();
        }
    }

    /** Whether the call is over and the rest of the work should be brief. */
    boolean stopped() {
        if (!stopped && Thread.currentThread() == caller && caller.isInterrupted()) {
            stopped = true;
        }
        return stopped;
    }

    /**
     * Does all of the work, each thread with one tool of its own.
     *
     * @throws InterruptedException when the call was over before; all work has been let go by then
     */
    void work(Supplier<?> tools) throws InterruptedException {
        caller = Thread.currentThread();
        List<Thread> helpers = new ArrayList<>();
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS);
        for (int i = 1; i < threads; i++) {
            helpers.add(Thread.ofPlatform().daemon().name("walk-" + i).start(() -> workUntilDone(tools.get())));
        }
        workUntilDone(tools.get());
        boolean interrupted = Thread.interrupted();
        for (Thread helper : helpers) {
            helper.join();
        }
        Throwable failed = failure.get();
        if (failed instanceof RuntimeException e) {
            throw e;
        } else if (failed instanceof Error e) {
            throw e;
        } else if (interrupted || stopped) {
            throw new InterruptedException("the call is over");
        }
    }

    private void workUntilDone(Object tool) {
        for (Consumer<Object> work = next(); work != null; work = next()) {
            try {
                work.accept(tool);
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
                stopped = true;
            } finally {
                synchronized (pile) {
                    if (--unfinished == 0) {
                        pile.notifyAll();
                    }
                }
            }
        }
    }

    private @org.jspecify.annotations.Nullable Consumer<Object> next() {
        synchronized (pile) {
            boolean interrupted = false;
            while (pile.isEmpty() && unfinished > 0) {
                try {
                    pile.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stopped = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return pile.pollLast();
        }
    }
}
