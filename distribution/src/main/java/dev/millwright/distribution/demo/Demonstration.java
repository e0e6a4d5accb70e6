package dev.millwright.distribution.demo;

import dev.millwright.json.Json;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts the packaged server as hosts do, over stdio and over HTTP, and takes the tour with the MCP Java SDK's client. */
public final class Demonstration {
    private final Path launcher;
    private final PrintStream out;
    private final PrintStream err;

    /** @param err for progress, and for what the servers log */
    public Demonstration(Path launcher, PrintStream out, PrintStream err) {
        this.launcher = launcher;
        this.out = out;
        this.err = err;
    }

    /** @return whether everything was answered as it should be */
    public boolean run() throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("millwright-demo-");
        try {
            overStdio(options(scratch, "stdio"));
            overHttp(options(scratch, "http"));
            return true;
        } catch (Show.Failed e) {
            err.println("millwright: " + e.getMessage());
            return false;
        } finally {
            remove(scratch);
        }
    }

    private static List<String> options(Path scratch, String name) throws IOException {
        Path root = Files.createDirectories(scratch.resolve(name).resolve("workspace"));
        Path config = Files.writeString(
                scratch.resolve(name).resolve("config.yaml"),
                "tenants: {default: {reach: {git: {author: Ada Lovelace <ada@example.org>}}}}\n");
        return List.of(
                "--config",
                config.toString(),
                "--root",
                root.toString(),
                "--data-dir",
                scratch.resolve(name).resolve("data").toString());
    }

    private void overStdio(List<String> options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("stdio", "filesystem", "git", "k8s", "docker"));
        arguments.addAll(options);
        err.println("demo: starting " + launcher + " stdio filesystem git k8s docker");
        ServerParameters parameters =
                ServerParameters.builder(launcher.toString()).args(arguments).build();
        StdioClientTransport transport = new StdioClientTransport(parameters, McpJsonDefaults.getMapper());
        transport.setStdErrorHandler(line -> err.println("  server: " + line));
        tour("stdio", transport);
    }

    private void overHttp(List<String> options) throws IOException, InterruptedException {
        err.println("demo: starting " + launcher + " serve");
        try (Child server = Child.serve(launcher, options)) {
            tour(
                    "HTTP, " + server.base() + "/mcp",
                    HttpClientStreamableHttpTransport.builder(server.base().toString())
                            .endpoint("/mcp")
                            .build());
        }
    }

    private void tour(String over, McpClientTransport transport) throws IOException {
        try (McpSyncClient client = McpClient.sync(transport)
                .requestTimeout(Duration.ofSeconds(60))
                .initializationTimeout(Duration.ofSeconds(30))
                .clientInfo(
                        McpSchema.Implementation.builder("millwright-demo", "1").build())
                .elicitation(this::agree)
                .build()) {
            McpSchema.InitializeResult hello = client.initialize();
            int tools = client.listTools().tools().size();
            out.println("Over %s: %s %s, protocol %s, %d tools"
                    .formatted(
                            over,
                            hello.serverInfo().name(),
                            hello.serverInfo().version(),
                            hello.protocolVersion(),
                            tools));
            Tour.take(new Show(client, out));
            out.println();
            out.flush();
        }
    }

    /** The person, who agrees to whatever is asked here. */
    private McpSchema.ElicitResult agree(McpSchema.ElicitFormRequest question) {
        out.println("     ? " + question.message() + " - yes");
        Map<String, Object> answers = new LinkedHashMap<>();
        Json.tree(question.requestedSchema())
                .path("properties")
                .fieldNames()
                .forEachRemaining(name -> answers.put(name, true));
        return McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT)
                .content(answers)
                .build();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
