package dev.millwright.protocol.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.NeedsInput;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Era;
import dev.millwright.protocol.Errors;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.LogLevel;
import dev.millwright.protocol.Methods;
import dev.millwright.protocol.ProtocolException;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.Unanswerable;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** Answers the requests of the stateless era, each from what it says itself. */
public final class StatelessEngine implements AutoCloseable {
    public static final int HEADER_MISMATCH = -32020;
    public static final int MISSING_CLIENT_CAPABILITY = -32021;
    public static final int UNSUPPORTED_VERSION = -32022;

    private static final String DISCOVER = "server/discover";
    private static final String LISTEN = "subscriptions/listen";

    /** Milliseconds for which what a server offers may be kept; a change is also announced. */
    private static final int TTL = 300_000;

    private static final Set<String> MULTI_ROUND = Set.of("tools/call", "prompts/get", "resources/read");

    private final Endpoint endpoint;
    private final Methods methods;
    private final Rounds rounds;
    private final Subscriptions subscriptions;

    /**
     * @param key 32 secret bytes that seal what clients carry between rounds; the same after a restart and in every
     *     process that may get the next round; asked for when first needed
     */
    public StatelessEngine(Endpoint endpoint, Supplier<byte[]> key) {
        this(endpoint, key, Clock.systemUTC());
    }

    StatelessEngine(Endpoint endpoint, Supplier<byte[]> key, Clock clock) {
        this.endpoint = endpoint;
        this.methods = new Methods(endpoint);
        this.rounds = new Rounds(key, clock);
        this.subscriptions = new Subscriptions(endpoint);
    }

    /** Whether such a request is answered at once, without waiting for anything. */
    public static boolean isQuick(String method) {
        return method.equals(DISCOVER);
    }

    /**
     * Answers one message on the calling thread; interrupting it cancels the request.
     *
     * <p>A request gets any notifications it asked for and one response; other messages get none.
     *
     * @throws InterruptedException when the request was cancelled: it has not been and will not be responded to
     * @throws IOException from the outlet
     */
    public void handle(ObjectNode message, Who who, Outlet outlet) throws IOException, InterruptedException {
        Incoming incoming = Incoming.of(message);
        if (incoming instanceof Incoming.Request request) {
            outlet.respond(respond(request, who, outlet));
        } else if (incoming instanceof Incoming.Malformed malformed) {
            outlet.respond(new Response(malformed.reply(), 400));
        }
    }

    private Response respond(Incoming.Request request, Who who, Outlet outlet)
            throws IOException, InterruptedException {
        Optional<Response> refusal = refusal(request);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        try {
            return complete(request, result(request, who, outlet));
        } catch (ProtocolException e) {
            return error(request, e);
        } catch (Unanswerable e) {
            ObjectNode data = Json.object();
            data.putObject("requiredCapabilities").putObject(e.capability());
            return error(request, MISSING_CLIENT_CAPABILITY, e.getMessage(), Optional.of(data), 400);
        } catch (ToolException e) {
            return error(request, Errors.REFUSED, e.kind().name() + ": " + e.getMessage(), Optional.empty(), 200);
        } catch (RuntimeException | Error e) {
            LoggerFactory.getLogger(StatelessEngine.class).error("{}", request.method(), e);
            String message = "the request failed inside the server; its log has more";
            return error(request, Errors.INTERNAL, message, Optional.empty(), 500);
        }
    }

    /** What is wrong with a request before anything is done for it. */
    private Optional<Response> refusal(Incoming.Request request) {
        JsonNode meta = request.params().path("_meta");
        JsonNode version = meta.path(Era.META + "protocolVersion");
        if (!version.isTextual()) {
            return missing(request, "protocolVersion", "text");
        } else if (!version.textValue().equals(Era.STATELESS)) {
            ObjectNode data = Json.object();
            data.putArray("supported").add(Era.STATELESS);
            data.put("requested", version.textValue());
            return Optional.of(
                    error(request, UNSUPPORTED_VERSION, "unsupported protocol version", Optional.of(data), 400));
        } else if (!meta.path(Era.META + "clientCapabilities").isObject()) {
            return missing(request, "clientCapabilities", "an object");
        }
        String method = request.method();
        if (!method.equals(DISCOVER) && !method.equals(LISTEN) && !methods.has(method)) {
            return Optional.of(error(request, Errors.METHOD_NOT_FOUND, "no such method here", Optional.empty(), 404));
        }
        return Optional.empty();
    }

    private static Optional<Response> missing(Incoming.Request request, String key, String type) {
        String message = "params._meta must have \"%s%s\", %s".formatted(Era.META, key, type);
        return Optional.of(error(request, Errors.INVALID_PARAMS, message, Optional.empty(), 400));
    }

    private ObjectNode result(Incoming.Request request, Who who, Outlet outlet)
            throws ProtocolException, IOException, InterruptedException {
        ObjectNode params = request.params();
        if (request.method().equals(DISCOVER)) {
            return discover();
        } else if (request.method().equals(LISTEN)) {
            subscriptions.listen(request.id(), params, who, outlet);
            ObjectNode result = Json.object().put("resultType", "complete");
            result.putObject("_meta").set(Era.META + "subscriptionId", request.id());
            return result;
        }
        ObjectNode meta = (ObjectNode) params.path("_meta");
        Rounds.Round round =
                MULTI_ROUND.contains(request.method()) ? rounds.of(who, request.method(), params) : rounds.none();
        RequestClient client = new RequestClient(meta, logLevel(meta), round, outlet);
        try {
            ObjectNode result = methods.answer(request.method(), params, who, client);
            client.close();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return cacheable(request.method(), result.put("resultType", "complete"));
        } catch (NeedsInput e) {
            return inputRequired(e, round);
        } finally {
            client.close();
        }
    }

    private ObjectNode discover() {
        ObjectNode result = Json.object().put("resultType", "complete");
        result.putArray("supportedVersions").add(Era.STATELESS);
        result.set("capabilities", methods.capabilities());
        String instructions = endpoint.instructions();
        if (!instructions.isBlank()) {
            result.put("instructions", instructions);
        }
        return result.put("ttlMs", TTL).put("cacheScope", "public");
    }

    /** Lists depend on who asks; resources change without our knowing. */
    private static ObjectNode cacheable(String method, ObjectNode result) {
        return switch (method) {
            case "tools/list", "prompts/list", "resources/templates/list" ->
                result.put("ttlMs", TTL).put("cacheScope", "private");
            case "resources/list", "resources/read" -> result.put("ttlMs", 0).put("cacheScope", "private");
            default -> result;
        };
    }

    private static ObjectNode inputRequired(NeedsInput needed, Rounds.Round round) {
        Map<String, ObjectNode> requests = new LinkedHashMap<>();
        needed.questions().forEach((key, question) -> requests.put(key, RequestClient.request(question)));
        ObjectNode result = Json.object().put("resultType", "input_required");
        ObjectNode asked = result.putObject("inputRequests");
        requests.forEach(asked::set);
        return result.put("requestState", round.next(requests));
    }

    private static Optional<LogLevel> logLevel(ObjectNode meta) throws ProtocolException {
        JsonNode level = meta.path(Era.META + "logLevel");
        if (level.isMissingNode()) {
            return Optional.empty();
        }
        Optional<LogLevel> known = LogLevel.of(level.asText());
        if (known.isEmpty()) {
            throw new ProtocolException(
                    ProtocolException.Reason.INVALID_PARAMS,
                    "logLevel must be one of debug, info, notice, warning, error, critical, alert, emergency");
        }
        return known;
    }

    private Response complete(Incoming.Request request, ObjectNode result) {
        ObjectNode meta = result.withObject("/_meta");
        meta.putObject(Era.META + "serverInfo").put("name", endpoint.name()).put("version", endpoint.version());
        ObjectNode reply = Json.object().put("jsonrpc", "2.0");
        reply.set("id", request.id());
        reply.set("result", result);
        return new Response(reply, 200);
    }

    private static Response error(Incoming.Request request, ProtocolException e) {
        Optional<JsonNode> data = e.uri().map(uri -> Json.object().put("uri", uri));
        return switch (e.reason()) {
            case INVALID_PARAMS, RESOURCE_NOT_FOUND -> error(request, Errors.INVALID_PARAMS, e.getMessage(), data, 200);
            case REFUSED -> error(request, Errors.REFUSED, e.getMessage(), data, 200);
            case INTERNAL -> error(request, Errors.INTERNAL, e.getMessage(), data, 500);
        };
    }

    private static Response error(
            Incoming.Request request, int code, String message, Optional<? extends JsonNode> data, int status) {
        return new Response(Errors.reply(Optional.of(request.id()), code, message, data.map(node -> node)), status);
    }

    /** Ends the open subscriptions with a result each. */
    @Override
    public void close() {
        subscriptions.close();
    }
}
