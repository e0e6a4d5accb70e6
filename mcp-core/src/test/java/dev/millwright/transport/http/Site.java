package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.audit.AuditLog;
import dev.millwright.call.Chain;
import dev.millwright.call.Permission;
import dev.millwright.call.Policy;
import dev.millwright.call.Quotas;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.json.Schema;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Offer;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Plans;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A running HTTP server with a few tools, and a client that says exactly what a test wants said. */
final class Site implements AutoCloseable {
    static final String VERSION = "2026-07-28";

    /** Says what it was told. */
    record Echo() implements Tool<Echo.Input, Echo.Output> {
        record Input(String text) {}

        record Output(String text, String tenant, String caller) {}

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.reads("echo", Input.class, Output.class).description("Echo.");
        }

        @Override
        public Output call(Input input, Call call) {
            return new Output(input.text(), call.tenant().name(), call.caller());
        }
    }

    /** Waits until it is released or interrupted; tells its progress first. */
    static final class Wait implements Tool<Wait.Input, Wait.Output> {
        record Input() {}

        record Output(String end) {}

        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.reads("wait", Input.class, Output.class)
                    .description("Wait.")
                    .deadline(Duration.ofSeconds(30));
        }

        @Override
        public Output call(Input input, Call call) throws InterruptedException {
            call.progress(1, 2, "begun");
            begun.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return new Output("released");
        }
    }

    /** Talks without end until it is interrupted. */
    static final class Chat implements Tool<Chat.Input, Chat.Output> {
        record Input() {}

        record Output() {}

        final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.reads("chat", Input.class, Output.class)
                    .description("Chat.")
                    .deadline(Duration.ofSeconds(60));
        }

        @Override
        public Output call(Input input, Call call) throws InterruptedException {
            String text = "x".repeat(10_000);
            for (int i = 1; !Thread.interrupted(); i++) {
                call.progress(i, 0, text);
            }
            interrupted.countDown();
            throw new InterruptedException();
        }
    }

    /** Asks the person for a name. */
    record Ask() implements Tool<Ask.Input, Ask.Output> {
        record Input() {}

        record Output(String name) {}

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.reads("ask", Input.class, Output.class).description("Ask.");
        }

        @Override
        public Output call(Input input, Call call) throws InterruptedException {
            ObjectNode schema = Json.object().put("type", "object");
            schema.putObject("properties").putObject("name").put("type", "string");
            JsonNode answer = call.ask(Map.of("name", new Question.Form("Your name?", schema)))
                    .get("name");
            return new Output(answer.path("content").path("name").asText());
        }
    }

    /** Needs two scopes. */
    record Guarded() implements Tool<Guarded.Input, Guarded.Output> {
        record Input() {}

        record Output(boolean done) {}

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.adds("guarded", Input.class, Output.class)
                    .description("Guarded.")
                    .scopes("fs:read", "fs:write");
        }

        @Override
        public Output call(Input input, Call call) {
            return new Output(true);
        }
    }

    /** Fails with a message that must not get out. */
    record Broken() implements Tool<Broken.Input, Broken.Output> {
        record Input() {}

        record Output() {}

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.reads("broken", Input.class, Output.class).description("Broken.");
        }

        @Override
        public Output call(Input input, Call call) {
            throw new IllegalStateException("internal detail at /etc/shadow");
        }
    }

    final HttpServer server;
    final Endpoint endpoint;
    final Wait wait = new Wait();
    final Chat chat = new Chat();
    final PrometheusMetrics metrics = new PrometheusMetrics();
    final Store store;
    final Path audit;
    final HttpClient client = HttpClient.newHttpClient();
    private final AuditLog log;

    Site(Path directory, Access access, Map<String, Tenants.Declared> declared, ObjectNode settings) {
        this(directory, access, declared, settings, List.of());
    }

    Site(
            Path directory,
            Access access,
            Map<String, Tenants.Declared> declared,
            ObjectNode settings,
            List<Probe> probes) {
        store = Store.open(new StoreUrl.Embedded(directory));
        audit = directory.resolve("audit");
        log = new AuditLog(audit, 1 << 20);
        Tenants tenants = new Tenants(declared);
        Policy policy = new Policy(
                false, Set.of(), Set.of(), false, 6000, Duration.ofSeconds(30), Duration.ofMinutes(10), 1 << 20);
        Chain chain = new Chain(
                new Permission(policy, tenants),
                new Quotas(Map.of(), Quotas.Quota.NONE),
                log,
                () -> new Plans(store, Clock.systemUTC()),
                () -> new Idempotency(store, Clock.systemUTC()),
                new Redactor(List.of()),
                metrics);
        Offer offer = new Offer(
                "demo",
                "Say things.",
                List.of(new Echo(), wait, chat, new Ask(), new Guarded(), new Broken()),
                Optional.empty(),
                List.of());
        endpoint = new Endpoint("demo", "1", List.of(offer), chain);
        server = HttpServer.start(
                config(settings),
                List.of(new Mount("", () -> endpoint), new Mount("demo", () -> endpoint)),
                new HttpServer.Parts(access, tenants, log, () -> new byte[32], probes, metrics));
    }

    static Site open(Path directory) {
        return new Site(directory, new Access.Open(), Map.of(), Json.object());
    }

    /** A configuration with any free port and what else is set. */
    static HttpConfig config(ObjectNode settings) {
        ObjectNode all = Json.object().put("port", 0).put("drain-seconds", 1);
        all.setAll(settings);
        return Schema.of(HttpConfig.class, Schema.Keys.KEBAB).bind(all);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /** A request of the stateless era. */
    static ObjectNode stateless(int id, String method, ObjectNode params) {
        ObjectNode message = Json.object().put("jsonrpc", "2.0").put("id", id).put("method", method);
        ObjectNode meta = message.set("params", params).withObject("/params/_meta");
        meta.put("io.modelcontextprotocol/protocolVersion", VERSION);
        meta.putObject("io.modelcontextprotocol/clientCapabilities");
        return message;
    }

    static ObjectNode call(String tool, ObjectNode arguments) {
        ObjectNode params = Json.object().put("name", tool);
        params.set("arguments", arguments);
        return params;
    }

    static HttpRequest.Builder post(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** A POST of the stateless era with the headers that belong to it. */
    HttpRequest.Builder post(ObjectNode message) {
        HttpRequest.Builder request = post(uri("/mcp"), message.toString())
                .header("MCP-Protocol-Version", VERSION)
                .header("Mcp-Method", message.path("method").asText());
        JsonNode name = message.path("params").path("name");
        return name.isTextual() ? request.header("Mcp-Name", name.asText()) : request;
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Opens a session and returns its id. */
    String initialize(String... headers) throws IOException, InterruptedException {
        HttpResponse<String> response = send(with(post(uri("/mcp"), """
                        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",
                        "capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"""), headers));
        if (response.statusCode() != 200) {
            throw new IOException("initialize: " + response.statusCode() + " " + response.body());
        }
        String session = response.headers().firstValue("Mcp-Session-Id").orElseThrow();
        send(with(inSession(session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"), headers));
        return session;
    }

    static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpRequest.Builder inSession(String session, String body) {
        return post(uri("/mcp"), body).header("Mcp-Session-Id", session).header("MCP-Protocol-Version", "2025-11-25");
    }

    static String request(int id, String method, ObjectNode params) {
        ObjectNode message = Json.object().put("jsonrpc", "2.0").put("id", id).put("method", method);
        return message.set("params", params).toString();
    }

    /** Sends these very bytes and reads until the server closes or is silent for two seconds. */
    String raw(String bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return read(socket.getInputStream());
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                text.append((char) b);
            }
        } catch (java.net.SocketTimeoutException e) {
            return text.toString();
        }
        return text.toString();
    }

    /** All lines of the audit log so far. */
    String audited() throws IOException {
        StringBuilder lines = new StringBuilder();
        try (Stream<Path> files = Files.walk(audit)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return lines.toString();
    }

    static boolean within(CountDownLatch latch, int seconds) throws InterruptedException {
        return latch.await(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        wait.released.countDown();
        server.close();
        client.shutdownNow();
        log.close();
        store.close();
    }
}
