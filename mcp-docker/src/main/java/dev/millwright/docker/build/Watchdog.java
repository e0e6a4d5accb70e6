package dev.millwright.docker.build;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Ends a build whose time is over: asks the builder to, then interrupts the thread that waits for it. */
final class Watchdog implements AutoCloseable {
    /** How long a builder may take to end by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Asks the builder to end. */
    @FunctionalInterface
    interface Cancel {
        void run() throws InterruptedException;
    }

    private final Thread waiting = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread watch;
    private boolean over;
    private boolean closed;

    /** Watches what the calling thread does until it is closed. */
    Watchdog(Duration time, Cancel cancel) {
        watch = Thread.ofVirtual().name("build-watchdog").start(() -> {
            try {
                Thread.sleep(time);
                lock.lock();
                try {
                    over = !closed;
                } finally {
                    lock.unlock();
                }
                if (over) {
                    cancel.run();
                    Thread.sleep(PATIENCE);
                    interrupt();
                }
            } catch (InterruptedException e) {
                // The build ended in time.
            } catch (RuntimeException e) {
                interrupt();
            }
        });
    }

    private void interrupt() {
        lock.lock();
        try {
            if (!closed) {
                waiting.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** From now on the thread is not interrupted; an interrupt of ours that it has not seen yet is taken back. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            watch.interrupt();
            if (over) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }
}
