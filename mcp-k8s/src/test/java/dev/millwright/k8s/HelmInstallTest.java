package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class HelmInstallTest {
    private static final String IMAGE = "/spec/template/spec/containers/0/image";

    @TempDir
    Path folder;

    private HelmWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new HelmWorld(folder);
        world.chart("1.0.0", Map.of());
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void installsAChartFromAFolder() throws Exception {
        JsonNode answer = world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "values": {"replicas": 2}, "wait": true}""");

        assertThat(answer.path("status").asText()).isEqualTo("deployed");
        assertThat(answer.path("chart").asText()).isEqualTo("web-1.0.0");
        assertThat(answer.findValuesAsText("object"))
                .contains("Deployment shop/web", "ConfigMap shop/web-settings", "Secret shop/web-login");
        assertThat(world.text(Kinds.DEPLOYMENT, "web", "/spec/replicas")).isEqualTo("2");
        assertThat(world.text(Kinds.CONFIG_MAP, "web-settings", "/data/kubernetes"))
                .startsWith("v1.36");
        assertThat(world.text(Kinds.CONFIG_MAP, "web-settings", "/data/revision"))
                .isEqualTo("1");
        assertThat(world.text(Kinds.CONFIG_MAP, "web-settings", "/metadata/labels/app.kubernetes.io~1managed-by"))
                .isEqualTo("Helm");
        assertThat(world.text(Kinds.CONFIG_MAP, "web-settings", "/metadata/annotations/meta.helm.sh~1release-name"))
                .isEqualTo("web");
        assertThat(world.revision("web", 1).at("/info/description").asText()).isEqualTo("Install complete");
        assertThat(world.revisions()).containsExactly("1 deployed");
    }

    @Test
    void showsWhatItWouldDoAndDoesNothing() throws Exception {
        JsonNode answer = world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "dry_run": true,
                 "values": "password: canary-of-values\\ncolour: blue\\n"}""");

        assertThat(answer.path("status").asText()).isEqualTo("pending-install");
        assertThat(answer.path("notes").asText()).startsWith("Open web, the password is ***");
        assertThat(answer.path("changes").findValuesAsText("change")).contains("added");
        assertThat(answer.toString()).contains("blue").doesNotContain("canary-of-values");
        assertThat(world.server.changes())
                .allMatch(each -> each.parameter("dryRun").equals("All"));
        assertThat(world.stored(Kinds.DEPLOYMENT, "web")).isEmpty();
        assertThat(world.revisions()).isEmpty();
    }

    @Test
    void upgradesToOtherValuesAndKeepsThoseOfTheReleaseBefore() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "values": {"replicas": 3}}""");
        world.chart("1.1.0", Map.of());

        JsonNode answer = world.upgrade("""
                {"name": "web", "chart": "web", "namespace": "shop", "values": {"colour": "blue"}, "wait": true}""");

        assertThat(answer.path("revision").asInt()).isEqualTo(2);
        assertThat(world.text(Kinds.DEPLOYMENT, "web", "/spec/replicas")).isEqualTo("3");
        assertThat(world.text(Kinds.DEPLOYMENT, "web", IMAGE)).endsWith("web:1.1.0");
        assertThat(answer.path("done").toString())
                .contains("patched Deployment shop/web", "patched ConfigMap shop/web-settings")
                .doesNotContain("Secret");
        assertThat(world.revisions()).containsExactly("1 superseded", "2 deployed");
        assertThat(world.revision("web", 2).at("/config/replicas").asInt()).isEqualTo(3);
    }

    @Test
    void forgetsTheValuesOfTheReleaseBeforeWhenToldSo() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "values": {"replicas": 3}}""");

        world.upgrade("""
                {"name": "web", "chart": "web", "namespace": "shop", "reuse": "reset", "values": {"colour": "blue"}}""");

        assertThat(world.text(Kinds.DEPLOYMENT, "web", "/spec/replicas")).isEqualTo("1");
    }

    @Test
    void leavesAloneWhatOthersSetInAnObject() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");
        world.server.change(Kinds.DEPLOYMENT, "shop", "web", each -> {
            each.withObjectProperty("metadata")
                    .withObjectProperty("annotations")
                    .put("team", "blue");
            each.withObject("/spec/template/spec")
                    .withArray("containers")
                    .addObject()
                    .put("name", "sidecar")
                    .put("image", "proxy:1");
        });
        world.chart("1.1.0", Map.of());

        world.upgrade("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");

        assertThat(world.text(Kinds.DEPLOYMENT, "web", "/metadata/annotations/team"))
                .isEqualTo("blue");
        assertThat(world.stored(Kinds.DEPLOYMENT, "web")
                        .orElseThrow()
                        .at("/spec/template/spec/containers")
                        .findValuesAsText("image"))
                .containsExactly("registry.example/web:1.1.0", "proxy:1");
    }

    @Test
    void takesAFailedInstallBackWhenItIsAtomic() throws Exception {
        world.chart("1.0.0", Map.of("templates/broken.yaml", """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: broken
                  annotations: {helm.sh/hook: post-install}
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: c, image: x}]}
                """));

        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "atomic": true}"""))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("post-install hook Job shop/broken failed")
                .hasMessageContaining("uninstalled again");
        assertThat(world.stored(Kinds.DEPLOYMENT, "web")).isEmpty();
        assertThat(world.revisions()).isEmpty();
    }

    @Test
    void rollsAFailedUpgradeBackWhenItIsAtomic() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");
        world.chart("2.0.0", Map.of("templates/broken.yaml", """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: broken
                  annotations: {helm.sh/hook: post-upgrade}
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: c, image: x}]}
                """));

        assertThatThrownBy(() -> world.upgrade("""
                {"name": "web", "chart": "web", "namespace": "shop", "atomic": true}""")).hasMessageContaining("rolled back to revision 1 as revision 3");
        assertThat(world.text(Kinds.DEPLOYMENT, "web", IMAGE)).endsWith("web:1.0.0");
        assertThat(world.revisions()).containsExactly("1 superseded", "2 failed", "3 deployed");
    }

    @Test
    void definesKindsBeforeObjectsOfThem() throws Exception {
        world.chart("1.0.0", Map.of("crds/lamps.yaml", """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: lamps.example.org}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {kind: Lamp, plural: lamps, singular: lamp, listKind: LampList}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """));

        JsonNode shown = world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "dry_run": true}""");
        world.chart("1.0.0", Map.of("templates/lamp.yaml", """
                apiVersion: example.org/v1
                kind: Lamp
                metadata: {name: desk}
                spec: {watts: 7}
                """));
        JsonNode answer = world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");

        assertThat(shown.path("changes").findValuesAsText("object"))
                .contains("CustomResourceDefinition lamps.example.org");
        assertThat(answer.path("done").toString())
                .containsSubsequence("created CustomResourceDefinition lamps.example.org", "created Lamp shop/desk");
    }

    @Test
    void leavesObjectsOfAnotherReleaseAlone() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");
        world.chart("1.0.0", Map.of("templates/settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: web-settings}
                """));

        assertThatThrownBy(() -> world.install("""
                {"name": "other", "chart": "web", "namespace": "shop"}"""))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.CONFLICT))
                .hasMessageContaining("invalid ownership metadata");
        assertThat(world.revisions()).containsExactly("1 deployed");
    }

    @Test
    void changesNothingInAProtectedNamespace() throws Exception {
        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "kube-system"}"""))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.DENIED))
                .hasMessageContaining("protects this namespace");
        assertThat(world.server.changes()).isEmpty();
    }

    @Test
    void saysOfAChartThatDoesNotRenderWhereItFails() throws Exception {
        world.chart("1.0.0", Map.of("templates/bad.yaml", "{{ required \"colour2 is needed\" .Values.colour2 }}"));

        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}"""))
                .hasMessageContaining("colour2 is needed")
                .hasMessageContaining("templates/bad.yaml")
                .message()
                .doesNotContain(folder.toString());
        assertThat(world.revisions()).isEmpty();
    }

    @Test
    void rendersWithinTheReachOfTheTenant() throws Exception {
        world.close();
        world = new HelmWorld(folder, """
                {"namespaces": ["shop"]}""");
        world.server.load("""
                apiVersion: v1
                kind: Secret
                metadata: {name: theirs, namespace: bank}
                data: {word: Y2FuYXJ5LW9mLWJhbms=}
                """);
        world.chart("1.0.0", Map.of("templates/spy.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: spy}
                data: {found: {{ (lookup "v1" "Secret" "bank" "theirs") | toJson | quote }}}
                """));

        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}"""))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("the tenant reaches only the namespaces shop");
        assertThat(world.server.seen()).noneMatch(each -> each.namespace().equals("bank"));
    }

    @Test
    void looksUpWhatTheTenantReaches() throws Exception {
        world.chart("1.0.0", Map.of("templates/look.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: look}
                data: {found: {{ (lookup "v1" "ConfigMap" "shop" "other").metadata.name | quote }}}
                """));

        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");

        assertThat(world.text(Kinds.CONFIG_MAP, "look", "/data/found")).isEqualTo("other");
    }

    @Test
    void leavesNoCopyOfAChartBehind() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");

        try (var left = Files.list(folder.resolve("scratch"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void refusesANameThatIsInUse() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");

        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}"""))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.CONFLICT))
                .hasMessageContaining("still in use");
    }

    @Test
    void namesWhatDoesNotFit() {
        assertThatThrownBy(() -> world.install("""
                {"name": "Web!", "chart": "web", "namespace": "shop"}""")).hasMessageContaining("/name");
        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "values": [1]}""")).hasMessageContaining("/values");
        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "nowhere"}""")).hasMessageContaining("/namespace nowhere");
        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "web", "namespace": "shop", "version": "9.9.9"}""")).hasMessageContaining("/version 9.9.9");
        assertThatThrownBy(() -> world.install("""
                {"name": "web", "chart": "https://charts.example.org/web", "namespace": "shop"}""")).hasMessageContaining("in no allowed source");
    }

    @Test
    void saysWhereChartsCanBeRendered() {
        String here = System.getProperty("os.arch");
        System.setProperty("os.arch", "aarch64");
        try {
            assertThatThrownBy(() -> world.install("""
                    {"name": "web", "chart": "web", "namespace": "shop"}"""))
                    .isInstanceOfSatisfying(
                            ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.UNAVAILABLE))
                    .hasMessageContaining("Linux x86-64 only");
        } finally {
            System.setProperty("os.arch", here);
        }
    }

    @Test
    void uninstallsObjectsAndHistory() throws Exception {
        world.chart("1.0.0", Map.of("templates/kept.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: kept, annotations: {helm.sh/resource-policy: keep}}
                """));
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");
        world.upgrade("""
                {"name": "web", "chart": "web", "namespace": "shop", "values": {"replicas": 2}}""");

        JsonNode shown = world.uninstall("""
                {"name": "web", "namespace": "shop", "dry_run": true}""");
        JsonNode answer = world.uninstall("""
                {"name": "web", "namespace": "shop"}""");

        assertThat(shown.path("deleted")).hasSize(3);
        assertThat(answer.path("kept").toString()).contains("ConfigMap shop/kept");
        assertThat(world.stored(Kinds.DEPLOYMENT, "web")).isEmpty();
        assertThat(world.stored(Kinds.CONFIG_MAP, "kept")).isPresent();
        assertThat(world.revisions()).isEqualTo(List.of());
    }

    @Test
    void keepsTheHistoryWhenToldSo() throws Exception {
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");

        world.uninstall("""
                {"name": "web", "namespace": "shop", "keep_history": true}""");

        assertThat(world.revisions()).containsExactly("1 uninstalled");
        assertThat(world.revision("web", 1).at("/info/deleted").asText()).isNotEmpty();
    }
}
