package dev.millwright.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class StatelessHttpTest {
    @TempDir
    Path directory;

    private Site site;

    @BeforeEach
    void start() {
        site = Site.open(directory);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private static ObjectNode echo(String text) {
        return Site.stateless(1, "tools/call", Site.call("echo", Json.object().put("text", text)));
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return Json.read(response.body());
    }

    @Test
    void discoversWithoutASession() throws Exception {
        HttpResponse<String> response = site.send(site.post(Site.stateless(1, "server/discover", Json.object())));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/result/supportedVersions/0").asText()).isEqualTo(Site.VERSION);
        assertThat(response.headers().firstValue("Mcp-Session-Id")).isEmpty();
    }

    @Test
    void answersACallWithOneJsonObject() throws Exception {
        HttpResponse<String> response = site.send(site.post(echo("hé")));
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(json(response).at("/result/structuredContent/text").asText()).isEqualTo("hé");
        assertThat(json(response).at("/result/structuredContent/caller").asText())
                .isEqualTo("local");
    }

    @Test
    void answersWithEventsAClientThatTakesNothingElse() throws Exception {
        HttpResponse<String> response = site.send(site.post(echo("x")).setHeader("Accept", "text/event-stream"));
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(response.body()).startsWith("event: message\ndata: {").endsWith("\n\n");
    }

    @Test
    void streamsProgressBeforeTheAnswer() throws Exception {
        ObjectNode message = Site.stateless(1, "tools/call", Site.call("wait", Json.object()));
        message.withObject("/params/_meta").put("progressToken", "p");
        site.wait.released.countDown();
        HttpResponse<String> response = site.send(site.post(message));
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(response.headers().firstValue("X-Accel-Buffering")).contains("no");
        assertThat(response.body())
                .containsSubsequence("notifications/progress", "\"begun\"", "\"resultType\"")
                .doesNotContain("id: ");
    }

    @Test
    void sendsSignsOfLifeWhileACallTakesLong() throws Exception {
        CompletableFuture<HttpResponse<Stream<String>>> answer = site.client.sendAsync(
                site.post(Site.stateless(1, "tools/call", Site.call("wait", Json.object())))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.get().body().findFirst()).contains(":");
    }

    @Test
    void cancelsACallWhoseConnectionDrops() throws Exception {
        ObjectNode message = Site.stateless(1, "tools/call", Site.call("wait", Json.object()));
        try (Socket _ = raw(site, message)) {
            assertThat(Site.within(site.wait.begun, 5)).isTrue();
        }
        assertThat(Site.within(site.wait.interrupted, 10)).isTrue();
    }

    @Test
    void cancelsACallWhoseClientDoesNotRead(@TempDir Path other) throws Exception {
        ObjectNode message = Site.stateless(1, "tools/call", Site.call("chat", Json.object()));
        message.withObject("/params/_meta").put("progressToken", "p");
        try (Site impatient = new Site(
                        other, new Access.Open(), Map.of(), Json.object().put("idle-timeout-seconds", 1));
                Socket _ = raw(impatient, message)) {
            assertThat(Site.within(impatient.chat.interrupted, 20)).isTrue();
        }
    }

    /** Sends a call on a connection of its own. */
    private static Socket raw(Site site, ObjectNode message) throws IOException {
        byte[] body = message.toString().getBytes(StandardCharsets.UTF_8);
        Socket socket = new Socket("127.0.0.1", site.server.port());
        socket.getOutputStream()
                .write(("""
                        POST /mcp HTTP/1.1\r
                        Host: localhost\r
                        Content-Type: application/json\r
                        Accept: application/json, text/event-stream\r
                        MCP-Protocol-Version: 2026-07-28\r
                        Mcp-Method: tools/call\r
                        Mcp-Name: %s\r
                        Content-Length: %d\r
                        \r
                        """.formatted(message.at("/params/name").asText(), body.length))
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return socket;
    }

    @Test
    void endsASubscriptionWithAResultWhenItStops() throws Exception {
        ObjectNode params = Json.object();
        params.putObject("notifications").put("toolsListChanged", true);
        HttpResponse<java.io.InputStream> stream = site.client.send(
                site.post(Site.stateless(7, "subscriptions/listen", params)).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
        lines.readLine();
        assertThat(lines.readLine()).contains("notifications/subscriptions/acknowledged");
        site.endpoint.changes().announce(new dev.millwright.protocol.Changes.Change.Tools());
        assertThat(lines.lines().skip(2).findFirst().orElseThrow()).contains("notifications/tools/list_changed");
        Thread.startVirtualThread(site.server::close);
        assertThat(lines.lines().filter(line -> line.startsWith("data:")).findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains("\"id\":7", "\"complete\""));
    }

    @Test
    void takesNotificationsSilently() throws Exception {
        ObjectNode message = Site.stateless(1, "notifications/cancelled", Json.object());
        message.remove("id");
        HttpResponse<String> response = site.send(site.post(message));
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void refusesHeadersThatContradictTheBody() throws Exception {
        assertThat(site.send(site.post(echo("x")).setHeader("Mcp-Name", "wait")))
                .satisfies(refused(400, -32020));
        assertThat(site.send(site.post(echo("x")).setHeader("Mcp-Method", "tools/list")))
                .satisfies(refused(400, -32020));
        assertThat(site.send(site.post(echo("x")).setHeader("MCP-Protocol-Version", "2025-11-25")))
                .satisfies(refused(400, -32020));
        assertThat(site.send(Site.post(site.uri("/mcp"), echo("x").toString()))).satisfies(refused(400, -32020));
    }

    @Test
    void refusesWhatTheEraDoesNotKnowWithTheRightStatus() throws Exception {
        assertThat(site.send(site.post(Site.stateless(1, "ping", Json.object()))))
                .satisfies(refused(404, -32601));
        assertThat(site.send(site.post(Site.stateless(1, "tools/call", Site.call("nope", Json.object())))))
                .satisfies(refused(200, -32602));
        ObjectNode later = echo("x");
        later.withObject("/params/_meta").put("io.modelcontextprotocol/protocolVersion", "2099-01-01");
        assertThat(site.send(site.post(later).setHeader("MCP-Protocol-Version", "2099-01-01")))
                .satisfies(refused(400, -32022));
    }

    @Test
    void believesTheBodyOfAConnectorThatSendsAnOldVersionWhereToldTo(@TempDir Path other) throws Exception {
        try (Site lenient =
                new Site(other, new Access.Open(), Map.of(), Json.object().put("lenient-version-header", true))) {
            HttpResponse<String> response =
                    lenient.send(lenient.post(echo("x")).setHeader("MCP-Protocol-Version", "2025-11-25"));
            assertThat(response.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void hasNoStreamsToGetAndNothingToDelete() throws Exception {
        HttpResponse<String> get = site.send(HttpRequest.newBuilder(site.uri("/mcp")));
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        assertThat(site.send(HttpRequest.newBuilder(site.uri("/mcp")).DELETE()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void answersAtTheAddressOfTheServerToo() throws Exception {
        HttpRequest.Builder request = site.post(echo("x")).uri(site.uri("/demo/mcp"));
        assertThat(site.send(request).statusCode()).isEqualTo(200);
    }

    static java.util.function.Consumer<HttpResponse<String>> refused(int status, int code) {
        return response -> {
            try {
                assertThat(response.statusCode()).isEqualTo(status);
                assertThat(json(response).at("/error/code").asInt()).isEqualTo(code);
                assertThat(json(response).path("jsonrpc").asText()).isEqualTo("2.0");
                assertThat(response.body()).doesNotContain("Exception", "stackTrace", "\tat ", "java.");
            } catch (IOException e) {
                throw new AssertionError(response.body(), e);
            }
        };
    }
}
