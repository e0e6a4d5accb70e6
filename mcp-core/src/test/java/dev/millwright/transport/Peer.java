package dev.millwright.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.protocol.stateless.StatelessEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client at the other end of a transport's streams, which sends what it is told and keeps what it gets. */
final class Peer implements AutoCloseable {
    private static final String META = "io.modelcontextprotocol/";

    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private final Pipe pipe = Pipe.open();
    private final OutputStream in = Channels.newOutputStream(pipe.sink());
    private final Thread server;
    private volatile boolean deaf;

    Peer(Workbench workbench) throws IOException {
        this(workbench, new StdioTransport.Limits(100_000, Duration.ofMillis(500)));
    }

    Peer(Workbench workbench, StdioTransport.Limits limits) throws IOException {
        StdioTransport transport = new StdioTransport(
                workbench.endpoint,
                new StatelessEngine(workbench.endpoint, () -> Workbench.KEY),
                Workbench.LOCAL,
                Channels.newInputStream(pipe.source()),
                new Out(),
                limits);
        server = Thread.ofPlatform().daemon().start(() -> {
            try {
                transport.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Takes whole lines only: a message that is not one line in one write fails to parse. */
    private final class Out extends OutputStream {
        @Override
        public void write(byte[] bytes) throws IOException {
            write(bytes, 0, bytes.length);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (deaf) {
                throw new IOException("Broken pipe");
            }
            String text = new String(bytes, from, length, StandardCharsets.UTF_8);
            if (text.indexOf('\n') != text.length() - 1) {
                throw new IllegalStateException("not one line: " + text);
            }
            try {
                received.add(Json.read(text));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("not JSON: " + text, e);
            }
        }

        @Override
        public void write(int b) {
            throw new IllegalStateException("not one line");
        }
    }

    void send(byte[] bytes) {
        try {
            in.write(bytes);
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void line(String text) {
        send((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next message from the server. */
    JsonNode next() {
        try {
            JsonNode message = received.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came");
            }
            return message;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    boolean silent() throws InterruptedException {
        return received.poll(150, TimeUnit.MILLISECONDS) == null;
    }

    /** A request of the sessions era. */
    static ObjectNode request(Object id, String method, String params) {
        ObjectNode request = Json.object().put("jsonrpc", "2.0").put("method", method);
        request.set("id", Json.tree(id));
        request.set("params", parse(params));
        return request;
    }

    /** A request of the stateless era. */
    static ObjectNode stateless(Object id, String method, String params, String capabilities) {
        ObjectNode request = request(id, method, params);
        ObjectNode meta = request.withObject("/params").withObject("/_meta");
        meta.put(META + "protocolVersion", "2026-07-28");
        meta.set(META + "clientCapabilities", parse(capabilities));
        return request;
    }

    static ObjectNode notification(String method, String params) {
        ObjectNode notification = Json.object().put("jsonrpc", "2.0").put("method", method);
        notification.set("params", parse(params));
        return notification;
    }

    static ObjectNode parse(String json) {
        try {
            return (ObjectNode) Json.read(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    void send(ObjectNode message) {
        line(message.toString());
    }

    JsonNode ask(ObjectNode message) {
        send(message);
        return next();
    }

    /** Opens a session. @return the answer to {@code initialize} */
    JsonNode initialize(String capabilities) {
        JsonNode answer = ask(request(
                0,
                "initialize",
                "{'protocolVersion': '2025-11-25', 'capabilities': %s, 'clientInfo': {'name': 't', 'version': '1'}}"
                        .formatted(capabilities)));
        send(notification("notifications/initialized", "{}"));
        return answer;
    }

    /** Stops reading: the server's next write fails. */
    void deafen() {
        deaf = true;
    }

    void end() throws IOException {
        in.close();
    }

    /** Whether the server has returned. */
    boolean ended(Duration within) throws InterruptedException {
        return server.join(within);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
