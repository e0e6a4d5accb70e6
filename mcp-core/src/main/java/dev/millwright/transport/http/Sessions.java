package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Errors;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.sessions.Sdk;
import dev.millwright.protocol.sessions.SessionsEngine;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The sessions era on HTTP (streamable): the SDK's sessions over our own streams.
 *
 * <p>A session belongs to the caller who opened it and is not there for anybody else. A connection that drops cancels
 * nothing; {@code notifications/cancelled} does.
 */
final class Sessions implements McpStreamableServerTransportProvider, AutoCloseable {
    private static final String SESSION = "Mcp-Session-Id";
    private static final String VERSION = "MCP-Protocol-Version";

    /** What a request without the header is taken for. */
    private static final String ASSUMED = "2025-03-26";

    /** How long the SDK may take for what needs no work. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A session and whose it is. */
    private static final class Open {
        final McpStreamableServerSession session;
        final String owner;
        final Set<Answer> streams = ConcurrentHashMap.newKeySet();
        final Set<JsonNode> requests = ConcurrentHashMap.newKeySet();
        volatile long touched = System.nanoTime();

        Open(McpStreamableServerSession session, String owner) {
            this.session = session;
            this.owner = owner;
        }
    }

    private final Map<String, Open> sessions = new ConcurrentHashMap<>();
    private final Work work;
    private final int most;
    private final SessionsEngine engine;
    private volatile Optional<McpStreamableServerSession.Factory> factory = Optional.empty();

    /** @param most sessions at once */
    Sessions(Endpoint endpoint, Work work, int most) {
        this.work = work;
        this.most = most;
        this.engine = SessionsEngine.serve(endpoint, this);
    }

    @Override
    public List<String> protocolVersions() {
        return SessionsEngine.VERSIONS;
    }

    @Override
    public void setSessionFactory(McpStreamableServerSession.Factory sessionFactory) {
        factory = Optional.of(sessionFactory);
    }

    void post(Exchange exchange, Incoming incoming, Who who) {
        if (!versionFits(exchange)) {
            return;
        }
        if (!exchange.accepts(Exchange.JSON, true) || !exchange.accepts(Exchange.EVENTS, true)) {
            exchange.error(406, Errors.INVALID_REQUEST, "Accept must name application/json and text/event-stream");
        } else if (incoming instanceof Incoming.Request request
                && request.method().equals("initialize")) {
            initialize(exchange, request, who);
        } else {
            Optional<Open> open = session(exchange, who);
            if (open.isPresent()) {
                accept(exchange, incoming, who, open.get());
            }
        }
    }

    /** Whether the request says which session it belongs to. */
    static boolean named(Exchange exchange) {
        return exchange.header(SESSION).isPresent();
    }

    private static boolean versionFits(Exchange exchange) {
        Optional<String> version = exchange.header(VERSION);
        if (version.isEmpty() || version.get().equals(ASSUMED) || SessionsEngine.VERSIONS.contains(version.get())) {
            return true;
        }
        String known = String.join(", ", SessionsEngine.VERSIONS);
        exchange.error(400, Errors.INVALID_REQUEST, "MCP-Protocol-Version must be one of " + known);
        return false;
    }

    private void initialize(Exchange exchange, Incoming.Request request, Who who) {
        if (sessions.size() >= most) {
            exchange.set("Retry-After", "60");
            exchange.error(
                    503, Errors.REFUSED, "LIMIT: too many sessions are open (max-sessions)", Optional.of(request.id()));
            return;
        }
        if (!request.params().path("protocolVersion").isTextual()) {
            misfit(exchange, request);
            return;
        }
        McpStreamableServerSession session;
        McpSchema.InitializeResult result;
        try {
            var started = factory.orElseThrow()
                    .startSession(Sdk.mapper().convertValue(request.params(), McpSchema.InitializeRequest.class));
            session = started.session();
            result = started.initResult().blockOptional(PATIENCE).orElseThrow();
        } catch (IllegalArgumentException e) {
            misfit(exchange, request);
            return;
        }
        sessions.put(session.getId(), new Open(session, who.caller().id()));
        exchange.set(SESSION, session.getId());
        ObjectNode reply = Json.object().put("jsonrpc", "2.0");
        reply.set("id", request.id());
        reply.set("result", Sdk.mapper().convertValue(result, JsonNode.class));
        exchange.json(200, reply);
    }

    private static void misfit(Exchange exchange, Incoming.Request request) {
        exchange.error(
                400,
                Errors.INVALID_PARAMS,
                "initialize needs protocolVersion, capabilities and clientInfo",
                Optional.of(request.id()));
    }

    private Optional<Open> session(Exchange exchange, Who who) {
        Optional<String> name = exchange.header(SESSION).filter(header -> !header.isBlank());
        if (name.isEmpty()) {
            exchange.error(400, Errors.INVALID_REQUEST, "header Mcp-Session-Id is missing; initialize first");
            return Optional.empty();
        }
        Optional<Open> open = Optional.ofNullable(sessions.get(name.get()))
                .filter(known -> known.owner.equals(who.caller().id()));
        if (open.isEmpty()) {
            exchange.error(404, Errors.INVALID_REQUEST, "there is no such session; initialize again");
        }
        open.ifPresent(known -> known.touched = System.nanoTime());
        return open;
    }

    private void accept(Exchange exchange, Incoming incoming, Who who, Open open) {
        switch (incoming) {
            case Incoming.Request request -> request(exchange, request, who, open);
            case Incoming.Notification notification -> {
                run(open.session.accept(Messages.notification(notification)), who);
                exchange.status(202);
            }
            case Incoming.Answer answer -> {
                Optional<McpSchema.JSONRPCResponse> response = Messages.response(answer);
                if (response.isPresent() && awaited(open, response.get(), who)) {
                    exchange.status(202);
                } else {
                    exchange.error(400, Errors.INVALID_REQUEST, "nothing waits for this answer");
                }
            }
            case Incoming.Malformed malformed -> exchange.json(400, malformed.reply());
        }
    }

    /** Hands an answer to the question it is for; false when the SDK says that there is none. */
    private static boolean awaited(Open open, McpSchema.JSONRPCResponse response, Who who) {
        try {
            run(open.session.accept(response), who);
            return true;
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Sessions.class).debug("an answer was not taken", e);
            return false;
        }
    }

    private static void run(Mono<Void> reaction, Who who) {
        reaction.contextWrite(
                        context -> context.put(McpTransportContext.KEY, SessionsEngine.context(who, Optional.empty())))
                .block(PATIENCE);
    }

    private void request(Exchange exchange, Incoming.Request request, Who who, Open open) {
        Answer answer = exchange.answer(Work.SLOW_BEAT);
        open.streams.add(answer);
        open.requests.add(request.id());
        try (Work.Item _ = work.begin();
                Work.Kept _ = work.keep(answer)) {
            handle(answer, request, who, open);
        } finally {
            open.requests.remove(request.id());
            open.streams.remove(answer);
            open.touched = System.nanoTime();
        }
    }

    private void handle(Answer answer, Incoming.Request request, Who who, Open open) {
        try {
            open.session
                    .responseStream(new AnswerTransport(answer, false))
                    .handle(Messages.request(request))
                    .contextWrite(context -> context.put(
                            McpTransportContext.KEY, SessionsEngine.context(who, Optional.of(request.id()))))
                    .block();
        } catch (RuntimeException e) {
            if (!work.draining()) {
                LoggerFactory.getLogger(Sessions.class).error("{} failed", request.method(), e);
            }
        }
        if (work.draining()) {
            answer.finish(503, Exchange.bytes(Work.stopping(request.id())));
        }
        answer.end();
    }

    /** Opens the stream on which a session hears what belongs to no request; returns at its end. */
    void get(Exchange exchange, Who who) throws IOException, InterruptedException {
        if (!versionFits(exchange)) {
            return;
        }
        if (!exchange.accepts(Exchange.EVENTS, false)) {
            exchange.error(406, Errors.INVALID_REQUEST, "Accept must name text/event-stream");
            return;
        }
        Optional<Open> open = session(exchange, who);
        if (open.isEmpty()) {
            return;
        }
        Answer answer = exchange.answer(Work.SLOW_BEAT);
        answer.open();
        var listening = open.get().session.listeningStream(new AnswerTransport(answer, true));
        open.get().streams.add(answer);
        try (Work.Kept _ = work.keep(answer)) {
            answer.awaitEnd();
        } finally {
            answer.end();
            open.get().streams.remove(answer);
            open.get().touched = System.nanoTime();
            listening.close();
        }
    }

    void delete(Exchange exchange, Who who) {
        if (!versionFits(exchange)) {
            return;
        }
        Optional<Open> open = session(exchange, who);
        if (open.isPresent()) {
            end(open.get());
            exchange.status(200);
        }
    }

    private void end(Open open) {
        sessions.remove(open.session.getId());
        open.requests.forEach(id -> engine.cancel(open.session.getId(), id));
        open.session.closeGracefully().onErrorComplete().block(PATIENCE);
        open.streams.forEach(Answer::end);
    }

    int count() {
        return sessions.size();
    }

    /** Ends sessions that have no open stream and have heard nothing for this long. */
    void sweep(Duration idle) {
        long now = System.nanoTime();
        for (Open open : sessions.values()) {
            if (open.streams.isEmpty() && now - open.touched > idle.toNanos()) {
                end(open);
            }
        }
    }

    /** Tells every session without waiting for any: a slow client holds up nobody else. */
    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return Mono.fromRunnable(() -> sessions.values()
                .forEach(open -> Thread.startVirtualThread(() -> open.session
                        .sendNotification(method, params)
                        .onErrorComplete()
                        .block(PATIENCE))));
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    /** Stops what runs. */
    void cancelAll() {
        engine.close();
    }

    /** Ends all sessions and their streams. */
    @Override
    public void close() {
        cancelAll();
        sessions.values().forEach(this::end);
    }
}
