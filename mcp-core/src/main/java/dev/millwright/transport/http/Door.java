package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Client;
import dev.millwright.call.Operation;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Era;
import dev.millwright.protocol.Errors;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.ProtocolException;
import dev.millwright.protocol.stateless.StatelessEngine;
import dev.millwright.tool.Question;
import dev.millwright.tool.Unanswerable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One endpoint's addresses: sends each request to the era that it speaks. */
final class Door implements AutoCloseable {
    /** A client that hears nothing and can be asked nothing: for a call that is only made to be refused. */
    private static final Client NOBODY = new Client() {
        @Override
        public boolean canAsk(Question question) {
            return false;
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) {
            throw new Unanswerable("elicitation");
        }

        @Override
        public void progress(double done, double total, String message) {}

        @Override
        public void log(String level, String logger, String message) {}

        @Override
        public ObjectNode meta() {
            return Json.object();
        }
    };

    private final HttpConfig config;
    private final Work work;
    private final Gate gate;
    private final String metadata;
    private final Lazy<Endpoint> endpoint;
    private final Lazy<Stateless> stateless;
    private final Lazy<Sessions> sessions;
    private final Lazy<LegacySse> legacy;

    /**
     * @param key see {@link StatelessEngine}
     * @param metadata where clients learn how to get a token for this endpoint
     */
    Door(HttpConfig config, Mount mount, Supplier<byte[]> key, Work work, Gate gate, String metadata) {
        this.config = config;
        this.work = work;
        this.gate = gate;
        this.metadata = metadata;
        endpoint = new Lazy<>(mount.endpoint());
        stateless = new Lazy<>(
                () -> new Stateless(new StatelessEngine(endpoint.get(), key), work, config.lenientVersionHeader()));
        sessions = new Lazy<>(() -> new Sessions(endpoint.get(), work, config.maxSessions()));
        legacy = new Lazy<>(
                () -> new LegacySse(endpoint.get(), work, config.maxSessions(), mount.prefix() + "/sse/message"));
    }

    String metadata() {
        return metadata;
    }

    /** {@code /mcp}. */
    void mcp(Exchange exchange, Who who) throws IOException, InterruptedException {
        String method = exchange.method();
        if (method.equals("POST")) {
            Optional<Incoming> incoming = read(exchange);
            if (incoming.isPresent() && permitted(exchange, incoming.get(), who)) {
                post(exchange, incoming.get(), who);
            }
        } else if (method.equals("GET") && Sessions.named(exchange)) {
            sessions.get().get(exchange, who);
        } else if (method.equals("DELETE") && Sessions.named(exchange)) {
            sessions.get().delete(exchange, who);
        } else {
            wrongMethod(exchange, "POST");
        }
    }

    private void post(Exchange exchange, Incoming incoming, Who who) {
        switch (incoming) {
            case Incoming.Request request -> route(exchange, incoming, request.message(), who);
            case Incoming.Notification notification -> route(exchange, incoming, notification.message(), who);
            case Incoming.Answer answer -> route(exchange, incoming, answer.message(), who);
            case Incoming.Malformed malformed -> exchange.json(400, malformed.reply());
        }
    }

    private void route(Exchange exchange, Incoming incoming, ObjectNode message, Who who) {
        if (Era.isStateless(message, exchange.header("MCP-Protocol-Version"))) {
            stateless.get().post(exchange, incoming, message, who);
        } else {
            sessions.get().post(exchange, incoming, who);
        }
    }

    /** {@code /sse}. */
    void sse(Exchange exchange, Who who) throws IOException, InterruptedException {
        if (exchange.method().equals("GET")) {
            legacy.get().get(exchange, who);
        } else {
            wrongMethod(exchange, "GET");
        }
    }

    /** {@code /sse/message}. */
    void message(Exchange exchange, Who who) throws IOException {
        if (!exchange.method().equals("POST")) {
            wrongMethod(exchange, "POST");
            return;
        }
        Optional<Incoming> incoming = read(exchange);
        if (incoming.isPresent() && permitted(exchange, incoming.get(), who)) {
            legacy.get().post(exchange, incoming.get(), who);
        }
    }

    private static void wrongMethod(Exchange exchange, String right) {
        exchange.set("Allow", right);
        exchange.error(405, Errors.INVALID_REQUEST, exchange.method() + " is not for this address; use " + right);
    }

    /** The message of a POST, or empty when it was refused. */
    private Optional<Incoming> read(Exchange exchange) throws IOException {
        if (!exchange.hasJson() || exchange.header("Content-Encoding").isPresent()) {
            exchange.closeAfter();
            exchange.error(415, Errors.INVALID_REQUEST, "Content-Type must be application/json, without an encoding");
            return Optional.empty();
        }
        try {
            Optional<byte[]> body =
                    exchange.body(config.maxRequestBytes(), Duration.ofSeconds(config.requestTimeoutSeconds()));
            if (body.isPresent()) {
                return Optional.of(Incoming.read(body.get(), 0, body.get().length));
            }
            exchange.closeAfter();
            exchange.error(
                    413,
                    Errors.INVALID_REQUEST,
                    "a request may have at most %d bytes (max-request-bytes)".formatted(config.maxRequestBytes()));
        } catch (Exchange.SlowClient e) {
            exchange.closeAfter();
            exchange.error(408, Errors.INVALID_REQUEST, e.getMessage());
        }
        return Optional.empty();
    }

    /** Whether it may go on: not when we are stopping, and not when a token lacks scopes that its owner could add. */
    private boolean permitted(Exchange exchange, Incoming incoming, Who who) {
        if (!(incoming instanceof Incoming.Request request)) {
            return true;
        }
        if (work.draining()) {
            exchange.closeAfter();
            exchange.json(503, Work.stopping(request.id()));
            return false;
        }
        if (!who.caller().id().startsWith("oauth:") || !request.method().equals("tools/call")) {
            return true;
        }
        String tool = request.params().path("name").asText();
        List<String> needed =
                endpoint.get().operation(tool).map(Operation::scopes).orElse(List.of());
        if (needed.stream().allMatch(who.caller()::may)) {
            return true;
        }
        refuse(request, tool, who);
        gate.insufficient(exchange, metadata, needed, request.id());
        return false;
    }

    /** Makes the call, which the chain refuses and records. */
    private void refuse(Incoming.Request request, String tool, Who who) {
        try {
            JsonNode arguments = request.params().path("arguments");
            endpoint.get().call(who, tool, arguments.isObject() ? arguments : Json.object(), NOBODY);
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int sessions() {
        int[] count = {0};
        sessions.ifMade(made -> count[0] += made.count());
        legacy.ifMade(made -> count[0] += made.count());
        return count[0];
    }

    void sweep() {
        sessions.ifMade(made -> made.sweep(Duration.ofSeconds(config.sessionIdleSeconds())));
    }

    /** Ends what only listens in the stateless era: clients are told and come again. */
    void endSubscriptions() {
        stateless.ifMade(Stateless::close);
    }

    /** Stops what runs in sessions. */
    void cancelAll() {
        sessions.ifMade(Sessions::cancelAll);
        legacy.ifMade(LegacySse::cancelAll);
    }

    @Override
    public void close() {
        endSubscriptions();
        sessions.ifMade(Sessions::close);
        legacy.ifMade(LegacySse::close);
    }
}
