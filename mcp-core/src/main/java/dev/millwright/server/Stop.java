package dev.millwright.server;

import java.util.concurrent.CountDownLatch;

/** The system's wish that the process ends (SIGTERM, SIGINT), which is granted once this is closed. */
public final class Stop implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    public Stop() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            asked.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    void await() throws InterruptedException {
        asked.await();
    }

    /** To be called when nothing is left to be closed. */
    @Override
    public void close() {
        closed.countDown();
    }
}
