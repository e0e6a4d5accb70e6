package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.call.Who;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Errors;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.sessions.SessionsEngine;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The HTTP+SSE transport of 2024-11-05, for old hosts: one long GET carries every answer, POSTs carry the messages.
 *
 * <p>Deprecated by the protocol; to be deleted when no host needs it.
 */
final class LegacySse implements McpServerTransportProvider, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private record Open(McpServerSession session, String owner, Answer stream, Set<JsonNode> requests) {}

    private final Map<String, Open> sessions = new ConcurrentHashMap<>();
    private final Work work;
    private final int most;
    private final String messages;
    private final SessionsEngine engine;
    private volatile Optional<McpServerSession.Factory> factory = Optional.empty();

    /** @param most sessions at once @param messages path to which clients post */
    LegacySse(Endpoint endpoint, Work work, int most, String messages) {
        this.work = work;
        this.most = most;
        this.messages = messages;
        this.engine = SessionsEngine.serve(endpoint, this);
    }

    @Override
    public List<String> protocolVersions() {
        return SessionsEngine.VERSIONS;
    }

    @Override
    public void setSessionFactory(McpServerSession.Factory sessionFactory) {
        factory = Optional.of(sessionFactory);
    }

    /** Opens a session, which lives as long as this request. */
    void get(Exchange exchange, Who who) throws IOException, InterruptedException {
        if (!exchange.accepts(Exchange.EVENTS, true)) {
            exchange.error(406, Errors.INVALID_REQUEST, "Accept must name text/event-stream");
            return;
        }
        if (sessions.size() >= most) {
            exchange.set("Retry-After", "60");
            exchange.error(503, Errors.REFUSED, "LIMIT: too many sessions are open (max-sessions)");
            return;
        }
        String id = UUID.randomUUID().toString();
        Answer answer = exchange.stream(Work.SLOW_BEAT);
        McpServerSession session = factory.orElseThrow().create(new AnswerTransport(answer, true));
        Open open = new Open(session, who.caller().id(), answer, ConcurrentHashMap.newKeySet());
        sessions.put(id, open);
        try (Work.Kept _ = work.keep(answer)) {
            answer.event("endpoint", (messages + "?sessionId=" + id).getBytes(StandardCharsets.US_ASCII));
            answer.awaitEnd();
        } finally {
            answer.end();
            sessions.remove(id);
            open.requests().forEach(request -> engine.cancel(session.getId(), request));
            session.closeGracefully().onErrorComplete().block(PATIENCE);
        }
    }

    /** Takes a message; what is answered to it goes into the session's stream. */
    void post(Exchange exchange, Incoming incoming, Who who) {
        Optional<String> id = exchange.query("sessionId");
        if (id.isEmpty()) {
            exchange.error(400, Errors.INVALID_REQUEST, "the parameter sessionId is missing");
            return;
        }
        Optional<Open> open = Optional.ofNullable(sessions.get(id.get()))
                .filter(known -> known.owner().equals(who.caller().id()));
        if (open.isEmpty()) {
            exchange.error(404, Errors.INVALID_REQUEST, "there is no such session");
            return;
        }
        take(exchange, incoming, who, open.get());
    }

    private void take(Exchange exchange, Incoming incoming, Who who, Open open) {
        McpTransportContext plain = SessionsEngine.context(who, Optional.empty());
        switch (incoming) {
            case Incoming.Malformed malformed -> exchange.json(400, malformed.reply());
            case Incoming.Request request -> {
                Thread.startVirtualThread(() -> request(open, request, who));
                exchange.status(202);
            }
            case Incoming.Notification notification -> {
                handle(open.session(), Messages.notification(notification), plain);
                exchange.status(202);
            }
            case Incoming.Answer answer -> {
                Optional<McpSchema.JSONRPCResponse> response = Messages.response(answer);
                if (response.isPresent()) {
                    handle(open.session(), response.get(), plain);
                    exchange.status(202);
                } else {
                    exchange.error(400, Errors.INVALID_REQUEST, "not a JSON-RPC response");
                }
            }
        }
    }

    private void request(Open open, Incoming.Request request, Who who) {
        open.requests().add(request.id());
        try (Work.Item _ = work.begin()) {
            handle(open.session(), Messages.request(request), SessionsEngine.context(who, Optional.of(request.id())));
        } finally {
            open.requests().remove(request.id());
        }
    }

    private static void handle(
            McpServerSession session, McpSchema.JSONRPCMessage message, McpTransportContext transport) {
        try {
            session.handle(message)
                    .contextWrite(context -> context.put(McpTransportContext.KEY, transport))
                    .block();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(LegacySse.class).warn("a message could not be handled", e);
        }
    }

    int count() {
        return sessions.size();
    }

    /** Tells every session without waiting for any. */
    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return Mono.fromRunnable(() -> sessions.values()
                .forEach(open -> Thread.startVirtualThread(() -> open.session()
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
        sessions.values().forEach(open -> open.stream().end());
    }
}
