package dev.millwright.protocol.sessions;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.Changes;
import dev.millwright.protocol.Changes.Watched;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Errors;
import dev.millwright.protocol.LogLevel;
import dev.millwright.protocol.Methods;
import dev.millwright.protocol.ProtocolException;
import dev.millwright.protocol.Running;
import dev.millwright.protocol.Wire;
import dev.millwright.tool.Unanswerable;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpNotificationHandler;
import io.modelcontextprotocol.server.McpRequestHandler;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpLoggableSession;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.InitializeRequest;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerSession.McpStreamableServerSessionInit;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Serves an endpoint through the sessions of the MCP Java SDK, over any of its transports.
 *
 * <p>The SDK does the sessions, the transports and the requests to clients; what its server class does (registries of
 * tools, schema validation, error texts) is left out: here requests go to the endpoint. Each runs on a virtual thread
 * of its own.
 */
public final class SessionsEngine implements AutoCloseable {
    /** Oldest first. 2025-03-26 is left out: it demands batches, which the SDK does not take. */
    public static final List<String> VERSIONS = List.of("2024-11-05", "2025-06-18", "2025-11-25");

    static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    /** How long the SDK waits for an answer: longer than any call does, which has its own bound. */
    private static final Duration ANSWERING = Duration.ofHours(25);

    private static final int RESOURCE_NOT_FOUND = -32002;
    private static final String WHO = "dev.millwright/who";
    private static final String REQUEST = "dev.millwright/request";

    private final Endpoint endpoint;
    private final Methods methods;
    private final Running running;
    private final Questions questions = new Questions();
    private final AtomicLong opened = new AtomicLong();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<String, McpRequestHandler<?>> requests = new HashMap<>();
    private final Map<String, McpNotificationHandler> notifications = new HashMap<>();
    private final Changes.Registration changes;

    private SessionsEngine(Endpoint endpoint, Running running) {
        this.running = running;
        this.endpoint = endpoint;
        this.methods = new Methods(endpoint);
        methods.names().forEach(method -> requests.put(method, handler(method)));
        requests.put("ping", (exchange, params) -> Mono.just(Json.object()));
        requests.put("logging/setLevel", (exchange, params) -> Mono.fromCallable(() -> setLevel(exchange, params)));
        if (endpoint.hasResources()) {
            requests.put(
                    "resources/subscribe", (exchange, params) -> Mono.fromCallable(() -> subscribe(exchange, params)));
            requests.put(
                    "resources/unsubscribe",
                    (exchange, params) -> Mono.fromCallable(() -> unsubscribe(exchange, params)));
        }
        notifications.put(
                "notifications/cancelled",
                (exchange, params) -> Mono.fromRunnable(() -> {
                    running.cancel(key(exchange.sessionId(), Sdk.params(params).path("requestId")));
                }));
        for (String ignored : List.of("initialized", "roots/list_changed", "progress")) {
            notifications.put("notifications/" + ignored, (exchange, params) -> Mono.empty());
        }
        changes = endpoint.changes().listen(new Told());
    }

    /** Answers the requests of a transport with one session (stdio) or sessions over SSE, until it is closed. */
    public static SessionsEngine serve(Endpoint endpoint, McpServerTransportProvider provider) {
        return serve(endpoint, provider, new Running());
    }

    /** The same, with the calls on the threads that {@code running} chooses. */
    public static SessionsEngine serve(Endpoint endpoint, McpServerTransportProvider provider, Running running) {
        SessionsEngine engine = new SessionsEngine(endpoint, running);
        provider.setSessionFactory(engine::open);
        return engine;
    }

    /** Answers the requests of a streamable HTTP transport until it is closed. */
    public static SessionsEngine serve(Endpoint endpoint, McpStreamableServerTransportProvider provider) {
        SessionsEngine engine = new SessionsEngine(endpoint, new Running());
        provider.setSessionFactory(engine::open);
        return engine;
    }

    /**
     * What a transport must tell of each request; its context extractor returns this.
     *
     * @param request the JSON-RPC id, without which the request cannot be cancelled; empty for a notification
     */
    public static McpTransportContext context(Who who, Optional<JsonNode> request) {
        Map<String, Object> context = new HashMap<>();
        context.put(WHO, who);
        request.ifPresent(id -> context.put(REQUEST, id));
        return McpTransportContext.create(context);
    }

    /** What this endpoint declares to offer. */
    public ObjectNode capabilities() {
        return methods.capabilities();
    }

    /** The requests that run now. */
    public Running running() {
        return running;
    }

    /** Its id is not a secret: it is for ourselves, and for the ids of our requests. */
    private McpServerSession open(McpServerTransport transport) {
        String id = "s" + opened.incrementAndGet();
        McpServerSession session = new McpServerSession(
                id,
                ANSWERING,
                transport,
                this::initialize,
                requests,
                notifications,
                () -> closed(id),
                Sdk.NO_VALIDATION);
        remember(id, session);
        return session;
    }

    private McpStreamableServerSessionInit open(InitializeRequest request) {
        String id = UUID.randomUUID().toString();
        McpStreamableServerSession session = new McpStreamableServerSession(
                id,
                request.capabilities(),
                request.clientInfo(),
                ANSWERING,
                requests,
                notifications,
                () -> closed(id),
                Sdk.NO_VALIDATION);
        remember(id, session);
        return new McpStreamableServerSessionInit(session, initialize(request));
    }

    private void remember(String id, McpLoggableSession session) {
        sessions.values().removeIf(Session::isGone);
        sessions.put(id, new Session(session));
    }

    private Mono<Void> closed(String id) {
        return Mono.fromRunnable(() -> sessions.remove(id));
    }

    private Mono<InitializeResult> initialize(InitializeRequest request) {
        String version = VERSIONS.contains(request.protocolVersion()) ? request.protocolVersion() : VERSIONS.getLast();
        ServerCapabilities.Builder offered =
                ServerCapabilities.builder().tools(true).completions().logging();
        if (endpoint.hasPrompts()) {
            offered.prompts(true);
        }
        if (endpoint.hasResources()) {
            offered.resources(true, true);
        }
        McpSchema.Implementation server = McpSchema.Implementation.builder(endpoint.name(), endpoint.version())
                .build();
        return Mono.just(InitializeResult.builder(version, offered.build(), server)
                .instructions(endpoint.instructions())
                .build());
    }

    private McpRequestHandler<ObjectNode> handler(String method) {
        return (exchange, params) -> Mono.create(sink -> {
            Object id = exchange.transportContext().get(REQUEST);
            String key = key(exchange.sessionId(), id instanceof JsonNode node ? node : Json.tree(UUID.randomUUID()));
            Optional<Running.Entry> started =
                    running.start(key, entry -> answer(method, exchange, Sdk.params(params), entry, sink));
            if (started.isEmpty()) {
                sink.error(Sdk.error(Errors.INVALID_REQUEST, "a request with this id is already running"));
            }
        });
    }

    private void answer(
            String method,
            McpAsyncServerExchange exchange,
            ObjectNode params,
            Running.Entry entry,
            MonoSink<ObjectNode> sink) {
        ObjectNode meta = params.path("_meta") instanceof ObjectNode given ? given : Json.object();
        Optional<ObjectNode> result = Optional.empty();
        Optional<McpError> error = Optional.empty();
        try {
            result = Optional.of(
                    methods.answer(method, params, who(exchange), new SessionClient(exchange, meta, entry, questions)));
        } catch (ProtocolException e) {
            error = Optional.of(error(e));
        } catch (Unanswerable e) {
            result = Optional.of(Wire.failure(e.getMessage()));
        } catch (InterruptedException e) {
            error = Optional.of(Sdk.error(Errors.REFUSED, "the server is stopping"));
        } catch (RuntimeException | Error e) {
            LoggerFactory.getLogger(SessionsEngine.class).error("{}", method, e);
            error = Optional.of(Sdk.error(Errors.INTERNAL, "the request failed inside the server; its log has more"));
        }
        if (!entry.finish()) {
            sink.success();
        } else if (error.isPresent()) {
            sink.error(error.get());
        } else {
            sink.success(result.orElseThrow());
        }
    }

    private static McpError error(ProtocolException e) {
        int code = switch (e.reason()) {
            case INVALID_PARAMS -> Errors.INVALID_PARAMS;
            case RESOURCE_NOT_FOUND -> RESOURCE_NOT_FOUND;
            case REFUSED -> Errors.REFUSED;
            case INTERNAL -> Errors.INTERNAL;
        };
        McpError.Builder error = McpError.builder(code).message(e.getMessage());
        e.uri().ifPresent(uri -> error.data(Map.of("uri", uri)));
        return error.build();
    }

    private static String key(String session, JsonNode id) {
        return session + (id.isTextual() ? " \"" : " ") + id.asText();
    }

    private ObjectNode setLevel(McpAsyncServerExchange exchange, Object params) {
        Optional<LogLevel> level = LogLevel.of(Sdk.params(params).path("level").asText());
        if (level.isEmpty()) {
            throw Sdk.error(
                    Errors.INVALID_PARAMS,
                    "level must be one of debug, info, notice, warning, error, critical, alert, emergency");
        }
        session(exchange)
                .map(session -> session.sdk().get())
                .ifPresent(sdk -> sdk.setMinLoggingLevel(
                        McpSchema.LoggingLevel.valueOf(level.get().name())));
        return Json.object();
    }

    private ObjectNode subscribe(McpAsyncServerExchange exchange, Object params) {
        String uri = Sdk.params(params).path("uri").asText();
        if (!endpoint.mayRead(who(exchange), uri)) {
            throw Sdk.error(RESOURCE_NOT_FOUND, "no such resource can be read here");
        }
        Watched resource = new Watched(who(exchange).tenant(), uri);
        if (!session(exchange).map(session -> session.subscribe(resource)).orElse(true)) {
            throw Sdk.error(Errors.REFUSED, "this session watches as many resources as it may; unsubscribe from some");
        }
        endpoint.watch();
        return Json.object();
    }

    private ObjectNode unsubscribe(McpAsyncServerExchange exchange, Object params) {
        session(exchange)
                .ifPresent(session ->
                        session.unsubscribe(Sdk.params(params).path("uri").asText()));
        return Json.object();
    }

    private Optional<Session> session(McpAsyncServerExchange exchange) {
        return Optional.ofNullable(sessions.get(exchange.sessionId()));
    }

    private static Who who(McpAsyncServerExchange exchange) {
        if (exchange.transportContext().get(WHO) instanceof Who who) {
            return who;
        }
        throw new IllegalStateException("the transport did not say who asks");
    }

    /** Passes changes on to the sessions, and knows what they watch. */
    private final class Told implements Changes.Listener {
        @Override
        public void changed(Changes.Change change) {
            sessions.values().forEach(session -> session.tell(change));
        }

        @Override
        public Set<Watched> watched() {
            return sessions.values().stream()
                    .filter(session -> !session.isGone())
                    .flatMap(session -> session.watched().stream())
                    .collect(Collectors.toSet());
        }
    }

    /** Cancels a request of a session, as its client would, if it runs. @param id of JSON-RPC */
    public void cancel(String session, JsonNode id) {
        running.cancel(key(session, id));
    }

    /** Fails the questions that clients have not answered yet, and all later ones: they will answer no more. */
    public void hangUp() {
        questions.close();
    }

    /** Stops what runs; nothing more is answered. The transport is closed by its owner. */
    @Override
    public void close() {
        changes.close();
        questions.close();
        running.cancelAll();
    }
}
