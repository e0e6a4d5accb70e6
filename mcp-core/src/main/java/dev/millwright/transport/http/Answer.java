package dev.millwright.transport.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.LoggerFactory;

/**
 * An answer in the making: one JSON object, or a stream of events (SSE) once there is something to say before it.
 *
 * <p>Safe for any number of threads. A client that goes away is noticed by writing to it; an interruption of the writing
 * thread never tears an event.
 */
final class Answer {
    private enum State {
        FRESH,
        STREAMING,
        ENDED
    }

    private static final byte[] EVENT = "event: message\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Response response;
    private final Callback callback;
    private final boolean takesEvents;
    private final boolean takesJson;
    private final long quietNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile State state = State.FRESH;
    private volatile Optional<Runnable> whenLost = Optional.empty();
    private volatile long written = System.nanoTime();

    /** @param quiet time without an event after which {@link #beat} says something */
    Answer(
            Request request,
            Response response,
            Callback callback,
            boolean takesEvents,
            boolean takesJson,
            Duration quiet) {
        this.response = response;
        this.callback = callback;
        this.takesEvents = takesEvents;
        this.takesJson = takesJson;
        this.quietNanos = quiet.toNanos();
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(failure -> lost());
    }

    /** What to do, once, when the client goes away before the end. */
    void whenLost(Runnable action) {
        whenLost = Optional.of(action);
    }

    /** Begins the stream now rather than with the first event. */
    void open() throws IOException {
        lock.lock();
        try {
            stream();
            write(ByteBuffer.allocate(0));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a message that is not the response; left out when the client takes no events.
     *
     * @throws IOException when the client is gone
     */
    void event(byte[] json) throws IOException {
        event("message", json);
    }

    void event(String type, byte[] data) throws IOException {
        lock.lock();
        try {
            if (!takesEvents) {
                return;
            } else if (state == State.ENDED) {
                throw new IOException("the stream has ended");
            }
            stream();
            write(encoded(type, data));
        } finally {
            lock.unlock();
        }
    }

    /** Sends the response and ends. @param status of HTTP when it is still open */
    void finish(int status, byte[] json) {
        lock.lock();
        try {
            if (state == State.ENDED) {
                return;
            }
            if (state == State.FRESH && (takesJson || !takesEvents)) {
                response.setStatus(status);
                set("Content-Type", Exchange.JSON);
                set("Cache-Control", "no-store");
                end(ByteBuffer.wrap(json));
            } else {
                stream();
                end(encoded("message", json));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends without a response, as for a request that was cancelled. */
    void end() {
        lock.lock();
        try {
            if (state != State.ENDED) {
                if (state == State.FRESH && !takesEvents) {
                    response.setStatus(204);
                } else {
                    stream();
                }
                end(ByteBuffer.allocate(0));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is time to {@link #beat}. */
    boolean quiet() {
        return takesEvents && state != State.ENDED && System.nanoTime() - written >= quietNanos;
    }

    /** Sends a comment: keeps proxies patient and notices a client that went away. */
    void beat() {
        if (lock.tryLock()) {
            try {
                if (state != State.ENDED) {
                    stream();
                    write(ByteBuffer.wrap(COMMENT));
                }
            } catch (IOException e) {
                // Whom it concerns has been told by write.
                LoggerFactory.getLogger(Answer.class).debug("a client went away", e);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits for the end, from whichever side. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private void set(String header, String value) {
        response.getHeaders().put(header, value);
    }

    private void stream() {
        if (state == State.FRESH) {
            state = State.STREAMING;
            response.setStatus(200);
            set("Content-Type", Exchange.EVENTS);
            set("Cache-Control", "no-store");
            set("X-Accel-Buffering", "no");
        }
    }

    private static ByteBuffer encoded(String type, byte[] data) {
        byte[] start =
                type.equals("message") ? EVENT : ("event: " + type + "\ndata: ").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(start.length + data.length + 2)
                .put(start)
                .put(data)
                .put((byte) '\n')
                .put((byte) '\n')
                .flip();
    }

    /** Waits without heed to interruptions, at most the idle timeout of the connection. */
    private void write(ByteBuffer bytes) throws IOException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        response.write(false, bytes, Callback.from(() -> done.complete(true), done::completeExceptionally));
        try {
            done.join();
        } catch (CompletionException e) {
            state = State.ENDED;
            ended.countDown();
            lost();
            callback.failed(e.getCause());
            throw new IOException("the client is gone", e.getCause());
        }
        written = System.nanoTime();
    }

    private void end(ByteBuffer last) {
        state = State.ENDED;
        whenLost = Optional.empty();
        response.write(true, last, callback);
        ended.countDown();
    }

    private void lost() {
        Optional<Runnable> action = whenLost;
        whenLost = Optional.empty();
        ended.countDown();
        action.ifPresent(Runnable::run);
    }
}
