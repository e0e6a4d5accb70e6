package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Exec;
import dev.millwright.mask.SecretText;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program in a container, over a websocket with the channels of Kubernetes: 0 stdin, 1 stdout, 2 stderr, 3 how it
 * ended; 255 closes one, which only v5 (1.30 on) can. Without that a program that waits for the end of its input waits on.
 */
final class Execution {
    private static final String V4 = "v4.channel.k8s.io";
    private static final String V5 = "v5.channel.k8s.io";
    private static final int PIECE = 16 * 1024;

    private final Connection connection;
    private final Requests requests;
    private final Exec exec;
    private final String what;

    Execution(Connection connection, Requests requests, Exec exec) {
        this.connection = connection;
        this.requests = requests;
        this.exec = exec;
        this.what = "run %s in container %s of pod %s in %s"
                .formatted(exec.argv().getFirst(), exec.container(), exec.pod(), exec.namespace());
    }

    Exec.Ended run() throws InterruptedException {
        Login.Credential credential = connection.login().now();
        try {
            return run(credential);
        } catch (ApiError e) {
            if (e.code() == 401 && connection.login().refused(credential)) {
                return run(connection.login().now());
            }
            throw e;
        }
    }

    private Exec.Ended run(Login.Credential credential) throws InterruptedException {
        boolean sends = exec.stdin().length > 0;
        List<String> parameters = new ArrayList<>();
        exec.argv().forEach(each -> parameters.addAll(List.of("command", each)));
        parameters.addAll(List.of("container", exec.container(), "stdout", "true", "stderr", "true"));
        parameters.addAll(List.of("stdin", sends ? "true" : ""));
        String path = FabricCluster.podPath(exec.namespace(), exec.pod(), "exec", parameters.toArray(String[]::new));
        long end = System.nanoTime() + exec.patience().toNanos();
        try (Connection.Lease lease = connection.lease(credential)) {
            Channels channels = new Channels(exec.maxBytes());
            WebSocket socket = Sockets.open(
                    lease, connection, requests, path, sends ? List.of(V5, V4) : List.of(V4), channels, what);
            try {
                send(socket);
                JsonNode status = channels.ended.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                return channels.ended(status, what);
            } finally {
                channels.close(socket);
            }
        } catch (ExecutionException e) {
            throw requests.failures().unreachable(what, e.getCause());
        } catch (TimeoutException e) {
            throw new ApiError(
                    504,
                    "Timeout",
                    what,
                    "it did not end within %d s; it may still run in the container"
                            .formatted(exec.patience().toSeconds()),
                    Optional.of(e));
        }
    }

    private void send(WebSocket socket) throws InterruptedException {
        byte[] all = exec.stdin();
        for (int from = 0; from < all.length; from += PIECE) {
            byte[] piece = Arrays.copyOfRange(all, from, Math.min(all.length, from + PIECE));
            Sockets.send(
                    socket,
                    ByteBuffer.allocate(piece.length + 1)
                            .put((byte) 0)
                            .put(piece)
                            .flip());
        }
        if (all.length > 0) {
            Sockets.send(socket, ByteBuffer.wrap(new byte[] {(byte) 255, 0}));
        }
    }

    /** What comes in. */
    private static final class Channels implements WebSocket.Listener {
        private final int most;
        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        private boolean truncated;
        private boolean closed;
        private final CompletableFuture<JsonNode> ended = new CompletableFuture<>();

        Channels(int most) {
            this.most = most;
        }

        @Override
        public synchronized void onMessage(WebSocket socket, ByteBuffer bytes) {
            if (bytes.hasRemaining()) {
                int channel = bytes.get();
                byte[] content = new byte[bytes.remaining()];
                bytes.get(content);
                switch (channel) {
                    case 1 -> keep(stdout, content);
                    case 2 -> keep(stderr, content);
                    case 3 -> end(content);
                    // Others are of no use to us.
                    default -> {}
                }
            }
            socket.request();
        }

        private void keep(ByteArrayOutputStream into, byte[] content) {
            int length = Math.min(content.length, most - into.size());
            into.write(content, 0, length);
            truncated |= length < content.length;
        }

        private void end(byte[] content) {
            if (content.length > 0) {
                try {
                    ended.complete(Json.read(content, 0, content.length));
                } catch (JsonProcessingException e) {
                    ended.completeExceptionally(new IOException("its end is no Status", e));
                }
            }
        }

        /** Unless the server has: then it is closed already. */
        synchronized void close(WebSocket socket) {
            if (!closed) {
                socket.sendClose(1000, "");
            }
        }

        @Override
        public synchronized void onClose(WebSocket socket, int code, String reason) {
            closed = true;
            ended.completeExceptionally(new IOException("the connection ended before the program did (" + code + ")"));
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended.completeExceptionally(error);
        }

        synchronized Exec.Ended ended(JsonNode status, String what) {
            String message = status.path("message").asText("");
            int code;
            if (status.path("status").asText().equals("Success")) {
                code = 0;
            } else if (status.path("reason").asText().equals("NonZeroExitCode")) {
                code = exitCode(status);
            } else if (message.contains("executable file not found") || message.contains("no such file or directory")) {
                code = 127;
            } else if (message.contains("permission denied")) {
                code = 126;
            } else {
                throw new ApiError(
                        status.path("code").asInt(500),
                        status.path("reason").asText(""),
                        what,
                        SecretText.text(message),
                        Optional.empty());
            }
            String said = stderr.toString(StandardCharsets.UTF_8);
            boolean notStarted = code >= 126 && !status.path("reason").asText().equals("NonZeroExitCode");
            return new Exec.Ended(
                    code, stdout.toString(StandardCharsets.UTF_8), notStarted ? said + message : said, truncated);
        }

        private static int exitCode(JsonNode status) {
            for (JsonNode each : status.at("/details/causes")) {
                if (each.path("reason").asText().equals("ExitCode")) {
                    return each.path("message").asInt(1);
                }
            }
            return 1;
        }
    }
}
