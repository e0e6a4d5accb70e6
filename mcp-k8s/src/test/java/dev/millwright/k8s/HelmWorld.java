package dev.millwright.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.fabric8.FabricConnector;
import dev.millwright.k8s.helm.HelmCharts;
import dev.millwright.k8s.helm.HelmLibrary;
import dev.millwright.k8s.helm.Payload;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.reach.Roots;
import dev.millwright.k8s.reach.Watches;
import dev.millwright.k8s.stub.Running;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A cluster, a tenant's folder with charts, and the tools of Helm between them. */
final class HelmWorld implements AutoCloseable {
    final StubApiServer server = Running.on(StubApiServer.start().load("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: other, namespace: shop}
            """));
    final Path charts;
    final List<String> hidden = new ArrayList<>();
    private final Clusters clusters;
    private final Roots roots;
    private final HelmLibrary library;
    private final HelmCharts sources;

    /** @param reach more of the tenant's configuration, as JSON */
    HelmWorld(Path folder, String reach) throws IOException {
        charts = Files.createDirectories(folder.resolve("charts"));
        ObjectNode configured =
                object(reach).put("kubeconfig", server.kubeconfig(folder).toString());
        configured.putArray("roots").add(charts.toString());
        K8sReach its = Schema.of(K8sReach.class, Schema.Keys.KEBAB).bind(configured);
        Map<Tenant, K8sReach> all = Map.of(Tenant.DEFAULT, its);
        clusters = new Clusters(
                all,
                new FabricConnector(K8sConfig.defaults(), Map.of(), Sandboxes.plain()),
                hidden::addAll,
                Watches.NONE);
        roots = new Roots(all, List.of());
        library = new HelmLibrary(folder.resolve("library"));
        sources = new HelmCharts(roots::of, tenant -> its.chartSources(), folder.resolve("scratch"));
    }

    HelmWorld(Path folder) throws IOException {
        this(folder, "{}");
    }

    static ObjectNode object(String json) {
        try {
            return (ObjectNode) Json.read(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    JsonNode releases(String arguments) throws Exception {
        return run(new HelmReleases(clusters, sources, Clock.systemUTC()), arguments);
    }

    /** With so many tokens for the answer. */
    JsonNode releases(String arguments, int budget) throws Exception {
        return new FakeCall(Tenant.DEFAULT, budget)
                .run(new HelmReleases(clusters, sources, Clock.systemUTC()), object(arguments));
    }

    JsonNode rollback(String arguments) throws Exception {
        return run(rollbackTool(), arguments);
    }

    HelmRollback rollbackTool() {
        return new HelmRollback(clusters, Clock.systemUTC());
    }

    <I extends Record> I bound(Tool<I, ?> tool, String arguments) {
        return Schema.of(tool.spec().input()).bind(object(arguments));
    }

    JsonNode install(String arguments) throws Exception {
        return run(new HelmInstall(clusters, sources, library, Clock.systemUTC()), arguments);
    }

    JsonNode upgrade(String arguments) throws Exception {
        return run(new HelmUpgrade(clusters, sources, library, Clock.systemUTC()), arguments);
    }

    JsonNode uninstall(String arguments) throws Exception {
        return run(new HelmUninstall(clusters, Clock.systemUTC()), arguments);
    }

    private static <I extends Record, O extends Record> JsonNode run(Tool<I, O> tool, String arguments)
            throws Exception {
        return new FakeCall().run(tool, object(arguments));
    }

    Optional<JsonNode> stored(Kind kind, String name) {
        return server.stored(kind, "shop", name);
    }

    /** One value of what is stored. */
    String text(Kind kind, String name, String pointer) {
        return stored(kind, name).orElseThrow().at(pointer).asText();
    }

    /** Changes Helm's record of a revision, as somebody else would have left it. */
    void rewrite(String name, int revision, Consumer<ObjectNode> change) {
        ObjectNode release = (ObjectNode) revision(name, revision);
        change.accept(release);
        server.change(Kinds.SECRET, "shop", "sh.helm.release.v1." + name + ".v" + revision, each -> {
            each.withObjectProperty("data")
                    .put(
                            "release",
                            Base64.getEncoder()
                                    .encodeToString(Payload.write(release).getBytes(StandardCharsets.UTF_8)));
            each.withObject("/metadata/labels")
                    .put("status", release.at("/info/status").asText());
        });
    }

    /** What Helm's record of a revision says. */
    JsonNode revision(String name, int revision) {
        JsonNode secret = stored(Kinds.SECRET, "sh.helm.release.v1." + name + ".v" + revision)
                .orElseThrow();
        return Payload.read(
                new String(Base64.getDecoder().decode(secret.at("/data/release").asText()), StandardCharsets.UTF_8));
    }

    /** Revisions by their labels, as {@code 1 superseded}. */
    List<String> revisions() {
        return server.stored(Kinds.SECRET).stream()
                .filter(each -> each.at("/metadata/labels/owner").asText().equals("helm"))
                .map(each -> each.at("/metadata/labels/version").asText() + " "
                        + each.at("/metadata/labels/status").asText())
                .sorted()
                .toList();
    }

    /** A chart with a deployment, a config map, a secret, and whatever more it is given. */
    Path chart(String version, Map<String, String> more) throws IOException {
        Path chart = charts.resolve("web");
        write(chart.resolve("Chart.yaml"), """
                apiVersion: v2
                name: web
                version: %s
                appVersion: "7"
                """.formatted(version));
        write(chart.resolve("values.yaml"), """
                replicas: 1
                colour: red
                password: chart-default
                """);
        write(chart.resolve("templates/deployment.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: {{ .Release.Name }}
                spec:
                  replicas: {{ .Values.replicas }}
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - name: web
                        image: "registry.example/web:{{ .Chart.Version }}"
                        resources: {limits: {cpu: 1000m}}
                """);
        write(chart.resolve("templates/settings.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: {{ .Release.Name }}-settings}
                data:
                  colour: {{ .Values.colour }}
                  kubernetes: {{ .Capabilities.KubeVersion.Version }}
                  revision: {{ .Release.Revision | quote }}
                """);
        write(chart.resolve("templates/secret.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: {{ .Release.Name }}-login}
                stringData:
                  password: {{ .Values.password | quote }}
                """);
        write(
                chart.resolve("templates/NOTES.txt"),
                "Open {{ .Release.Name }}, the password is {{ .Values.password }}.\n");
        for (Map.Entry<String, String> each : more.entrySet()) {
            write(chart.resolve(each.getKey()), each.getValue());
        }
        return chart;
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Override
    public void close() {
        library.close();
        roots.close();
        clusters.close();
        server.close();
    }
}
