package dev.millwright.server;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.function.LongSupplier;

/**
 * Has what died old collected in time. The serial collector looks only at the young as long as the heap may grow, to a
 * quarter of the machine's memory: what was kept for a while, as caches do, piles up until then.
 */
final class OldGarbage {
    /** Bytes below which nothing is worth a look. */
    static final long LEAST = 32L << 20;

    private final LongSupplier used;
    private final Runnable collect;
    private long most = LEAST;

    /**
     * @param used bytes of the heap
     * @param collect all of it
     */
    OldGarbage(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
    }

    /** For as long as the process runs, whenever the young were collected. */
    static void watch() {
        Runtime heap = Runtime.getRuntime();
        OldGarbage garbage = new OldGarbage(() -> heap.totalMemory() - heap.freeMemory(), System::gc);
        Thread.ofPlatform().name("old-garbage").daemon().start(garbage::run);
    }

    private void run() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        try {
            while (true) {
                // Young and dead at once: it is found by the next collection, whichever that is.
                Reference<?> mark = new PhantomReference<>(new Object(), collected);
                collected.remove();
                Reference.reachabilityFence(mark);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects once half as much again is used as was alive the last time. */
    void look() {
        if (used.getAsLong() > most) {
            collect.run();
            most = Math.max(LEAST, used.getAsLong() / 2 * 3);
        }
    }
}
