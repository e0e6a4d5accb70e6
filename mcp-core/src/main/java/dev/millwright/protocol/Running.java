package dev.millwright.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The calls that run now, each on a thread of its own, by a key that names their request.
 *
 * <p>That is a new virtual thread, or, where the transport can pass its reading on, the very thread that read the
 * request: one wake-up less on the way to the answer, which on an idle machine is half of a short call.
 */
public final class Running {
    /** One running call. Whoever is first, {@link #finish} or {@link #cancel}, decides whether it is answered. */
    public final class Entry {
        private final String key;
        private final Thread thread;
        private boolean open = true;

        private Entry(String key, Consumer<Entry> work) {
            this.key = key;
            this.thread = passOn.isPresent()
                    ? Thread.currentThread()
                    : Thread.ofVirtual().name("call").unstarted(() -> run(work));
        }

        private void run(Consumer<Entry> work) {
            try {
                work.accept(this);
            } finally {
                leave(this);
            }
        }

        /** Whether the call may be answered; from then on it cannot be cancelled, and its key is free. */
        public boolean finish() {
            return end(false);
        }

        /** Whether something about this call may still be sent. */
        public synchronized boolean isOpen() {
            return open;
        }

        /** Interrupts the call unless it has finished. */
        public boolean cancel() {
            return end(true);
        }

        private synchronized boolean end(boolean interrupt) {
            if (!open) {
                return false;
            }
            open = false;
            entries.remove(key, this);
            if (interrupt) {
                thread.interrupt();
            }
            return true;
        }
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Optional<Runnable> passOn;
    private final Object lock = new Object();
    private int threads;

    /** Each call on a new virtual thread. */
    public Running() {
        this.passOn = Optional.empty();
    }

    /** @param passOn lets another thread read on; called by the one that read the request and now works on it */
    public Running(Runnable passOn) {
        this.passOn = Optional.of(passOn);
    }

    /**
     * Starts a call, or returns nothing when one with this key runs already. Where reading can be passed on it returns
     * when the call has ended, and leaves no interruption behind.
     */
    public Optional<Entry> start(String key, Consumer<Entry> work) {
        Entry entry = new Entry(key, work);
        if (entries.putIfAbsent(key, entry) != null) {
            return Optional.empty();
        }
        synchronized (lock) {
            threads++;
        }
        if (passOn.isPresent()) {
            passOn.get().run();
            try {
                entry.run(work);
            } finally {
                Thread.interrupted();
            }
        } else {
            entry.thread.start();
        }
        return Optional.of(entry);
    }

    private void leave(Entry entry) {
        entry.finish();
        synchronized (lock) {
            threads--;
            lock.notifyAll();
        }
    }

    /** Interrupts a call, which is then not to be answered. @return whether it ran and had not finished */
    public boolean cancel(String key) {
        Entry entry = entries.get(key);
        return entry != null && entry.cancel();
    }

    public void cancelAll() {
        List.copyOf(entries.values()).forEach(Entry::cancel);
    }

    /** Waits until nothing runs. @return false when something still does after {@code time} */
    public boolean drain(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        synchronized (lock) {
            while (threads > 0) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                lock.wait(left);
            }
        }
        return true;
    }
}
