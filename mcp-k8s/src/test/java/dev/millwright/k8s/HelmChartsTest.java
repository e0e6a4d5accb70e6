package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millwright.k8s.helm.Tar;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Charts from archives, an HTTP repository and an OCI registry, both served here on loopback. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class HelmChartsTest {
    @TempDir
    Path folder;

    private final Map<String, byte[]> served = new HashMap<>();
    private final Map<String, String> redirects = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private boolean tokenNeeded;
    private HttpServer http;
    private HelmWorld world;

    @BeforeEach
    void open() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
        world = new HelmWorld(folder, """
                {"chart-sources": ["http://127.0.0.1:%d/charts/", "oci://127.0.0.1:%d/charts/"]}""".formatted(port(), port()));
        byte[] one = chart("1.0.0");
        byte[] two = chart("1.10.0");
        served.put("/charts/web-1.0.0.tgz", one);
        served.put("/charts/files/web-1.10.0.tgz", two);
        index(digest(one), digest(two));
        publish("1.0.0", one);
        publish("1.10.0_b.1", two);
        served.put("/v2/charts/web/tags/list", text("""
                {"name": "charts/web", "tags": ["1.0.0", "1.10.0_b.1", "sha256-abc.sig"]}"""));
    }

    @AfterEach
    void close() {
        world.close();
        http.stop(0);
    }

    private int port() {
        return http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            boolean denied = tokenNeeded
                    && path.startsWith("/v2/")
                    && !"Bearer anybody".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (denied) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                "Bearer realm=\"http://127.0.0.1:%d/token\",service=\"here\",scope=\"repository:charts/web:pull\""
                                        .formatted(port()));
                exchange.sendResponseHeaders(401, -1);
            } else if (redirects.containsKey(path)) {
                exchange.getResponseHeaders().set("Location", redirects.get(path));
                exchange.sendResponseHeaders(302, -1);
            } else if (served.containsKey(path)) {
                exchange.sendResponseHeaders(200, served.get(path).length);
                exchange.getResponseBody().write(served.get(path));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] chart(String version) {
        return Tar.of(Map.of(
                "web/Chart.yaml", "{apiVersion: v2, name: web, version: %s}".formatted(version),
                "web/templates/map.yaml",
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: from-%s}}".formatted(version)));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void index(String one, String two) {
        served.put("/charts/index.yaml", text("""
                apiVersion: v1
                entries:
                  web:
                  - {name: web, version: 1.0.0, appVersion: "3", digest: %s, urls: [web-1.0.0.tgz]}
                  - {name: web, version: 1.10.0, digest: %s, urls: ["files/web-1.10.0.tgz"]}
                  - {name: web, version: 2.0.0-rc.1, urls: [none.tgz]}
                """.formatted(one, two)));
    }

    /** A chart in the registry, by tag and by digest. */
    private String publish(String tag, byte[] archive) {
        byte[] manifest = text("""
                {"schemaVersion": 2, "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"},
                 "layers": [{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": "sha256:%s", "size": %d}]}""".formatted(digest(archive), archive.length));
        served.put("/v2/charts/web/manifests/" + tag, manifest);
        served.put("/v2/charts/web/manifests/sha256:" + digest(manifest), manifest);
        served.put("/v2/charts/web/blobs/sha256:" + digest(archive), archive);
        return "sha256:" + digest(manifest);
    }

    /** What a dry run of the chart would make. */
    private String shown(String chart, String more) throws Exception {
        return world.install("""
                {"name": "web", "chart": "%s", "namespace": "shop", "dry_run": true%s}""".formatted(chart, more)).path("changes").toString();
    }

    private String http(String rest) {
        return "http://127.0.0.1:" + port() + rest;
    }

    private String oci(String rest) {
        return "oci://127.0.0.1:" + port() + rest;
    }

    @Test
    void takesTheHighestVersionOfARepositoryThatIsNoEarlyOne() throws Exception {
        assertThat(shown(http("/charts/web"), "")).contains("ConfigMap shop/from-1.10.0");
    }

    @Test
    void takesTheVersionAskedFor() throws Exception {
        assertThat(shown(http("/charts/web"), ", \"version\": \"1.0.0\"")).contains("from-1.0.0");
        assertThat(shown(oci("/charts/web"), ", \"version\": \"1.0.0\"")).contains("from-1.0.0");
        assertThat(shown(http("/charts/web-1.0.0.tgz"), "")).contains("from-1.0.0");
        assertThatThrownBy(() -> shown(http("/charts/web"), ", \"version\": \"7.0.0\""))
                .hasMessageContaining("/version 7.0.0")
                .hasMessageContaining("[2.0.0-rc.1, 1.10.0, 1.0.0]");
    }

    @Test
    void takesOnlyTheContentThatADigestPins() throws Exception {
        String pinned = publish("1.0.0", chart("1.0.0"));

        assertThat(shown(oci("/charts/web@" + pinned), "")).contains("from-1.0.0");
        assertThat(shown(http("/charts/web-1.0.0.tgz@sha256:" + digest(served.get("/charts/web-1.0.0.tgz"))), ""))
                .contains("from-1.0.0");
        assertThatThrownBy(() -> shown(http("/charts/web-1.0.0.tgz@" + pinned), ""))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.CONFLICT))
                .hasMessageContaining("its digest is");
    }

    @Test
    void refusesAnArchiveThatIsNotWhatTheRepositorySays() {
        index("0".repeat(64), "0".repeat(64));

        assertThatThrownBy(() -> shown(http("/charts/web"), "")).hasMessageContaining("its digest is");
    }

    @Test
    void refusesABlobThatIsNotWhatTheRegistrySays() {
        served.replaceAll((path, bytes) -> path.contains("/blobs/") ? text("something else") : bytes);

        assertThatThrownBy(() -> shown(oci("/charts/web"), ", \"version\": \"1.0.0\""))
                .hasMessageContaining("its digest is");
    }

    @Test
    void getsATokenWhereTheRegistryGivesOneToAnybody() throws Exception {
        tokenNeeded = true;
        served.put("/token", text("{\"token\": \"anybody\"}"));

        assertThat(shown(oci("/charts/web"), ", \"version\": \"1.0.0\"")).contains("from-1.0.0");
    }

    @Test
    void followsRedirectsToAllowedHostsOnly() throws Exception {
        redirects.put("/charts/moved.tgz", "/charts/web-1.0.0.tgz");
        redirects.put("/charts/away.tgz", "http://localhost:%d/charts/web-1.0.0.tgz".formatted(port()));
        redirects.put("/charts/far.tgz", "https://evil.example/web.tgz");
        redirects.put("/charts/round.tgz", "/charts/round.tgz");

        assertThat(shown(http("/charts/moved.tgz"), "")).contains("from-1.0.0");
        assertThatThrownBy(() -> shown(http("/charts/away.tgz"), "")).hasMessageContaining("in no allowed source");
        assertThatThrownBy(() -> shown(http("/charts/far.tgz"), ""))
                .hasMessageContaining("leads to https://evil.example, which is in no allowed source");
        assertThatThrownBy(() -> shown(http("/charts/round.tgz"), "")).hasMessageContaining("redirects more than");
    }

    @Test
    void reachesNothingButTheSources() {
        for (String chart : List.of(
                http("/other/web.tgz"),
                http("/charts/../other/web.tgz"),
                http("/charts/%2e%2e/other/web.tgz"),
                "http://user@127.0.0.1:" + port() + "/charts/web.tgz",
                "http://127.0.0.1:1/charts/web.tgz",
                "https://charts.example.org/charts/web",
                "oci://registry.example.org/charts/web",
                "file:///etc/passwd",
                "../../etc/passwd")) {
            assertThatThrownBy(() -> shown(chart, "")).as(chart).isInstanceOf(ToolException.class);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void listsVersionsHighestFirst() throws Exception {
        assertThat(world.releases("{\"action\": \"versions\", \"chart\": \"%s\"}".formatted(http("/charts/web")))
                        .path("versions")
                        .findValuesAsText("version"))
                .containsExactly("2.0.0-rc.1", "1.10.0", "1.0.0");
        assertThat(world.releases("{\"action\": \"versions\", \"chart\": \"%s\"}".formatted(oci("/charts/web")))
                        .path("versions")
                        .findValuesAsText("version"))
                .containsExactly("1.10.0+b.1", "1.0.0");
        assertThatThrownBy(() ->
                        world.releases("{\"action\": \"versions\", \"chart\": \"%s\"}".formatted(http("/charts/wob"))))
                .hasMessageContaining("has no chart wob; it has [web]");
    }

    @Test
    void takesAnArchiveInARoot() throws Exception {
        Files.write(world.charts.resolve("web.tgz"), chart("3.0.0"));

        assertThat(shown("web.tgz", "")).contains("from-3.0.0");
    }

    @Test
    void followsNoLinkOfAFolder() throws Exception {
        world.chart("1.0.0", Map.of());
        Files.createSymbolicLink(world.charts.resolve("web/templates/passwd"), Path.of("/etc/passwd"));

        assertThatThrownBy(() -> shown("web", "")).hasMessageContaining("templates/passwd is a link");
    }
}
