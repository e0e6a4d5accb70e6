package dev.millwright.call;

import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The clock of one call: interrupts its thread when the time is over, and stands still while a person is being asked,
 * which has a bound of its own.
 */
final class Deadline implements AutoCloseable {
    /** Interrupts late calls; one daemon thread, started with the first call. */
    private static final class Timer {
        static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("deadlines").daemon().factory());
    }

    /** A question under way. */
    interface Asking<T> {
        T ask() throws InterruptedException;
    }

    private final Thread thread = Thread.currentThread();
    private final Duration patience;
    private Alarm alarm;
    private Instant end;
    private Duration left = Duration.ZERO;
    private int asking;

    /**
     * Starts to run, for the thread that makes it.
     *
     * @param time the call may take, questions not counted
     * @param patience how long a person may take to answer one question
     */
    Deadline(Duration time, Duration patience) {
        this.patience = patience;
        this.end = Instant.now().plus(time);
        this.alarm = new Alarm(thread, time);
    }

    /** When the call must have ended, if nobody is asked anything any more. */
    synchronized Instant end() {
        return asking > 0 ? Instant.now().plus(left) : end;
    }

    /**
     * Asks while the clock stands still.
     *
     * @throws ToolException {@code LIMIT} when there was no answer in time
     */
    <T> T asking(Asking<T> question) throws InterruptedException {
        stop();
        try (Alarm late = new Alarm(Thread.currentThread(), patience)) {
            try {
                return question.ask();
            } catch (InterruptedException | RuntimeException e) {
                if (late.silence()) {
                    throw ToolException.limit(
                            "nobody answered the question within %d s (question-seconds); try again when the person is there"
                                    .formatted(patience.toSeconds()));
                }
                throw e;
            }
        } finally {
            goOn();
        }
    }

    private synchronized void stop() throws InterruptedException {
        if (asking == 0) {
            if (alarm.silence()) {
                throw new InterruptedException("the deadline had passed");
            }
            left = Duration.between(Instant.now(), end);
        }
        asking++;
    }

    private synchronized void goOn() {
        asking--;
        if (asking == 0) {
            end = Instant.now().plus(left);
            alarm = new Alarm(thread, left);
        }
    }

    /** Ends the clock. @return whether the time was over before */
    synchronized boolean missed() {
        return alarm.silence();
    }

    @Override
    public void close() {
        missed();
    }

    /** Interrupts a thread once, and never after it was silenced. */
    private static final class Alarm implements AutoCloseable {
        private final Thread thread;
        private final ScheduledFuture<?> pending;
        private boolean rang;
        private boolean silenced;

        Alarm(Thread thread, Duration time) {
            this.thread = thread;
            this.pending = Timer.THREAD.schedule(this::ring, time.toMillis(), TimeUnit.MILLISECONDS);
        }

        private synchronized void ring() {
            if (!silenced) {
                rang = true;
                thread.interrupt();
            }
        }

        /** Whether it had rung; the interruption it left behind, if nobody took it, is cleared. */
        synchronized boolean silence() {
            if (rang && !silenced) {
                Thread.interrupted();
            }
            silenced = true;
            pending.cancel(false);
            return rang;
        }

        @Override
        public void close() {
            silence();
        }
    }
}
