package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.protocol.Errors;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The requests being worked on, to wait for them and to stop them, and the open answers, to keep them alive. */
final class Work {
    /** How long the answer to a request may be silent: short, for it is by writing that a lost client is noticed. */
    static final Duration BEAT = Duration.ofSeconds(2);

    /** How long a stream may be silent whose loss stops nothing: proxies give up after 30 to 60 seconds. */
    static final Duration SLOW_BEAT = Duration.ofSeconds(15);

    /** One request, worked on by the thread that began it. */
    final class Item implements AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private boolean ended;

        /** Interrupts the work unless it has ended. */
        synchronized void cancel() {
            if (!ended) {
                thread.interrupt();
            }
        }

        /** Ends the work on its thread, which is left without an interruption that came too late. */
        @Override
        public void close() {
            synchronized (this) {
                ended = true;
                Thread.interrupted();
            }
            items.remove(this);
            if (draining) {
                synchronized (items) {
                    items.notifyAll();
                }
            }
        }
    }

    /** An answer that gets a sign of life when it is silent for long, until this is closed. */
    interface Kept extends AutoCloseable {
        @Override
        void close();
    }

    private final Set<Item> items = ConcurrentHashMap.newKeySet();
    private final Set<Answer> answers = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    Item begin() {
        Item item = new Item();
        items.add(item);
        return item;
    }

    Kept keep(Answer answer) {
        answers.add(answer);
        return () -> answers.remove(answer);
    }

    /** Gives open answers their signs of life; to be called every second. */
    void beat() {
        for (Answer answer : answers) {
            if (answer.quiet()) {
                Thread.startVirtualThread(answer::beat);
            }
        }
    }

    int count() {
        return items.size();
    }

    /** Whether new requests are refused because the process stops. */
    boolean draining() {
        return draining;
    }

    void refuse() {
        draining = true;
    }

    /** Waits until nothing runs. @return false when something still does after {@code time} */
    boolean await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        synchronized (items) {
            while (!items.isEmpty()) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                items.wait(left);
            }
        }
        return true;
    }

    void cancelAll() {
        items.forEach(Item::cancel);
    }

    /** The answer to a request that the end of the process cut short. */
    static ObjectNode stopping(JsonNode id) {
        return Errors.reply(Optional.of(id), Errors.REFUSED, "UNAVAILABLE: the server is stopping", Optional.empty());
    }
}
