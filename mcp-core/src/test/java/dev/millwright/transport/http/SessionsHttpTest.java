package dev.millwright.transport.http;

import static dev.millwright.transport.http.StatelessHttpTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.protocol.Changes;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SessionsHttpTest {
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

    private static String echo(int id) {
        return Site.request(id, "tools/call", Site.call("echo", Json.object().put("text", "x")));
    }

    private static String waiting(int id) {
        ObjectNode params = Site.call("wait", Json.object());
        params.withObject("/_meta").put("progressToken", "p");
        return Site.request(id, "tools/call", params);
    }

    private McpSyncClient client(CountDownLatch toolsChanged) {
        return McpClient.sync(HttpClientStreamableHttpTransport.builder("http://localhost:" + site.server.port())
                        .endpoint("/demo/mcp")
                        .build())
                .requestTimeout(Duration.ofSeconds(10))
                .capabilities(
                        McpSchema.ClientCapabilities.builder().elicitation().build())
                .elicitation(request ->
                        new McpSchema.ElicitResult(McpSchema.ElicitResult.Action.ACCEPT, Map.of("name", "Ada")))
                .toolsChangeConsumer(tools -> toolsChanged.countDown())
                .build();
    }

    @Test
    void servesTheSdksOwnClient() throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        try (McpSyncClient client = client(changed)) {
            assertThat(client.initialize().serverInfo().name()).isEqualTo("demo");
            assertThat(client.listTools().tools())
                    .extracting(McpSchema.Tool::name)
                    .contains("echo", "wait");
            assertThat(client.callTool(McpSchema.CallToolRequest.builder("echo")
                                    .arguments(Map.of("text", "hello"))
                                    .build())
                            .structuredContent())
                    .isEqualTo(Map.of("text", "hello", "tenant", "default", "caller", "local"));
            assertThat(client.callTool(McpSchema.CallToolRequest.builder("ask")
                                    .arguments(Map.of())
                                    .build())
                            .structuredContent())
                    .isEqualTo(Map.of("name", "Ada"));
        }
    }

    @Test
    void tellsAListeningSessionOfChanges() throws Exception {
        String session = site.initialize();
        HttpResponse<InputStream> stream = site.client.send(
                HttpRequest.newBuilder(site.uri("/mcp"))
                        .header("Accept", "text/event-stream")
                        .header("Mcp-Session-Id", session)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
        Thread.sleep(100);
        site.endpoint.changes().announce(new Changes.Change.Tools());
        assertThat(lines.lines().limit(2))
                .containsExactly(
                        "event: message",
                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{}}");
    }

    @Test
    void answersACallThatSaysNothingOnTheWayWithOneJsonObject() throws Exception {
        HttpResponse<String> response = site.send(site.inSession(site.initialize(), echo(1)));
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(Json.read(response.body())
                        .at("/result/structuredContent/text")
                        .asText())
                .isEqualTo("x");
    }

    @Test
    void streamsProgressBeforeTheAnswerWithoutIds() throws Exception {
        site.wait.released.countDown();
        HttpResponse<String> response = site.send(site.inSession(site.initialize(), waiting(1)));
        assertThat(response.body())
                .containsSubsequence("notifications/progress", "\"released\"")
                .doesNotContain("\nid:")
                .doesNotStartWith("id:");
    }

    @Test
    void stopsACallThatItsClientCancels() throws Exception {
        String session = site.initialize();
        CompletableFuture<HttpResponse<String>> answer = site.client.sendAsync(
                site.inSession(session, waiting(5)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(Site.within(site.wait.begun, 5)).isTrue();
        HttpResponse<String> cancel = site.send(site.inSession(
                session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}"));
        assertThat(cancel.statusCode()).isEqualTo(202);
        assertThat(Site.within(site.wait.interrupted, 5)).isTrue();
        assertThat(answer.get().body()).doesNotContain("result", "error");
    }

    @Test
    void goesOnWithACallWhoseConnectionDrops() throws Exception {
        String session = site.initialize();
        byte[] body = waiting(1).getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", site.server.port())) {
            socket.getOutputStream()
                    .write(("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Accept: application/json, text/event-stream\r\nMcp-Session-Id: " + session
                                    + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            assertThat(Site.within(site.wait.begun, 5)).isTrue();
        }
        assertThat(Site.within(site.wait.interrupted, 1)).isFalse();
        assertThat(site.send(site.inSession(session, echo(2))).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesRequestsOutsideOfASession() throws Exception {
        assertThat(site.send(Site.post(site.uri("/mcp"), echo(1)))).satisfies(refused(400, -32600));
        assertThat(site.send(site.inSession("no-such-session", echo(1)))).satisfies(refused(404, -32600));
        assertThat(site.send(HttpRequest.newBuilder(site.uri("/mcp"))
                        .header("Mcp-Session-Id", "no-such-session")
                        .DELETE()))
                .satisfies(refused(404, -32600));
    }

    @Test
    void refusesVersionsItDoesNotServe() throws Exception {
        String session = site.initialize();
        for (String version : new String[] {"bogus", "1999-01-01", "2025-11-25, 2025-11-25"}) {
            assertThat(site.send(site.inSession(session, echo(1)).setHeader("MCP-Protocol-Version", version)))
                    .satisfies(refused(400, -32600));
        }
    }

    @Test
    void endsASessionOnDelete() throws Exception {
        String session = site.initialize();
        CompletableFuture<HttpResponse<String>> running = site.client.sendAsync(
                site.inSession(session, waiting(1)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(Site.within(site.wait.begun, 5)).isTrue();
        HttpRequest.Builder delete = HttpRequest.newBuilder(site.uri("/mcp"))
                .header("Mcp-Session-Id", session)
                .DELETE();
        assertThat(site.send(delete).statusCode()).isEqualTo(200);
        assertThat(Site.within(site.wait.interrupted, 5)).isTrue();
        running.get();
        assertThat(site.send(site.inSession(session, echo(1))).statusCode()).isEqualTo(404);
    }

    @Test
    void refusesMalformedMessagesWithoutInternals() throws Exception {
        String session = site.initialize();
        assertThat(site.send(site.inSession(session, "{"))).satisfies(refused(400, -32700));
        assertThat(site.send(site.inSession(session, ""))).satisfies(refused(400, -32700));
        assertThat(site.send(site.inSession(session, "[" + echo(1) + "]"))).satisfies(refused(400, -32600));
        assertThat(site.send(site.inSession(session, "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}")))
                .satisfies(refused(400, -32600));
        assertThat(site.send(site.inSession(session, "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}")))
                .satisfies(refused(400, -32600));
        assertThat(site.send(Site.post(site.uri("/mcp"), Site.request(1, "initialize", Json.object()))))
                .satisfies(refused(400, -32602));
    }

    @Test
    void keepsTheTextOfAnUnexpectedFailureToItself() throws Exception {
        String body = site.send(site.inSession(
                        site.initialize(), Site.request(1, "tools/call", Site.call("broken", Json.object()))))
                .body();
        assertThat(body).contains("\"isError\":true", "INTERNAL").doesNotContain("shadow", "IllegalState");
    }

    @Test
    void namesAToolThatIsNotThere() throws Exception {
        String body = site.send(site.inSession(
                        site.initialize(), Site.request(1, "tools/call", Site.call("ecco", Json.object()))))
                .body();
        assertThat(body).contains("Unknown tool: ecco; did you mean echo?");
    }

    @Test
    void keepsTheNumberOfSessionsBounded(@TempDir Path other) throws Exception {
        try (Site small =
                new Site(other, new Access.Open(), Map.of(), Json.object().put("max-sessions", 1))) {
            small.initialize();
            assertThatThrownBy(small::initialize).hasMessageContaining("503").hasMessageContaining("max-sessions");
        }
    }

    @Test
    void forgetsASessionThatNobodyUses(@TempDir Path other) throws Exception {
        try (Site brief =
                new Site(other, new Access.Open(), Map.of(), Json.object().put("session-idle-seconds", 1))) {
            String session = brief.initialize();
            assertThat(brief.send(brief.inSession(session, echo(1))).statusCode())
                    .isEqualTo(200);
            Thread.sleep(3000);
            assertThat(brief.send(brief.inSession(session, echo(2))).statusCode())
                    .isEqualTo(404);
        }
    }
}
