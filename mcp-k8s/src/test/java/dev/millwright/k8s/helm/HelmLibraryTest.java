package dev.millwright.k8s.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.HistoryCommand;
import com.marcnuri.helm.ListCommand;
import com.marcnuri.helm.ReleaseHistory;
import com.marcnuri.helm.StatusCommand;
import com.marcnuri.helm.jni.HelmLib;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.fabric8.FabricConnector;
import dev.millwright.k8s.stub.Running;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What Helm writes we read, and what we write Helm reads. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class HelmLibraryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final StubApiServer server = Running.on(StubApiServer.start().load("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: other, namespace: shop}
            """));
    private FabricConnector connector;
    private Cluster cluster;
    private HelmLibrary library;
    private Path chart;

    @BeforeEach
    void open() throws IOException {
        connector = new FabricConnector(K8sConfig.defaults(), Map.of(), Sandboxes.plain());
        String reach = "{\"kubeconfig\": \"%s\"}".formatted(server.kubeconfig(folder));
        cluster = connector.connect(
                dev.millwright.json.Schema.of(K8sReach.class, dev.millwright.json.Schema.Keys.KEBAB)
                        .bind(Json.read(reach)),
                "stub");
        library = new HelmLibrary(folder.resolve("library"));
        chart = Files.createDirectories(folder.resolve("own/web/templates")).getParent();
        Files.writeString(
                chart.resolve("Chart.yaml"), "{apiVersion: v2, name: web, version: 1.0.0, description: \"<a> & b\"}");
        Files.writeString(chart.resolve("values.yaml"), "size: 1\nratio: 1.5\n");
        Files.writeString(chart.resolve("templates/map.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: {{ .Release.Name }}}
                data: {size: "{{ .Values.size }} <&> \\u2028"}
                """);
        Files.writeString(chart.resolve("templates/job.yaml"), """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: before, annotations: {helm.sh/hook: "pre-install,pre-rollback"}}
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: c, image: x}]}
                """);
    }

    @AfterEach
    void close() {
        library.close();
        connector.close();
        server.close();
    }

    private HelmLibrary.Request request(Optional<HelmLibrary.Reuse> upgrade, int size) {
        return new HelmLibrary.Request(chart, "web", "shop", Json.object().put("size", size), upgrade);
    }

    private Rollout rollout() {
        return new Rollout(cluster, Clock.systemUTC(), Instant.now().plus(PATIENCE), what -> {});
    }

    private static byte[] json(String payload) throws IOException {
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(payload)))) {
            return in.readAllBytes();
        }
    }

    @Test
    void writesARecordByteForByteAsHelmDoes() throws Exception {
        String helms = library.payload(cluster, request(Optional.empty(), 2), PATIENCE);

        ObjectNode read = Payload.read(helms);

        assertThat(json(Payload.write(read))).isEqualTo(json(helms));
        assertThat(new String(json(helms), java.nio.charset.StandardCharsets.UTF_8))
                .contains("\\u003c\\u0026\\u003e");
        assertThat(read.at("/info/status").asText()).isEqualTo("pending-install");
    }

    @Test
    void writesWhatHelmListsAndReads() throws Exception {
        Plan.install(library.render(cluster, request(Optional.empty(), 2), Map.of(), PATIENCE))
                .run(rollout(), false);
        Releases releases = new Releases(cluster, Clock.systemUTC());
        Plan.upgrade(
                        releases.history("shop", "web"),
                        library.render(
                                cluster,
                                request(Optional.of(HelmLibrary.Reuse.RESET_THEN_REUSE), 3),
                                Map.of("team", "blue"),
                                PATIENCE))
                .run(rollout(), false);
        Plan.rollback(releases.history("shop", "web"), Optional.empty(), PATIENCE, Clock.systemUTC())
                .run(rollout(), false);
        HelmLib helm = library.library();
        Path kubeconfig = server.kubeconfig(folder);

        List<ReleaseHistory> history = new HistoryCommand(helm, "web")
                .withNamespace("shop")
                .withKubeConfig(kubeconfig)
                .call();

        assertThat(history).extracting(ReleaseHistory::getRevision).containsExactly(1, 2, 3);
        assertThat(history)
                .extracting(ReleaseHistory::getStatus)
                .containsExactly("superseded", "superseded", "deployed");
        assertThat(history.getLast().getDescription()).isEqualTo("Rollback to 1");
        assertThat(new StatusCommand(helm, "web")
                        .withNamespace("shop")
                        .withKubeConfig(kubeconfig)
                        .call())
                .satisfies(status -> {
                    assertThat(status.getRevision()).isEqualTo("3");
                    assertThat(status.getStatus()).isEqualTo("deployed");
                    assertThat(status.getChart()).isEqualTo("web-1.0.0");
                });
        assertThat(new ListCommand(helm)
                        .withNamespace("shop")
                        .withKubeConfig(kubeconfig)
                        .call())
                .singleElement()
                .satisfies(each -> assertThat(each.getName()).isEqualTo("web"));
        JsonNode kept =
                server.stored(Kinds.SECRET, "shop", "sh.helm.release.v1.web.v2").orElseThrow();
        assertThat(kept.at("/metadata/labels/team").asText()).isEqualTo("blue");
        assertThat(kept.path("type").asText()).isEqualTo("helm.sh/release.v1");
    }

    @Test
    void keepsFieldsItDoesNotKnow() throws Exception {
        Release release = library.render(cluster, request(Optional.empty(), 2), Map.of(), PATIENCE);
        release.json().put("apply_method", "ssa").withObjectProperty("info").put("later", 1);

        ObjectNode again =
                Payload.read(Payload.write(release.in(Release.FAILED, "x").json()));

        assertThat(again.path("apply_method").asText()).isEqualTo("ssa");
        assertThat(again.at("/info/later").asInt()).isEqualTo(1);
    }

    @Test
    void writesNothingWhileItRenders() throws Exception {
        library.render(cluster, request(Optional.empty(), 2), Map.of(), PATIENCE);

        assertThat(server.changes()).isEmpty();
        assertThat(server.stored(Kinds.CONFIG_MAP, "shop", "web")).isEmpty();
    }

    @Test
    void leavesTheSignalsOfTheProcessAsTheyWere() throws Exception {
        library.library();
        long[] before = Signals.handlers();

        library.render(cluster, request(Optional.empty(), 2), Map.of(), PATIENCE);

        assertThat(Signals.handlers()).isEqualTo(before);
    }

    @Test
    void leavesNoFileOfTheLibraryBehind() throws Exception {
        library.library();

        try (var files = Files.exists(folder.resolve("library"))
                ? Files.list(folder.resolve("library"))
                : java.util.stream.Stream.<Path>empty()) {
            assertThat(files).noneMatch(each -> each.getFileName().toString().endsWith(".so"));
        }
    }

    @Test
    void givesUpOnAClusterThatDoesNotAnswerAndGoesOnWithTheNext() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        server.fail("list", "secrets", 1, new StubApiServer.Failure.Held(held));

        assertThatThrownBy(
                        () -> library.render(cluster, request(Optional.empty(), 2), Map.of(), Duration.ofMillis(500)))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.LIMIT))
                .hasMessageContaining("the Helm library cannot be stopped");
        held.countDown();

        assertThat(library.render(cluster, request(Optional.empty(), 2), Map.of(), PATIENCE)
                        .name())
                .isEqualTo("web");
    }

    @Test
    void saysWhyItCannotUpgradeWhatIsNotThere() {
        assertThatThrownBy(() ->
                        library.render(cluster, request(Optional.of(HelmLibrary.Reuse.RESET), 1), Map.of(), PATIENCE))
                .hasMessageContaining("\"web\" has no deployed releases");
    }
}
