package dev.millwright.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The least a client needs to call tools over HTTP, in one of the two protocol eras. */
final class WireClient {
    private static final String STATELESS = "2026-07-28";
    private static final String SESSIONS = "2025-11-25";
    private static final String META = "io.modelcontextprotocol/";

    private final HttpClient http;
    private final URI uri;
    private final Optional<String> session;
    private final AtomicInteger ids = new AtomicInteger();

    private WireClient(HttpClient http, URI uri, Optional<String> session) {
        this.http = http;
        this.uri = uri;
        this.session = session;
    }

    static WireClient stateless(HttpClient http, URI uri) {
        return new WireClient(http, uri, Optional.empty());
    }

    /** Opens a session. */
    static WireClient inSession(HttpClient http, URI uri) throws IOException, InterruptedException {
        ObjectNode params = Json.object().put("protocolVersion", SESSIONS);
        params.putObject("capabilities");
        params.putObject("clientInfo").put("name", "wire").put("version", "1");
        ObjectNode initialize = message("initialize", params).put("id", 0);
        HttpResponse<String> response =
                http.send(request(uri).POST(body(initialize)).build(), text());
        WireClient client = new WireClient(http, uri, response.headers().firstValue("Mcp-Session-Id"));
        client.session.orElseThrow(() -> new IOException("no session: " + response.body()));
        http.send(
                client.session(request(uri))
                        .POST(body(message("notifications/initialized", Json.object())))
                        .build(),
                text());
        return client;
    }

    /** The result of a tool. @throws IOException with the whole answer when there is none, or one with {@code isError} */
    JsonNode call(String tool, ObjectNode arguments) throws IOException, InterruptedException {
        int id = ids.incrementAndGet();
        ObjectNode params = Json.object().put("name", tool);
        params.set("arguments", arguments);
        HttpRequest.Builder request = request(uri);
        if (session.isPresent()) {
            session(request);
        } else {
            ObjectNode meta = params.putObject("_meta").put(META + "protocolVersion", STATELESS);
            meta.putObject(META + "clientCapabilities");
            request.header("MCP-Protocol-Version", STATELESS)
                    .header("Mcp-Method", "tools/call")
                    .header("Mcp-Name", tool);
        }
        HttpResponse<String> response = http.send(
                request.POST(body(message("tools/call", params).put("id", id))).build(), text());
        JsonNode answer = answer(response.body(), id);
        if (response.statusCode() != 200
                || !answer.has("result")
                || answer.path("result").path("isError").asBoolean()) {
            throw new IOException("%s: %d %s".formatted(tool, response.statusCode(), response.body()));
        }
        return answer.path("result").path("structuredContent");
    }

    /** Finds the answer in a JSON body or in the data of an event stream. */
    private static JsonNode answer(String body, int id) throws IOException {
        if (body.startsWith("{")) {
            return Json.read(body);
        }
        for (String line : body.lines().toList()) {
            if (line.startsWith("data:")) {
                JsonNode event = Json.read(line.substring("data:".length()));
                if (event.path("id").asInt(-1) == id) {
                    return event;
                }
            }
        }
        throw new IOException("no answer in: " + body);
    }

    private HttpRequest.Builder session(HttpRequest.Builder request) {
        return request.header("Mcp-Session-Id", session.orElseThrow()).header("MCP-Protocol-Version", SESSIONS);
    }

    private static ObjectNode message(String method, ObjectNode params) {
        ObjectNode message = Json.object().put("jsonrpc", "2.0").put("method", method);
        message.set("params", params);
        return message;
    }

    private static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
    }

    private static HttpRequest.BodyPublisher body(ObjectNode message) {
        return HttpRequest.BodyPublishers.ofString(Json.write(message));
    }

    private static HttpResponse.BodyHandler<String> text() {
        return HttpResponse.BodyHandlers.ofString();
    }
}
