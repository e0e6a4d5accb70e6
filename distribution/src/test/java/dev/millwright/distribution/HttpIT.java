package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged launcher over HTTP. */
class HttpIT {
    private static final String LISTENING = "listening on ";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Optional<Process> server = Optional.empty();

    @BeforeEach
    void setUp() throws IOException {
        Files.writeString(folder.resolve("hello.txt"), "good morning\n");
    }

    @AfterEach
    void tearDown() {
        server.ifPresent(Process::destroyForcibly);
        http.close();
    }

    private URI serve(String... words) throws IOException {
        Process process = Packaged.start(folder, words);
        server = Optional.of(process);
        BufferedReader said = process.errorReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            int at = line.indexOf(LISTENING);
            if (at >= 0) {
                return URI.create(line.substring(at + LISTENING.length()));
            }
        }
        throw new AssertionError("it did not listen");
    }

    private HttpResponse<String> post(URI to, String method, ObjectNode params, Optional<String> key)
            throws IOException, InterruptedException {
        return post(to, method, params, key, Optional.empty());
    }

    private HttpResponse<String> post(
            URI to, String method, ObjectNode params, Optional<String> key, Optional<String> tenant)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", method)
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(Json.object()
                        .put("jsonrpc", "2.0")
                        .put("id", 1)
                        .put("method", method)
                        .set("params", params))));
        Optional.ofNullable(params.get("name")).ifPresent(name -> request.header("Mcp-Name", name.asText()));
        tenant.ifPresent(name -> request.header("Millwright-Tenant", name));
        key.ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void answersForAllServersAndForEachAndStopsWhenTold() throws Exception {
        URI all = serve("serve", "--port", "0", "--root", ".");
        ObjectNode read = Packaged.call("read_file", Json.object().put("path", "hello.txt"));

        for (URI endpoint : new URI[] {all, all.resolve("/filesystem/mcp")}) {
            JsonNode answer = Json.read(
                    post(endpoint, "tools/call", read, Optional.empty()).body());
            assertThat(answer.at("/result/content/0/text").asText()).isEqualTo("good morning\n");
        }
        assertThat(status(all.resolve("/healthz"))).isEqualTo(200);
        assertThat(status(all.resolve("/readyz"))).isEqualTo(200);
        assertThat(status(all.resolve("/metrics"))).isEqualTo(200);

        Process process = server.orElseThrow();
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void letsNobodyInWithoutAKeyWhereKeysAreAskedFor() throws Exception {
        Files.writeString(folder.resolve("config.yaml"), "auth:\n  keys: true\n");
        String key = Packaged.run(folder, "", "keys", "create", "test").out().strip();
        URI all = serve("serve", "--port", "0", "--root", ".", "--config", "config.yaml");

        assertThat(post(all, "tools/list", Packaged.stateless(), Optional.empty())
                        .statusCode())
                .isEqualTo(401);
        assertThat(post(all, "tools/list", Packaged.stateless(), Optional.of(key + "x"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(post(all, "tools/list", Packaged.stateless(), Optional.of(key))
                        .statusCode())
                .isEqualTo(200);

        Packaged.run(folder, "", "keys", "revoke", key.split("_")[1]);
        assertThat(post(all, "tools/list", Packaged.stateless(), Optional.of(key))
                        .statusCode())
                .isEqualTo(401);
    }

    private String text(URI to, String tool, ObjectNode arguments, String key) throws Exception {
        HttpResponse<String> answer = post(to, "tools/call", Packaged.call(tool, arguments), Optional.of(key));
        return Json.read(answer.body()).at("/result/content/0/text").asText();
    }

    @Test
    void keepsTenantsToTheirFoldersScopesAndQuotas() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("a.txt"), "of a");
        Files.writeString(Files.createDirectory(folder.resolve("b")).resolve("b.txt"), "of b");
        Files.writeString(folder.resolve("config.yaml"), """
                auth: {keys: true}
                tenants:
                  acme:
                    scopes: ["fs:read"]
                    quotas: {calls-per-minute: 4, bytes: 1000}
                    reach: {filesystem: {roots: ["%1$s/a"]}}
                  beta:
                    reach: {filesystem: {roots: ["%1$s/b"]}}
                """.formatted(folder));
        String key = Packaged.run(folder, "", "keys", "create", "a", "--tenant", "acme", "--config", "config.yaml")
                .out()
                .strip();
        URI all = serve("serve", "--port", "0", "--config", "config.yaml");

        String listed =
                post(all, "tools/list", Packaged.stateless(), Optional.of(key)).body();
        assertThat(listed).contains("\"read_file\"").doesNotContain("\"write_file\"");
        assertThat(text(all, "read_file", Json.object().put("path", "a.txt"), key))
                .isEqualTo("of a");
        assertThat(text(
                        all,
                        "read_file",
                        Json.object().put("path", folder.resolve("b/b.txt").toString()),
                        key))
                .startsWith("DENIED: ");
        assertThat(text(all, "write_file", Json.object().put("path", "n").put("content", "x"), key))
                .isEqualTo("DENIED: write_file needs the scope fs:write, which key:%s does not hold in tenant acme"
                        .formatted(key.split("_")[1]));
        assertThat(text(all, "read_file", Json.object().put("path", "x".repeat(1001)), key))
                .startsWith("LIMIT: ")
                .contains("tenant acme may send 1000");
        assertThat(post(
                                all,
                                "tools/call",
                                Packaged.call("read_file", Json.object().put("path", "b.txt")),
                                Optional.of(key),
                                Optional.of("beta"))
                        .statusCode())
                .isEqualTo(403);
        text(all, "list_files", Json.object(), key);
        text(all, "list_files", Json.object(), key);
        assertThat(text(all, "list_files", Json.object(), key))
                .matches("LIMIT: tenant acme may start 4 calls a minute; the next one fits in \\d+ s");

        String trail = Packaged.run(folder, "", "audit", "tail", "--config", "config.yaml")
                .out();
        assertThat(trail)
                .contains("millwright.http")
                .contains("@beta  (not a member of the tenant asked for)")
                .contains(" limit ");
        assertThat(http.send(
                                HttpRequest.newBuilder(all.resolve("/metrics"))
                                        .header("Authorization", "Bearer " + key)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body())
                .contains("millwright_http_refused_total{reason=\"tenant\"} 1.0")
                .contains("millwright_calls_total{outcome=\"denied\",server=\"filesystem\",tool=\"write_file\"} 1.0")
                .contains("millwright_call_duration_seconds_bucket{", "jvm_memory_used_bytes");
    }

    @Test
    void letsARunningCallEndWhenItIsToldToStop() throws Exception {
        URI all = serve("serve", "--port", "0", "--root", ".");
        ObjectNode slow = Packaged.call(
                "execute_code", Json.object().put("language", "bash").put("code", "sleep 2; echo finished"));
        Future<HttpResponse<String>> answer = Executors.newVirtualThreadPerTaskExecutor()
                .submit(() -> post(all, "tools/call", slow, Optional.empty()));
        Thread.sleep(1000);
        server.orElseThrow().destroy();

        assertThat(answer.get(20, TimeUnit.SECONDS).body()).contains("finished");
        assertThat(server.orElseThrow().waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
}
