package dev.millwright.transport;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Threads that take turns at one piece of reading: whoever has read something to work on passes the turn to another
 * and works on it itself (leader and followers; Schmidt et al., Pattern-Oriented Software Architecture 2, 2000).
 *
 * <p>A thread that is done waits for the next turn, or ends when another waits already.
 */
final class Turns {
    private final String name;
    private final BooleanSupplier reading;
    private final Semaphore turn = new Semaphore(1);
    private final ThreadLocal<Boolean> mine = ThreadLocal.withInitial(() -> false);

    /** @param reading reads and handles one thing; false when there is nothing more to read */
    Turns(String name, BooleanSupplier reading) {
        this.name = name;
        this.reading = reading;
    }

    void begin() {
        Thread.ofPlatform().name(name).daemon().start(this::take);
    }

    /** Lets another thread read on. Does nothing in a thread that does not have the turn. */
    void pass() {
        if (mine.get()) {
            mine.set(false);
            boolean somebodyWaits = turn.hasQueuedThreads();
            turn.release();
            if (!somebodyWaits) {
                begin();
            }
        }
    }

    private void take() {
        boolean more = true;
        while (more && !turn.hasQueuedThreads()) {
            turn.acquireUninterruptibly();
            mine.set(true);
            while (more && mine.get()) {
                more = reading.getAsBoolean();
            }
        }
    }
}
