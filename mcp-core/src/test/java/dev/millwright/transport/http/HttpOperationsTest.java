package dev.millwright.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees: health, numbers, starting and stopping. */
@Timeout(60)
final class HttpOperationsTest {
    @TempDir
    Path directory;

    private static ObjectNode echo(String text) {
        return Site.stateless(1, "tools/call", Site.call("echo", Json.object().put("text", text)));
    }

    private static ObjectNode waiting() {
        return Site.stateless(1, "tools/call", Site.call("wait", Json.object()));
    }

    private HttpResponse<String> get(Site site, String path) throws Exception {
        return site.send(HttpRequest.newBuilder(site.uri(path)));
    }

    @Test
    void saysThatItLivesAndIsReady() throws Exception {
        try (Site site = new Site(
                directory, new Access.Open(), Map.of(), Json.object(), List.of(new Probe("store", () -> {})))) {
            assertThat(get(site, "/healthz").body()).isEqualTo("ok\n");
            assertThat(get(site, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(site, "/readyz").body()).isEqualTo("{\"accepting\":true,\"store\":true}");
        }
    }

    @Test
    void isNotReadyWithoutWhatItNeeds() throws Exception {
        Probe broken = new Probe("store", () -> {
            throw ToolException.unavailable("disk full at /secret/path");
        });
        try (Site site = new Site(directory, new Access.Open(), Map.of(), Json.object(), List.of(broken))) {
            assertThat(get(site, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(site, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(site, "/readyz").body()).contains("\"store\":false").doesNotContain("secret");
        }
    }

    @Test
    void countsCallsSessionsAndWhatRuns() throws Exception {
        try (Site site = Site.open(directory)) {
            site.send(site.post(echo("x")));
            site.send(site.post(echo("y")));
            site.send(site.post(Site.stateless(1, "tools/call", Site.call("broken", Json.object()))));
            site.initialize();
            CompletableFuture<HttpResponse<String>> running =
                    site.client.sendAsync(site.post(waiting()).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(Site.within(site.wait.begun, 5)).isTrue();
            HttpResponse<String> metrics = get(site, "/metrics");
            assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/plain");
            assertThat(metrics.body().lines())
                    .contains(
                            "millwright_calls_total{outcome=\"ok\",server=\"demo\",tool=\"echo\"} 2.0",
                            "millwright_calls_total{outcome=\"internal\",server=\"demo\",tool=\"broken\"} 1.0",
                            "millwright_call_duration_seconds_count{server=\"demo\",tool=\"echo\"} 2",
                            "millwright_sessions 1.0",
                            "millwright_requests_in_flight 1.0")
                    .anyMatch(line -> line.startsWith(
                            "millwright_call_duration_seconds_bucket{server=\"demo\",tool=\"echo\",le=\"0.005\"}"))
                    .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
            site.wait.released.countDown();
            running.get();
        }
    }

    @Test
    void letsRunningCallsEndBeforeItStops() throws Exception {
        try (Site site =
                new Site(directory, new Access.Open(), Map.of(), Json.object().put("drain-seconds", 10))) {
            CompletableFuture<HttpResponse<String>> running =
                    site.client.sendAsync(site.post(waiting()).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(Site.within(site.wait.begun, 5)).isTrue();
            try (Socket kept = new Socket("127.0.0.1", site.server.port())) {
                kept.getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(line(kept)).contains(" 200 ");
                Thread stopping = Thread.startVirtualThread(site.server::close);
                Thread.sleep(300);
                assertThatThrownBy(() -> new Socket("127.0.0.1", site.server.port()).close())
                        .isInstanceOfAny(ConnectException.class, IllegalArgumentException.class);
                kept.getInputStream().skipNBytes(kept.getInputStream().available());
                kept.getOutputStream()
                        .write("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(line(kept)).contains(" 503 ");
                site.wait.released.countDown();
                assertThat(running.get().body()).contains("\"released\"");
                stopping.join();
            }
        }
    }

    private static String line(Socket socket) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c != '\n' && c >= 0;
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @Test
    void stopsCallsThatOutlastTheDrain() throws Exception {
        try (Site site = Site.open(directory)) {
            CompletableFuture<HttpResponse<String>> stateless =
                    site.client.sendAsync(site.post(waiting()).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(Site.within(site.wait.begun, 5)).isTrue();
            site.server.close();
            assertThat(Site.within(site.wait.interrupted, 1)).isTrue();
            assertThat(stateless.get().body()).contains("the server is stopping");
        }
    }

    @Test
    void stopsCallsOfSessionsThatOutlastTheDrain() throws Exception {
        try (Site site = Site.open(directory)) {
            String session = site.initialize();
            CompletableFuture<HttpResponse<String>> running = site.client.sendAsync(
                    site.inSession(session, Site.request(1, "tools/call", Site.call("wait", Json.object())))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(Site.within(site.wait.begun, 5)).isTrue();
            site.server.close();
            assertThat(Site.within(site.wait.interrupted, 1)).isTrue();
            assertThat(running.get().body()).contains("the server is stopping");
        }
    }

    @Test
    void saysInOneSentenceThatThePortIsTaken(@TempDir Path other) {
        try (Site site = Site.open(directory)) {
            assertThatThrownBy(() -> new Site(
                            other, new Access.Open(), Map.of(), Json.object().put("port", site.server.port())))
                    .isInstanceOfSatisfying(
                            ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.UNAVAILABLE))
                    .hasMessage("port %d on 127.0.0.1 cannot be had: is another process listening there? (port, bind)"
                            .formatted(site.server.port()));
        }
    }

    @Test
    void keepsAQuietConnectionThatWaitsForAnAnswer() throws Exception {
        try (Site site =
                new Site(directory, new Access.Open(), Map.of(), Json.object().put("idle-timeout-seconds", 1))) {
            CompletableFuture<HttpResponse<String>> running = site.client.sendAsync(
                    site.post(waiting()).setHeader("Accept", "application/json").build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(Site.within(site.wait.interrupted, 3)).isFalse();
            site.wait.released.countDown();
            assertThat(running.get().body()).contains("\"released\"");
        }
    }

    @Test
    void letsConnectionsBeyondTheLimitWait() throws Exception {
        byte[] request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Site site = new Site(
                        directory, new Access.Open(), Map.of(), Json.object().put("max-connections", 2));
                Socket first = new Socket("127.0.0.1", site.server.port());
                Socket second = new Socket("127.0.0.1", site.server.port())) {
            for (Socket served : List.of(first, second)) {
                served.getOutputStream().write(request);
                assertThat(line(served)).contains(" 200 ");
            }
            try (Socket third = new Socket("127.0.0.1", site.server.port())) {
                third.setSoTimeout(500);
                third.getOutputStream().write(request);
                assertThatThrownBy(() -> line(third)).isInstanceOf(SocketTimeoutException.class);
                first.shutdownOutput();
                third.setSoTimeout(5000);
                assertThat(line(third)).contains(" 200 ");
            }
        }
    }

    @Test
    void servesManyClientsAtOnceInBothEras() throws Exception {
        try (Site site = Site.open(directory);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String text = "client " + i;
                boolean session = i % 2 == 0;
                clients.add(() -> {
                    String id = session ? site.initialize() : "";
                    for (int n = 0; n < 20; n++) {
                        HttpResponse<String> response = site.send(
                                session
                                        ? site.inSession(
                                                id,
                                                Site.request(
                                                        n,
                                                        "tools/call",
                                                        Site.call(
                                                                "echo",
                                                                Json.object().put("text", text))))
                                        : site.post(echo(text)));
                        assertThat(Json.read(response.body())
                                        .at("/result/structuredContent/text")
                                        .asText())
                                .isEqualTo(text);
                    }
                    return null;
                });
            }
            for (Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
        }
    }

    @Test
    void hasDefaultsThatAreSafeAndRefusesAPublicUrlThatIsNone() {
        HttpConfig defaults = Schema.of(HttpConfig.class, Schema.Keys.KEBAB).bind(Json.object());
        assertThat(defaults.bind()).isEqualTo("127.0.0.1");
        assertThat(defaults.allowedHosts()).isEmpty();
        assertThat(defaults.lenientVersionHeader()).isFalse();
        for (String url : new String[] {"mcp.example.org", "ftp://x", "https://", "https://x/?q", "https://x y"}) {
            assertThatThrownBy(() -> Site.config(Json.object().put("public-url", url)))
                    .as(url)
                    .hasMessageContaining("public-url");
        }
    }
}
