package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.millwright.json.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged Kubernetes server, with recorded states of a real cluster and without any cluster. */
class K8sIT {
    private static final Path RECORDED = Path.of("..", "mcp-k8s", "src", "test", "resources", "recorded")
            .toAbsolutePath()
            .normalize();

    /** What a model pays for the list, before its first word. */
    private static final int MOST_BYTES_OF_TOOLS = 14_000;

    @TempDir
    Path folder;

    static Stream<String> scenarios() throws Exception {
        try (Stream<Path> folders = Files.list(RECORDED)) {
            return folders
                    .filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private Packaged.Talk start() throws Exception {
        return Packaged.talk(folder, "stdio", "k8s", "--root", RECORDED.toString());
    }

    private static JsonNode call(Packaged.Talk talk, String tool, ObjectNode arguments) throws Exception {
        return talk.ask(1, "tools/call", Packaged.call(tool, arguments));
    }

    @Test
    void offersItsToolsInAListAModelCanAfford() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode tools = talk.ask(1, "tools/list", Packaged.stateless()).at("/result/tools");

            assertThat(tools.findValuesAsText("name")).contains("k8s_diagnose", "k8s_apply_fix", "analyze_pod_logs");
            assertThat(Json.size(tools)).isLessThanOrEqualTo(MOST_BYTES_OF_TOOLS);
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void namesTheCauseOfEachRecordedTrouble(String scenario) throws Exception {
        JsonNode expected =
                Json.read(Files.readString(RECORDED.resolve(scenario).resolve("expect.json")));
        try (Packaged.Talk talk = start()) {
            JsonNode causes = call(talk, "k8s_diagnose", Json.object().put("snapshot", scenario))
                    .at("/result/structuredContent/causes");

            if (expected.path("object").asText().isEmpty()) {
                assertThat(causes).isEmpty();
            } else {
                assertThat(Json.write(causes.path(0)))
                        .contains(expected.path("object").asText())
                        .containsPattern(Pattern.compile(expected.path("cause").asText()));
            }
        }
    }

    @Test
    void startsWithoutAClusterAndSaysWhatIsMissing() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode answer = call(talk, "k8s_diagnose", Json.object().put("namespace", "shop"));

            assertThat(answer.at("/result/isError").asBoolean()).isTrue();
            assertThat(answer.toString()).contains("UNAVAILABLE").contains("--kubeconfig");
        }
        assertThat(Packaged.run(folder, "", "doctor").out()).contains("there is no cluster to reach");
    }

    @Test
    void reachesAClusterByItsKubeconfig() throws Exception {
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            byte[] body = (exchange.getRequestURI().getPath().endsWith("/pods")
                            ? "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[{\"metadata\":{\"name\":\"web-1\",\"namespace\":\"shop\"}}]}"
                            : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404,\"message\":\"not here\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().endsWith("/pods") ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        try {
            Path kubeconfig = Files.writeString(
                    folder.resolve("kubeconfig"), """
                    apiVersion: v1
                    kind: Config
                    current-context: here
                    contexts: [{name: here, context: {cluster: here, user: me, namespace: shop}}]
                    clusters: [{name: here, cluster: {server: "http://127.0.0.1:%d"}}]
                    users: [{name: me, user: {token: canary-token-1a2b3c}}]
                    """.formatted(api.getAddress().getPort()));

            Packaged.Ended ended = Packaged.run(
                    folder, "", "call", "k8s", "k8s_get", "{\"kind\":\"pods\"}", "--kubeconfig", kubeconfig.toString());

            assertThat(ended.out()).as(ended.err()).contains("web-1").doesNotContain("canary-token");
        } finally {
            api.stop(0);
        }
    }
}
