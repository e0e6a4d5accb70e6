package dev.millwright.transport.http;

import static dev.millwright.transport.http.StatelessHttpTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.identity.Authenticator;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is refused whoever asks. */
@Timeout(60)
final class HttpSecurityTest {
    @TempDir
    Path directory;

    private Site site;

    @BeforeEach
    void start() {
        site = new Site(
                directory,
                new Access.Open(),
                Map.of(),
                Json.object()
                        .put("max-request-bytes", 4096)
                        .put("max-header-bytes", 2048)
                        .put("public-url", "https://mcp.example.org/tools/")
                        .<ObjectNode>set("allowed-origins", Json.array().add("https://App.example.org"))
                        .set("allowed-hosts", Json.array().add("inside.example")));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private static ObjectNode echo(String text) {
        return Site.stateless(1, "tools/call", Site.call("echo", Json.object().put("text", text)));
    }

    private String toHost(String host) throws Exception {
        return site.raw("GET /mcp HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .lines()
                .findFirst()
                .orElseThrow();
    }

    @Test
    void answersOnlyToItsOwnNames() throws Exception {
        for (String host :
                new String[] {"localhost", "localhost:1", "127.0.0.1", "[::1]:80", "inside.example", "MCP.example.org"
                }) {
            assertThat(toHost(host)).as(host).contains("405");
        }
        for (String host : new String[] {"evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "localhost:x"}) {
            assertThat(toHost(host)).as(host).containsAnyOf("403", "400");
        }
    }

    @Test
    void answersOnlyToPagesThatMayCall() throws Exception {
        for (String origin : new String[] {
            "http://localhost:3000", "https://app.example.org", "https://mcp.example.org", "http://127.0.0.1"
        }) {
            HttpResponse<String> response = site.send(site.post(echo("x")).header("Origin", origin));
            assertThat(response.statusCode()).as(origin).isEqualTo(200);
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains(origin);
        }
        for (String origin : new String[] {
            "https://evil.example", "null", "http://localhost.evil.example", "https://app.example.org.evil", "file://"
        }) {
            HttpResponse<String> response = site.send(site.post(echo("x")).header("Origin", origin));
            assertThat(response).as(origin).satisfies(refused(403, -31000));
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void tellsBrowsersWhatAPageMaySend() throws Exception {
        HttpResponse<String> response = site.send(HttpRequest.newBuilder(site.uri("/mcp"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://app.example.org"));
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
                .contains("Authorization", "Mcp-Session-Id", "MCP-Protocol-Version");
        assertThat(site.send(HttpRequest.newBuilder(site.uri("/mcp"))
                                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                                .header("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void refusesRequestsThatAreTooLargeWhetherOrNotTheySayTheirLength() throws Exception {
        assertThat(site.send(site.post(echo("x".repeat(5000))))).satisfies(refused(413, -32600));
        byte[] body = echo("x".repeat(5000)).toString().getBytes();
        HttpRequest.Builder chunked = site.post(echo("x"))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)));
        assertThat(site.send(chunked)).satisfies(refused(413, -32600));
        assertThat(site.send(site.post(echo("x"))).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesHeadersThatAreTooLarge() throws Exception {
        HttpResponse<String> response = site.send(site.post(echo("x")).header("X-Large", "x".repeat(4000)));
        assertThat(response.statusCode()).isEqualTo(431);
        assertThat(Json.read(response.body()).at("/error/code").asInt()).isEqualTo(-32600);
    }

    @Test
    void refusesWhatIsNotJson() throws Exception {
        assertThat(site.send(site.post(echo("x")).setHeader("Content-Type", "text/plain")))
                .satisfies(refused(415, -32600));
        assertThat(site.send(site.post(echo("x")).setHeader("Content-Encoding", "gzip")))
                .satisfies(refused(415, -32600));
        assertThat(site.send(site.post(echo("x")).POST(HttpRequest.BodyPublishers.ofString("[".repeat(3000)))))
                .satisfies(refused(400, -32700));
    }

    @Test
    void hasNothingAtPathsThatOnlyLookLikeItsOwn() throws Exception {
        for (String path : new String[] {
            "/", "/x/mcp", "/demo/x/mcp", "/mcp/", "/mcp/x", "//mcp", "/demo/../mcp", "/%6dcp", "/mcp;x=1", "/demo"
        }) {
            String answer = site.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(answer.lines().findFirst().orElseThrow()).as(path).containsAnyOf(" 404 ", " 400 ");
        }
    }

    @Test
    void answersGarbageWithoutInternals() throws Exception {
        String answer = site.raw("\u0016\u0003\u0001 garbage\r\n\r\n");
        assertThat(answer).contains(" 400 ").doesNotContain("Jetty", "Exception", "jetty");
    }

    @Test
    void doesNotListenForOthersWithoutAskingWhoTheyAre(@TempDir Path other) {
        assertThatThrownBy(() -> new Site(
                        other, new Access.Open(), Map.of(), Json.object().put("bind", "0.0.0.0")))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.DENIED))
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("bind 127.0.0.1");
        Access guarded = new Access.Guarded(Authenticator.none(), Optional.empty());
        try (Site listening = new Site(other, guarded, Map.of(), Json.object().put("bind", "0.0.0.0"))) {
            assertThat(listening.server.port()).isPositive();
        }
    }

    @Test
    void closesConnectionsThatDribbleTheirRequest(@TempDir Path other) throws Exception {
        try (Site impatient = new Site(
                        other, new Access.Open(), Map.of(), Json.object().put("request-timeout-seconds", 1));
                Socket socket = new Socket("127.0.0.1", impatient.server.port())) {
            socket.setSoTimeout(100);
            socket.getOutputStream().write("POST /mcp HTTP/1.1\r\nHost: localhost\r\n".getBytes());
            assertThat(dribble(socket)).isEqualTo("closed");
        }
    }

    @Test
    void answersARequestWhoseBodyDribbles(@TempDir Path other) throws Exception {
        try (Site impatient = new Site(
                        other, new Access.Open(), Map.of(), Json.object().put("request-timeout-seconds", 1));
                Socket socket = new Socket("127.0.0.1", impatient.server.port())) {
            socket.setSoTimeout(100);
            socket.getOutputStream()
                    .write(
                            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
                                    .getBytes());
            assertThat(dribble(socket)).startsWith("HTTP/1.1 408 ");
        }
    }

    /** What the server says, until it closes, while a byte comes now and then for at most ten seconds. */
    private static String dribble(Socket socket) throws InterruptedException {
        StringBuilder said = new StringBuilder();
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end) {
            try {
                if (said.isEmpty()) {
                    socket.getOutputStream().write('x');
                }
                byte[] some = new byte[4096];
                int read = socket.getInputStream().read(some);
                if (read < 0) {
                    return said.append("closed").toString();
                }
                said.append(new String(some, 0, read, StandardCharsets.US_ASCII));
            } catch (SocketTimeoutException e) {
                Thread.sleep(10);
            } catch (IOException e) {
                return said.append("closed").toString();
            }
        }
        return said.toString();
    }
}
