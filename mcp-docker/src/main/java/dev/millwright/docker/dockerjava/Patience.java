package dev.millwright.docker.dockerjava;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How long a thread waits for an engine: a Unix socket of the JDK knows no timeout of its own, so its reading thread is
 * interrupted when the time is over.
 */
final class Patience implements AutoCloseable {
    /** One daemon thread, started with the first request. */
    private static final class Timer {
        static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("engine-timeouts").daemon().factory());
    }

    private final Thread waiting = Thread.currentThread();
    private final Optional<Future<?>> alarm;
    private boolean over;
    private boolean ended;

    /** Begins, for the thread that makes it. */
    Patience(Duration time) {
        alarm = Optional.of(Timer.THREAD.schedule(this::ring, time.toNanos(), TimeUnit.NANOSECONDS));
    }

    private Patience() {
        alarm = Optional.empty();
    }

    /** Of a request that may take as long as its call: nothing is timed. */
    static Patience endless() {
        return new Patience();
    }

    private synchronized void ring() {
        if (!ended) {
            over = true;
            waiting.interrupt();
        }
    }

    /** Whether the time was over, and so the thread is interrupted by nobody else: it no longer is afterwards. */
    synchronized boolean isOver() {
        ended = true;
        alarm.ifPresent(each -> each.cancel(false));
        if (over) {
            Thread.interrupted();
        }
        return over;
    }

    /** What is read within the same time. */
    InputStream within(InputStream body) {
        return new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                try {
                    return super.read();
                } catch (IOException e) {
                    throw said(e);
                }
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                try {
                    return super.read(into, from, length);
                } catch (IOException e) {
                    throw said(e);
                }
            }
        };
    }

    private IOException said(IOException failure) {
        if (isOver()) {
            SocketTimeoutException late = new SocketTimeoutException("no more came in time");
            late.initCause(failure);
            return late;
        }
        return failure;
    }

    @Override
    public void close() {
        isOver();
    }
}
