package dev.millwright.k8s.fabric8;

import dev.millwright.k8s.api.ApiError;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Opens websockets and writes to them. */
final class Sockets {
    private static final Duration LOOK = Duration.ofNanos(50_000);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(2);

    private Sockets() {}

    /** @param protocols tried in turn, where a server does not speak the first */
    static WebSocket open(
            Connection.Lease lease,
            Connection connection,
            Requests requests,
            String path,
            List<String> protocols,
            WebSocket.Listener listener,
            String what)
            throws InterruptedException {
        CompletableFuture<WebSocket> opening = lease.client()
                .newWebSocketBuilder()
                .uri(URI.create(connection.server() + path))
                .connectTimeout(requests.patience().toMillis(), TimeUnit.MILLISECONDS)
                .subprotocol(protocols.getFirst())
                .buildAsync(listener);
        boolean waited = false;
        try {
            WebSocket socket = opening.get(requests.patience().toNanos(), TimeUnit.NANOSECONDS);
            waited = true;
            return socket;
        } catch (TimeoutException e) {
            throw requests.failures().slow(what, e);
        } catch (ExecutionException e) {
            Optional<ApiError> refused = refused(e.getCause(), connection, what);
            List<String> others = protocols.subList(1, protocols.size());
            if (!others.isEmpty()
                    && refused.filter(each -> !List.of(401, 403, 404).contains(each.code()))
                            .isPresent()) {
                return open(lease, connection, requests, path, others, listener, what);
            }
            throw refused.orElseGet(() -> requests.failures().unreachable(what, e.getCause()));
        } finally {
            if (!waited) {
                // Who no longer waits for it must not leave it open.
                opening.thenAccept(late -> late.sendClose(1001, ""));
            }
        }
    }

    /** The handshake gives the status alone: the JDK does not read the body of a refused one. */
    private static Optional<ApiError> refused(Throwable cause, Connection connection, String what) {
        Throwable at = cause;
        while (at != null) {
            if (at instanceof WebSocketHandshakeException handshake) {
                int code = handshake.getResponse().code();
                String why = switch (code) {
                    case 401 -> "Unauthorized at " + connection.server();
                    case 403 -> "forbidden";
                    case 404 -> "no such pod, or no such container";
                    default -> "the API answered " + code + " instead of opening a stream: is the container running?";
                };
                return Optional.of(new ApiError(code, "", what, why, Optional.of(cause)));
            }
            at = at.getCause();
        }
        return Optional.empty();
    }

    /** Sends one message when the one before has left: the JDK takes no other until then. For one thread at a time. */
    static void send(WebSocket socket, ByteBuffer message) throws InterruptedException {
        long nanos = LOOK.toNanos();
        while (socket.queueSize() > 0) {
            TimeUnit.NANOSECONDS.sleep(nanos);
            nanos = Math.min(nanos * 2, LONGEST_LOOK.toNanos());
        }
        socket.send(message);
    }
}
