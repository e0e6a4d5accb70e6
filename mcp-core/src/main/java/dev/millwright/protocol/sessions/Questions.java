package dev.millwright.protocol.sessions;

import java.io.EOFException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import reactor.core.publisher.Mono;

/** The requests to clients that wait for their answer. */
final class Questions implements AutoCloseable {
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Sends a request and waits for its answer.
     *
     * @throws ExecutionException when the client refused it or took too long, or cannot answer any more
     */
    <T> T ask(Mono<T> question) throws ExecutionException, InterruptedException {
        CompletableFuture<T> answer = question.toFuture();
        open.add(answer);
        try {
            if (closed) {
                hangUp(answer);
            }
            return answer.get();
        } finally {
            open.remove(answer);
            answer.cancel(true);
        }
    }

    private static void hangUp(CompletableFuture<?> answer) {
        answer.completeExceptionally(new EOFException("the client is gone"));
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Questions::hangUp);
    }
}
