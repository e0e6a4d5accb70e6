package dev.millwright.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LegacySseTest {
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

    @SuppressWarnings("deprecation")
    private McpClientTransport transport() {
        return HttpClientSseClientTransport.builder("http://localhost:" + site.server.port())
                .sseEndpoint("/demo/sse")
                .build();
    }

    @Test
    void servesAnOldHost() {
        try (McpSyncClient client = McpClient.sync(transport())
                .requestTimeout(Duration.ofSeconds(10))
                .capabilities(
                        McpSchema.ClientCapabilities.builder().elicitation().build())
                .elicitation(request ->
                        new McpSchema.ElicitResult(McpSchema.ElicitResult.Action.ACCEPT, Map.of("name", "Ada")))
                .build()) {
            client.initialize();
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
    void stopsACallThatItsClientCancels() throws Exception {
        HttpResponse<InputStream> stream = site.client.send(
                HttpRequest.newBuilder(site.uri("/demo/sse")).build(), HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
        lines.readLine();
        URI messages = site.uri(lines.readLine().substring("data: ".length()));
        for (String message : new String[] {
            Site.request(
                    0,
                    "initialize",
                    (ObjectNode)
                            Json.read(
                                    "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}")),
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
            Site.request(5, "tools/call", Site.call("wait", Json.object()))
        }) {
            assertThat(site.send(Site.post(messages, message)).statusCode()).isEqualTo(202);
        }
        assertThat(Site.within(site.wait.begun, 5)).isTrue();
        site.send(Site.post(
                messages, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}"));
        assertThat(Site.within(site.wait.interrupted, 5)).isTrue();
    }

    @Test
    void takesNoMessageForASessionThatIsNotThere() throws Exception {
        assertThat(site.send(Site.post(site.uri("/demo/sse/message?sessionId=x"), "{}"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(site.send(Site.post(site.uri("/demo/sse/message"), "{}")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void isNotThereWhenSwitchedOff(@TempDir Path other) throws Exception {
        try (Site without =
                new Site(other, new Access.Open(), Map.of(), Json.object().put("legacy-sse", false))) {
            assertThat(without.send(HttpRequest.newBuilder(without.uri("/demo/sse")))
                            .statusCode())
                    .isEqualTo(404);
        }
    }
}
