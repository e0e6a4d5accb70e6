package dev.millwright.k8s.stub;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** HTTP/1.1 on loopback, a virtual thread a connection: kept connections, answers in chunks, websockets. */
final class Wire implements AutoCloseable {
    /** Answers one request; what it leaves unanswered breaks the connection. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws IOException;
    }

    /**
     * A request as it came.
     *
     * @param path decoded segment by segment, without the query
     * @param headers by name in lower-case
     * @param certificate common name and organizations of the client's certificate
     */
    record Request(
            String method,
            List<String> path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            byte[] body,
            Optional<X509Certificate> certificate) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(List::getFirst);
        }

        String parameter(String name) {
            return query.getOrDefault(name, List.of("")).getFirst();
        }

        boolean flag(String name) {
            return Set.of("true", "1").contains(parameter(name));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final ServerSocket listening;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Wire(ServerSocketFactory sockets, int port, Handler handler) {
        this.handler = handler;
        try {
            this.listening = sockets.createServerSocket(port, 200, InetAddress.getLoopbackAddress());
            if (listening instanceof SSLServerSocket secure) {
                secure.setWantClientAuth(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("stub").start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 32 * 1024);
            boolean more = true;
            while (more && !closed) {
                Optional<Request> request = read(socket, in, out);
                if (request.isEmpty()) {
                    return;
                }
                Exchange exchange = new Exchange(request.get(), socket, in, out);
                handler.handle(exchange);
                more = exchange.done();
            }
        } catch (IOException e) {
            // The client went away, or distrusts us: its test sees that.
            return;
        } finally {
            open.remove(socket);
        }
    }

    private static Optional<Request> read(Socket socket, InputStream in, OutputStream out) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = first.split(" ");
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    List.of(line.substring(colon + 1).strip()),
                    Wire::joined);
        }
        if (headers.getOrDefault("expect", List.of()).contains("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        byte[] body;
        if (headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            int size = Integer.parseInt(line(in), 16);
            while (size > 0) {
                whole.write(in.readNBytes(size));
                line(in);
                size = Integer.parseInt(line(in), 16);
            }
            line(in);
            body = whole.toByteArray();
        } else {
            body = in.readNBytes(Integer.parseInt(
                    headers.getOrDefault("content-length", List.of("0")).getFirst()));
        }
        String target = parts[1];
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (question >= 0) {
            for (String each : target.substring(question + 1).split("&")) {
                int equals = each.indexOf('=');
                query.merge(
                        decode(equals < 0 ? each : each.substring(0, equals)),
                        List.of(equals < 0 ? "" : decode(each.substring(equals + 1))),
                        Wire::joined);
            }
        }
        List<String> segments = List.of(path.substring(1).split("/")).stream()
                .map(each -> decode(each.replace("+", "%2B")))
                .toList();
        return Optional.of(new Request(parts[0], segments, query, headers, body, certificate(socket)));
    }

    private static Optional<X509Certificate> certificate(Socket socket) {
        if (socket instanceof SSLSocket secure) {
            try {
                return Optional.of((X509Certificate) secure.getSession().getPeerCertificates()[0]);
            } catch (SSLPeerUnverifiedException e) {
                // It showed none.
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        return java.util.stream.Stream.concat(one.stream(), other.stream()).toList();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Without its end; empty also at the end of the stream. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        int c = in.read();
        while (c >= 0 && c != '\n') {
            if (c != '\r') {
                line.write(c);
            }
            c = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request and the way to answer it, once. */
    static final class Exchange {
        private final Request request;
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private boolean keep;

        Exchange(Request request, Socket socket, InputStream in, OutputStream out) {
            this.request = request;
            this.socket = socket;
            this.in = in;
            this.out = out;
        }

        Request request() {
            return request;
        }

        private boolean done() {
            return keep
                    && !request.headers().getOrDefault("connection", List.of()).contains("close");
        }

        void answer(int status, Map<String, String> headers, byte[] body) throws IOException {
            head(status, headers, Map.of("Content-Length", Integer.toString(body.length)));
            out.write(body);
            out.flush();
            keep = true;
        }

        /** An answer whose end is not known yet; each write is sent at once. */
        OutputStream stream(int status, Map<String, String> headers) throws IOException {
            head(status, headers, Map.of("Transfer-Encoding", "chunked"));
            out.flush();
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    if (length > 0) {
                        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                        out.write(bytes, from, length);
                        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                    }
                }

                @Override
                public void close() throws IOException {
                    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    keep = true;
                }
            };
        }

        /** Switches to a websocket; the connection ends with it. */
        Frames upgrade(String protocol) throws IOException {
            head(
                    101,
                    Map.of("Sec-WebSocket-Protocol", protocol),
                    Map.of(
                            "Upgrade",
                            "websocket",
                            "Connection",
                            "Upgrade",
                            "Sec-WebSocket-Accept",
                            Frames.accept(request.header("sec-websocket-key").orElseThrow(EOFException::new))));
            out.flush();
            return new Frames(in, out);
        }

        /** Breaks the connection without an answer, with a reset. */
        void drop() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        private void head(int status, Map<String, String> headers, Map<String, String> more) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " \r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            more.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        }
    }
}
