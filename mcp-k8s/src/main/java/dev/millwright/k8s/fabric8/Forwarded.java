package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Tunnel;
import dev.millwright.mask.SecretText;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A port of a pod on this machine's loopback: a websocket for each connection, channel 0 its bytes, 1 what went wrong.
 *
 * <p>Our own pump, for that of fabric8 7.8 over the JDK's client loses bytes: it starts a message while the last is still
 * being sent, which the JDK refuses.
 */
final class Forwarded implements Tunnel {
    private static final String PROTOCOL = "v4.channel.k8s.io";
    private static final int PIECE = 16 * 1024;

    private final Connection connection;
    private final Requests requests;
    private final Connection.Lease lease;
    private final String path;
    private final String what;
    private final ServerSocket listening;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Optional<String> failure = Optional.empty();

    private Forwarded(Connection connection, Requests requests, Connection.Lease lease, String path, String what)
            throws IOException {
        this.connection = connection;
        this.requests = requests;
        this.lease = lease;
        this.path = path;
        this.what = what;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Asks first whether the pod runs and may be reached: a local port would only break later, without a word. */
    static Tunnel open(Connection connection, Requests requests, String namespace, String pod, int port) {
        String what = "forward port %d of pod %s in %s".formatted(port, pod, namespace);
        JsonNode found = requests.json(Requests.Ask.get(Kinds.POD.path(Optional.of(namespace), pod), what));
        String phase = found.at("/status/phase").asText("");
        if (!phase.equals("Running")) {
            throw new ApiError(409, "NotRunning", what, "the pod is " + phase + ", not Running", Optional.empty());
        }
        String path = FabricCluster.podPath(namespace, pod, "portforward", "ports", Integer.toString(port));
        Connection.Lease lease = connection.lease(connection.login().now());
        boolean opened = false;
        try {
            Sockets.open(lease, connection, requests, path, List.of(PROTOCOL), new WebSocket.Listener() {}, what)
                    .sendClose(1000, "");
            Forwarded tunnel = new Forwarded(connection, requests, lease, path, what);
            Thread.ofVirtual().name("port-forward").start(tunnel::accept);
            opened = true;
            return tunnel;
        } catch (InterruptedException e) {
            throw requests.failures().interrupted(what, e);
        } catch (IOException e) {
            throw requests.failures().unreachable(what, e);
        } finally {
            if (!opened) {
                lease.close();
            }
        }
    }

    private void accept() {
        while (!closed.get()) {
            try {
                Socket socket = listening.accept();
                sockets.add(socket);
                Thread.ofVirtual().name("port-forward").start(() -> serve(socket));
            } catch (IOException e) {
                if (!closed.get()) {
                    failure = Optional.of("the local port broke: " + e.getMessage());
                    return;
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            Incoming incoming = new Incoming(socket);
            WebSocket far = Sockets.open(lease, connection, requests, path, List.of(PROTOCOL), incoming, what);
            try {
                InputStream in = socket.getInputStream();
                byte[] buffer = new byte[PIECE];
                for (int n = in.read(buffer, 1, PIECE - 1); n >= 0; n = in.read(buffer, 1, PIECE - 1)) {
                    Sockets.send(far, ByteBuffer.wrap(buffer, 0, n + 1));
                }
            } finally {
                incoming.close(far);
            }
        } catch (ApiError e) {
            failure = Optional.ofNullable(e.getMessage());
        } catch (IOException e) {
            if (failure.isEmpty() && !closed.get()) {
                failure = Optional.of("the connection broke: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    /** What comes from the pod. */
    private final class Incoming implements WebSocket.Listener {
        private final Socket socket;
        private final boolean[] begun = new boolean[2];
        private final AtomicBoolean over = new AtomicBoolean();

        Incoming(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void onMessage(WebSocket far, ByteBuffer bytes) {
            int channel = bytes.hasRemaining() ? bytes.get() : -1;
            try {
                if (channel >= 0 && channel < begun.length && !begun[channel]) {
                    // The first message of a channel repeats the port.
                    begun[channel] = true;
                } else if (channel == 0) {
                    byte[] content = new byte[bytes.remaining()];
                    bytes.get(content);
                    socket.getOutputStream().write(content);
                } else if (channel == 1) {
                    failure = Optional.of(SecretText.text(
                            StandardCharsets.UTF_8.decode(bytes).toString().strip()));
                    socket.close();
                }
                far.request();
            } catch (IOException e) {
                // Who connected here is gone: so is the way there.
                close(far);
            }
        }

        /** Once, and not where the far side has. */
        void close(WebSocket far) {
            if (over.compareAndSet(false, true)) {
                far.sendClose(1000, "");
            }
        }

        @Override
        public void onClose(WebSocket far, int code, String reason) {
            end();
        }

        @Override
        public void onError(WebSocket far, Throwable error) {
            failure = Optional.of("the connection broke: " + error.getMessage());
            end();
        }

        private void end() {
            over.set(true);
            try {
                socket.close();
            } catch (IOException e) {
                failure = Optional.of("the local connection broke: " + e.getMessage());
            }
        }
    }

    @Override
    public int port() {
        return listening.getLocalPort();
    }

    @Override
    public Optional<String> failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            try {
                listening.close();
                for (Socket each : sockets) {
                    each.close();
                }
            } finally {
                lease.close();
            }
        }
    }
}
