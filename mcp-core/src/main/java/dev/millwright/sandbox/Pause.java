package dev.millwright.sandbox;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for the kernel where it offers nothing to wait on. */
final class Pause {
    private Pause() {}

    /** Waits about half a millisecond at first; keeps an interrupt for who asks for it. */
    static void shortly() {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
