package dev.millwright.transport;

import static dev.millwright.transport.Peer.request;
import static dev.millwright.transport.Peer.stateless;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.protocol.sessions.Sdk;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transport as a process: its streams, what it loads, how it ends. */
class StdioProcessTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path data;

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WorkbenchProcess.class.getName(),
                data.toString()));
        return command;
    }

    private Process start(String... options) throws IOException {
        return new ProcessBuilder(command(options))
                .redirectError(data.resolve("stderr").toFile())
                .start();
    }

    private static void send(Process process, ObjectNode message) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write((message + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Names of the classes that a log of {@code class+load} tells of. */
    private static List<String> loaded(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> line.substring(line.lastIndexOf(']') + 1).strip().split(" ")[0])
                .toList();
    }

    @Test
    void loadsNothingOfTheSdkForTheStatelessEra() throws Exception {
        Path log = data.resolve("classes");
        Process process = start("-Xlog:class+load:file=" + log);
        try (BufferedReader out = process.inputReader()) {
            send(process, stateless(1, "server/discover", "{}", "{}"));
            assertThat(Json.read(out.readLine()).path("id").asInt()).isEqualTo(1);
            send(process, stateless(2, "tools/list", "{}", "{}"));
            assertThat(Json.read(out.readLine()).path("id").asInt()).isEqualTo(2);
            send(process, stateless(3, "tools/call", "{'name': 'echo'}", "{}"));
            assertThat(Json.read(out.readLine()).path("id").asInt()).isEqualTo(3);
            process.getOutputStream().close();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(loaded(log))
                .contains("dev.millwright.protocol.stateless.StatelessEngine")
                .noneMatch(name -> name.startsWith("io.modelcontextprotocol")
                        || name.startsWith("reactor.")
                        || name.startsWith("com.networknt"));
    }

    @Test
    void loadsNoSchemaValidatorForASession() throws Exception {
        Path log = data.resolve("classes");
        Process process = start("-Xlog:class+load:file=" + log);
        try (BufferedReader out = process.inputReader()) {
            send(
                    process,
                    request(
                            1,
                            "initialize",
                            "{'protocolVersion': '2025-11-25', 'capabilities': {}, 'clientInfo': {'name': 't', 'version': '1'}}"));
            JsonNode answer = Json.read(out.readLine());
            assertThat(answer.at("/result/protocolVersion").asText()).isEqualTo("2025-11-25");
            send(process, request(2, "tools/call", "{'name': 'echo', 'arguments': {'text': 'hi'}}"));
            assertThat(Json.read(out.readLine())
                            .at("/result/structuredContent/said")
                            .asText())
                    .isEqualTo("hi");
            process.getOutputStream().close();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(loaded(log))
                .contains("io.modelcontextprotocol.spec.McpServerSession")
                .noneMatch(name -> name.startsWith("com.networknt"));
        assertThat(Files.readString(data.resolve("stderr"))).contains("what is printed goes to standard error");
    }

    @Test
    void endsWhenItsReaderIsGone() throws Exception {
        Process process = start();
        try {
            send(process, request(1, "ping", "{}"));
            assertThat(process.inputReader().readLine()).contains("\"id\":1");
            process.getInputStream().close();
            send(process, request(2, "ping", "{}"));

            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void servesTheSdksOwnClient() {
        List<String> command = command();
        ServerParameters server = ServerParameters.builder(command.getFirst())
                .args(command.subList(1, command.size()))
                .build();
        List<McpSchema.ElicitRequest> asked = new ArrayList<>();
        try (McpSyncClient client = McpClient.sync(new StdioClientTransport(server, Sdk.mapper()))
                .requestTimeout(Duration.ofSeconds(30))
                .capabilities(
                        McpSchema.ClientCapabilities.builder().elicitation().build())
                .elicitation(question -> {
                    asked.add(question);
                    return McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT)
                            .content(Map.of("confirm", true))
                            .build();
                })
                .build()) {
            assertThat(client.initialize().serverInfo().name()).isEqualTo("workbench");
            assertThat(client.listTools().tools()).hasSize(10);
            McpSchema.CallToolResult answer =
                    client.callTool(McpSchema.CallToolRequest.builder("destroy").build());
            assertThat(answer.isError()).isFalse();
            assertThat(asked).hasSize(1);
            assertThat(client.readResource(McpSchema.ReadResourceRequest.builder("note:1")
                                    .build())
                            .contents())
                    .hasSize(1);
        }
    }
}
