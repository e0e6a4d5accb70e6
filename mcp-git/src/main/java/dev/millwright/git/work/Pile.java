package dev.millwright.git.work;

import dev.millwright.tool.ToolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Work that makes more work, shared by the calling thread and one helper per further processor, at most one. */
final class Pile {
    private static final int WAITING = 32;
    private static final int THREADS = 2;

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int unfinished;
    private volatile boolean stopped;

    /** Done by whoever is free; at once by the calling thread when enough waits already. Skipped after a failure. */
    void add(Runnable work) {
        synchronized (waiting) {
            if (waiting.size() < WAITING) {
                waiting.addLast(work);
                unfinished++;
                waiting.notifyAll();
                return;
            }
        }
        work.run();
    }

    /** Whether something failed and the rest should be brief. */
    boolean stopped() {
        return stopped;
    }

    /** Does all there is; throws what the first work that failed threw. */
    void run() {
        int helpers = Math.min(THREADS, Runtime.getRuntime().availableProcessors()) - 1;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < helpers; i++) {
            threads.add(Thread.ofPlatform().daemon().name("work-tree").start(this::work));
        }
        work();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    stopped = true;
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw ToolException.limit("the call was stopped at its deadline or by its caller");
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable impossible -> throw new IllegalStateException(impossible);
        }
    }

    private void work() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
                stopped = true;
            } finally {
                synchronized (waiting) {
                    if (--unfinished == 0) {
                        waiting.notifyAll();
                    }
                }
            }
        }
    }

    private @org.jspecify.annotations.Nullable Runnable next() {
        synchronized (waiting) {
            boolean interrupted = false;
            while (waiting.isEmpty() && unfinished > 0) {
                try {
                    waiting.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stopped = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return waiting.pollLast();
        }
    }
}
