package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Requests to an API server: what is safe to repeat is repeated, at most twice and within the time of one request; what
 * changes something only when it was not sent.
 */
final class Requests {
    /**
     * One request.
     *
     * @param path with its query
     * @param mediaType of the body
     * @param what it does, for messages, as in {@code list pods in shop}
     */
    record Ask(String method, String path, Optional<String> body, String mediaType, String accept, String what) {
        static Ask get(String path, String what) {
            return new Ask("GET", path, Optional.empty(), "", "application/json", what);
        }

        Ask accepting(String types) {
            return new Ask(method, path, body, mediaType, types, what);
        }

        boolean isRead() {
            return method.equals("GET");
        }
    }

    /** @param retryAfter seconds that the server asks to wait; 0 where it does not say */
    record Answer(int code, byte[] body, String contentType, long retryAfter) {
        boolean isGood() {
            return code >= 200 && code < 300;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** What is kept of an answer. */
    interface Body {
        void take(ByteBuffer bytes);

        byte[] bytes();
    }

    /** All of it. */
    private static final class Whole implements Body {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();

        @Override
        public void take(ByteBuffer bytes) {
            append(all, bytes);
        }

        @Override
        public byte[] bytes() {
            return all.toByteArray();
        }
    }

    /** Takes the bytes of an answer as they come; on a thread of the client. */
    @FunctionalInterface
    interface Sink {
        void take(ByteBuffer bytes);
    }

    private static final int ATTEMPTS = 3;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final Connection connection;
    private final Duration patience;
    private final Failures failures;

    Requests(Connection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
        this.failures = new Failures(connection, patience);
    }

    Duration patience() {
        return patience;
    }

    Failures failures() {
        return failures;
    }

    /** Makes something of the bytes of an answer. */
    @FunctionalInterface
    interface Reader<T> {
        T read(byte[] json) throws JsonProcessingException;
    }

    JsonNode json(Ask ask) {
        return read(ask, json -> Json.read(json, 0, json.length));
    }

    <T> T read(Ask ask, Reader<T> reader) {
        Answer answer = send(ask);
        try {
            return reader.read(answer.body());
        } catch (JsonProcessingException e) {
            throw failures.noJson(ask, answer);
        }
    }

    Answer send(Ask ask) {
        return send(ask, Whole::new);
    }

    /**
     * @param body made for each attempt
     * @throws ApiError for any answer that is not 2xx
     */
    Answer send(Ask ask, Supplier<Body> body) {
        Answer answer = answer(ask, body);
        if (!answer.isGood()) {
            throw failures.refused(ask, answer);
        }
        return answer;
    }

    /** The answer, whatever its code. */
    Answer answer(Ask ask) {
        return answer(ask, Whole::new);
    }

    private Answer answer(Ask ask, Supplier<Body> body) {
        long end = System.nanoTime() + patience.toNanos();
        boolean again = true;
        int attempt = 1;
        while (true) {
            Login.Credential credential = connection.login().now();
            try (Connection.Lease lease = connection.lease(credential)) {
                Answer answer = once(lease, ask, end, body.get());
                if (answer.code() == 401 && again && connection.login().refused(credential)) {
                    again = false;
                    continue;
                }
                boolean passes = ask.isRead() && List.of(429, 502, 503, 504).contains(answer.code());
                if (!passes || attempt == ATTEMPTS || !pause(ask, attempt, answer.retryAfter() * 1_000, end)) {
                    return answer;
                }
            } catch (IOException e) {
                boolean safe = ask.isRead() || Failures.notSent(e);
                if (!safe || !Failures.passes(e) || attempt == ATTEMPTS || !pause(ask, attempt, 0, end)) {
                    throw failures.unreachable(ask.what(), e);
                }
            } catch (TimeoutException e) {
                throw failures.slow(ask.what(), e);
            } catch (InterruptedException e) {
                throw failures.interrupted(ask.what(), e);
            }
            attempt++;
        }
    }

    /** Waits before the next attempt. @return whether there is time for one */
    private boolean pause(Ask ask, int attempt, long asked, long end) {
        long usual = FIRST_PAUSE_MILLIS << (attempt - 1);
        long millis = Math.max(asked, usual + ThreadLocalRandom.current().nextLong(usual));
        if (millis > LONGEST_PAUSE_MILLIS || System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis) > end) {
            return false;
        }
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            throw failures.interrupted(ask.what(), e);
        }
    }

    private Answer once(Connection.Lease lease, Ask ask, long end, Body body)
            throws IOException, TimeoutException, InterruptedException {
        HttpResponse<AsyncBody> response = begin(lease, ask, end, true, body::take);
        finish(response, end);
        return new Answer(
                response.code(),
                body.bytes(),
                Optional.ofNullable(response.header("Content-Type")).orElse(""),
                retryAfter(response));
    }

    private static void append(ByteArrayOutputStream whole, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        whole.write(copy, 0, copy.length);
    }

    private static long retryAfter(HttpResponse<?> response) {
        String written = Optional.ofNullable(response.header("Retry-After")).orElse("");
        return written.matches("[0-9]{1,6}") ? Long.parseLong(written) : 0;
    }

    /** @param bounded whether the client, too, gives up when the time is over */
    private HttpResponse<AsyncBody> begin(Connection.Lease lease, Ask ask, long end, boolean bounded, Sink sink)
            throws IOException, TimeoutException, InterruptedException {
        long left = end - System.nanoTime();
        if (left <= 0) {
            throw new TimeoutException();
        }
        HttpRequest.Builder request = lease.client()
                .newHttpRequestBuilder()
                .uri(connection.server() + ask.path())
                .header("Accept", ask.accept());
        if (bounded) {
            request.timeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)), TimeUnit.MILLISECONDS);
        }
        if (ask.body().isPresent() || !ask.isRead()) {
            request.method(ask.method(), ask.mediaType(), ask.body().orElse(""));
        }
        return await(
                lease.client().consumeBytes(request.build(), (buffers, body) -> {
                    buffers.forEach(sink::take);
                    body.consume();
                }),
                left);
    }

    private static void finish(HttpResponse<AsyncBody> response, long end)
            throws IOException, TimeoutException, InterruptedException {
        boolean whole = false;
        try {
            response.body().consume();
            await(response.body().done(), end - System.nanoTime());
            whole = true;
        } finally {
            if (!whole) {
                response.body().cancel();
            }
        }
    }

    private static <T> T await(CompletableFuture<T> future, long nanos)
            throws IOException, TimeoutException, InterruptedException {
        boolean done = false;
        try {
            T value = future.get(Math.max(1, nanos), TimeUnit.NANOSECONDS);
            done = true;
            return value;
        } catch (ExecutionException e) {
            done = true;
            throw Failures.io(e.getCause());
        } finally {
            if (!done) {
                future.cancel(true);
            }
        }
    }

    /**
     * Reads an answer piece by piece, for as long as it goes on.
     *
     * @param opened runs before the first byte of a good answer
     * @param sink gets the bytes of a good answer
     * @param patience with the whole
     * @param stop ends it before
     * @return whether it ended by itself
     * @throws ApiError for any answer that is not 2xx
     */
    boolean stream(Ask ask, Runnable opened, Sink sink, Duration patience, CountDownLatch stop)
            throws InterruptedException {
        Login.Credential credential = connection.login().now();
        ByteArrayOutputStream refusal = new ByteArrayOutputStream();
        try (Connection.Lease lease = connection.lease(credential)) {
            // Known before the first byte: bodies are asked for only below.
            AtomicBoolean good = new AtomicBoolean();
            HttpResponse<AsyncBody> response =
                    begin(lease, ask, System.nanoTime() + this.patience.toNanos(), false, bytes -> {
                        if (good.get()) {
                            sink.take(bytes);
                        } else {
                            append(refusal, bytes);
                        }
                    });
            good.set(response.code() >= 200 && response.code() < 300);
            if (!good.get()) {
                finish(response, System.nanoTime() + this.patience.toNanos());
                connection.login().refused(credential);
                throw failures.refused(
                        ask, new Answer(response.code(), refusal.toByteArray(), "", retryAfter(response)));
            }
            try {
                opened.run();
                response.body().consume();
                CompletableFuture<Void> done = response.body().done();
                done.whenComplete((nothing, failure) -> stop.countDown());
                boolean stopped = stop.await(patience.toNanos(), TimeUnit.NANOSECONDS);
                return stopped && done.isDone();
            } finally {
                response.body().cancel();
            }
        } catch (IOException e) {
            throw failures.unreachable(ask.what(), e);
        } catch (TimeoutException e) {
            throw failures.slow(ask.what(), e);
        }
    }
}
