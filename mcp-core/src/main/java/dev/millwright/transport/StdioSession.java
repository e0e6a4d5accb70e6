package dev.millwright.transport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.Running;
import dev.millwright.protocol.sessions.Sdk;
import dev.millwright.protocol.sessions.SessionsEngine;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.InitializeRequest;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * The one session of a process over standard streams, as the SDK sees it: transport and provider of transports.
 *
 * <p>The only class of this package, but for what is about HTTP, that the SDK is loaded for: made by the first
 * {@code initialize}.
 */
final class StdioSession implements Conversation, McpServerTransportProvider, McpServerTransport {
    private final Who who;
    private final Consumer<ObjectNode> out;
    private final SessionsEngine engine;
    private Optional<McpServerSession> session = Optional.empty();
    private volatile boolean initialized;

    StdioSession(Endpoint endpoint, Who who, Consumer<ObjectNode> out, Running running) {
        this.who = who;
        this.out = out;
        this.engine = SessionsEngine.serve(endpoint, this, running);
    }

    /**
     * Answers {@code initialize}. The session is ready with the answer: a client that asks before it has sent
     * {@code notifications/initialized} is answered all the same.
     *
     * @return whether there is a session now
     */
    boolean initialize(Incoming.Request request) {
        request(request);
        if (initialized) {
            handle(new JSONRPCNotification("2.0", "notifications/initialized", Json.object()), Optional.empty());
        }
        return initialized;
    }

    @Override
    public void request(Incoming.Request request) {
        Object id = request.id().isTextual()
                ? request.id().textValue()
                : request.id().numberValue();
        handle(new JSONRPCRequest("2.0", request.method(), id, request.params()), Optional.of(request.id()));
    }

    @Override
    public void notification(Incoming.Notification notification) {
        if (!notification.method().equals("notifications/initialized")) {
            handle(new JSONRPCNotification("2.0", notification.method(), notification.params()), Optional.empty());
        }
    }

    @Override
    public void answer(Incoming.Answer answer) {
        handle(Sdk.mapper().convertValue(answer.message(), JSONRPCResponse.class), Optional.empty());
    }

    private void handle(JSONRPCMessage message, Optional<JsonNode> id) {
        McpTransportContext context = SessionsEngine.context(who, id);
        session.orElseThrow()
                .handle(message)
                .contextWrite(with -> with.put(McpTransportContext.KEY, context))
                .subscribe();
    }

    @Override
    public Running running() {
        return engine.running();
    }

    @Override
    public void hangUp() {
        engine.hangUp();
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public void setSessionFactory(McpServerSession.Factory factory) {
        session = Optional.of(factory.create(this));
    }

    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return session.orElseThrow().sendNotification(method, params);
    }

    @Override
    public Mono<Void> notifyClient(String id, String method, Object params) {
        return notifyClients(method, params);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    @Override
    public List<String> protocolVersions() {
        return SessionsEngine.VERSIONS;
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> out.accept(json(message)));
    }

    /** A chain of ifs for the same reason as in {@link StdioTransport}. */
    private ObjectNode json(JSONRPCMessage message) {
        ObjectNode json = Json.object().put("jsonrpc", "2.0");
        if (message instanceof JSONRPCRequest request) {
            json.set("id", id(request.id()));
            json.put("method", request.method()).set("params", Sdk.tree(request.params()));
        } else if (message instanceof JSONRPCNotification notification) {
            json.put("method", notification.method()).set("params", Sdk.tree(notification.params()));
        } else if (message instanceof JSONRPCResponse response) {
            json.set("id", id(response.id()));
            if (response.error() != null) {
                json.set("error", Sdk.tree(response.error()));
            } else if (response.result() instanceof InitializeResult result) {
                initialized = true;
                json.set("result", Sdk.json(result, engine.capabilities()));
            } else {
                json.set("result", Sdk.tree(response.result()));
            }
        } else {
            throw new IllegalArgumentException("not JSON-RPC: " + message.getClass());
        }
        return json;
    }

    private static JsonNode id(Object id) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (id instanceof String text) {
            return nodes.textNode(text);
        }
        return id instanceof Integer number ? nodes.numberNode(number.intValue()) : Sdk.tree(id);
    }

    @Override
    @SuppressWarnings("unchecked") // the type asked for is the one cast to
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return type.getType() == InitializeRequest.class && data instanceof ObjectNode params
                ? (T) Sdk.initializeRequest(params)
                : Sdk.mapper().convertValue(data, type);
    }
}
