package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class HelmRollbackTest {
    private static final String IMAGE = "/spec/template/spec/containers/0/image";

    @TempDir
    Path folder;

    private HelmWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new HelmWorld(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static String map(String name, String annotations) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s, annotations: {%s}}
                """.formatted(name, annotations);
    }

    private static String hook(String name, String event, int weight, String more) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: %s
                  annotations: {helm.sh/hook: %s, helm.sh/hook-weight: "%d"%s}
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: c, image: x}]}
                """.formatted(name, event, weight, more);
    }

    /** Revision 1 with hooks and {@code old}; revision 2 with {@code new} and {@code stays} in its place. */
    private void twoRevisions(String name) throws Exception {
        world.chart(
                "1.0.0",
                Map.of(
                        "templates/old.yaml", map("old", ""),
                        "templates/late.yaml", hook("late", "pre-rollback", 5, ""),
                        "templates/early.yaml",
                                hook("early", "pre-rollback", -5, ", helm.sh/hook-delete-policy: hook-succeeded"),
                        "templates/after.yaml", hook("after", "post-rollback", 0, "")));
        world.install("""
                {"name": "%s", "chart": "web", "namespace": "shop", "values": {"password": "canary-one"}}""".formatted(name));
        Files.delete(world.charts.resolve("web/templates/old.yaml"));
        world.chart(
                "2.0.0",
                Map.of(
                        "templates/new.yaml", map("new", ""),
                        "templates/stays.yaml", map("stays", "helm.sh/resource-policy: keep")));
        world.upgrade("""
                {"name": "%s", "chart": "web", "namespace": "shop", "values": {"password": "canary-two"}}""".formatted(name));
        world.server.forget();
    }

    @Test
    void bringsBackWhatWasThereWithHooksAndWithoutWhatCameLater() throws Exception {
        twoRevisions("web");

        JsonNode answer = world.rollback("""
                {"name": "web", "namespace": "shop"}""");

        assertThat(answer.path("revision").asInt()).isEqualTo(3);
        assertThat(answer.path("status").asText()).isEqualTo("deployed");
        assertThat(world.text(Kinds.DEPLOYMENT, "web", IMAGE)).endsWith("web:1.0.0");
        assertThat(world.stored(Kinds.CONFIG_MAP, "old")).isPresent();
        assertThat(world.stored(Kinds.CONFIG_MAP, "new")).isEmpty();
        assertThat(world.stored(Kinds.CONFIG_MAP, "stays")).isPresent();
        assertThat(world.stored(Kinds.JOB, "early")).isEmpty();
        assertThat(world.stored(Kinds.JOB, "late")).isPresent();
        assertThat(answer.path("done").toString())
                .containsSubsequence(
                        "hook Job early",
                        "hook Job late",
                        "patched Deployment shop/web",
                        "deleted ConfigMap shop/new",
                        "hook Job after");
        assertThat(world.revisions()).containsExactly("1 superseded", "2 superseded", "3 deployed");
        assertThat(world.revision("web", 3).at("/info/description").asText()).isEqualTo("Rollback to 1");
        assertThat(world.revision("web", 3).at("/info/first_deployed"))
                .isEqualTo(world.revision("web", 2).at("/info/first_deployed"));
        assertThat(world.revision("web", 3).path("chart"))
                .isEqualTo(world.revision("web", 1).path("chart"));
        assertThat(world.revision("web", 3).path("hooks").findValuesAsText("phase"))
                .containsOnly("Succeeded");
    }

    @Test
    void showsTheChangesFirstAndMakesNone() throws Exception {
        twoRevisions("web");

        JsonNode answer = world.rollback("""
                {"name": "web", "namespace": "shop", "dry_run": true}""");

        assertThat(answer.path("changes").toString())
                .contains(
                        "spec/template/spec/containers[name=web]/image",
                        "registry.example/web:2.0.0",
                        "registry.example/web:1.0.0",
                        "{\"object\":\"ConfigMap shop/new\",\"change\":\"removed\"",
                        "{\"object\":\"ConfigMap shop/old\",\"change\":\"added\"")
                .doesNotContain("canary");
        assertThat(world.server.changes())
                .allMatch(each -> each.parameter("dryRun").equals("All"));
        assertThat(world.revisions()).containsExactly("1 superseded", "2 deployed");
    }

    @Test
    void recordsAFailureWhilePatchingAsHelmDoes() throws Exception {
        twoRevisions("web");
        world.server.fail(
                "delete", "configmaps", 1, StubApiServer.Failure.status(403, "Forbidden", "no deleting today"));

        assertThatThrownBy(() -> world.rollback("""
                {"name": "web", "namespace": "shop"}"""))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.DENIED))
                .hasMessageContaining("no deleting today")
                .hasMessageContaining("revision 3 is recorded as failed");
        assertThat(world.revisions()).containsExactly("1 superseded", "2 superseded", "3 failed");
        assertThat(world.revision("web", 3).at("/info/description").asText()).startsWith("Rollback \"web\" failed: ");
    }

    @Test
    void leavesTheCurrentRevisionDeployedWhenOnlyTheWaitingFails() throws Exception {
        twoRevisions("broken");

        assertThatThrownBy(() -> world.rollback("""
                {"name": "broken", "namespace": "shop", "timeout": 1}"""))
                .hasMessageContaining("timed out waiting for Deployment shop/broken");
        assertThat(world.revisions()).containsExactly("1 superseded", "2 deployed", "3 failed");
    }

    @Test
    @Timeout(120)
    void recordsThatItWasCancelled() throws Exception {
        twoRevisions("broken");
        List<Throwable> ended = new CopyOnWriteArrayList<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                world.rollback("""
                        {"name": "broken", "namespace": "shop"}""");
            } catch (Exception e) {
                ended.add(e);
            }
        });
        while (world.server.calls("watch", "deployments") == 0) {
            Thread.onSpinWait();
        }

        caller.interrupt();
        caller.join();

        assertThat(ended).singleElement().isInstanceOf(InterruptedException.class);
        assertThat(world.revisions()).containsExactly("1 superseded", "2 deployed", "3 failed");
        assertThat(world.revision("broken", 3).at("/info/description").asText()).contains("it was cancelled");
    }

    @Test
    void changesNothingWhenAHookBeforeItFails() throws Exception {
        world.chart("1.0.0", Map.of("templates/hook.yaml", hook("broken", "pre-rollback", 0, "")));
        world.install("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");
        world.chart("2.0.0", Map.of());
        world.upgrade("""
                {"name": "web", "chart": "web", "namespace": "shop"}""");

        assertThatThrownBy(() -> world.rollback("""
                {"name": "web", "namespace": "shop"}""")).hasMessageContaining("pre-rollback hook Job shop/broken failed");
        assertThat(world.text(Kinds.DEPLOYMENT, "web", IMAGE)).endsWith("web:2.0.0");
        assertThat(world.revisions()).containsExactly("1 superseded", "2 deployed", "3 failed");
        assertThat(world.revision("web", 3).at("/hooks/0/last_run/phase").asText())
                .isEqualTo("Failed");
    }

    @Test
    void letsOnlyOneWorkOnARelease() throws Exception {
        twoRevisions("web");
        world.server.fail(
                "create",
                "secrets",
                1,
                StubApiServer.Failure.status(409, "AlreadyExists", "secrets \"x\" already exists"));

        assertThatThrownBy(() -> world.rollback("""
                {"name": "web", "namespace": "shop"}""")).hasMessageContaining("somebody else is changing it now");
        assertThat(world.text(Kinds.DEPLOYMENT, "web", IMAGE)).endsWith("web:2.0.0");
    }

    @Test
    void repairsAReleaseLeftPendingOnlyWhenItIsOld() throws Exception {
        twoRevisions("web");
        world.rewrite("web", 2, each -> each.withObject("/info").put("status", "pending-upgrade"));

        assertThatThrownBy(() -> world.rollback("""
                {"name": "web", "namespace": "shop"}""")).hasMessageContaining("release web is pending-upgrade since");

        world.rewrite("web", 2, each -> each.withObject("/info").put("last_deployed", "2026-01-01T00:00:00Z"));
        assertThat(world.rollback("""
                {"name": "web", "namespace": "shop"}""").path("status").asText()).isEqualTo("deployed");
        assertThat(world.text(Kinds.DEPLOYMENT, "web", IMAGE)).endsWith("web:1.0.0");
    }

    @Test
    void sendsTheSmallestPatchThatTestsWhatWasRead() throws Exception {
        twoRevisions("web");

        world.rollback("""
                {"name": "web", "namespace": "shop"}""");

        assertThat(world.server.changes().stream()
                        .filter(each -> each.verb().equals("patch")
                                && each.resource().equals("deployments")
                                && each.parameter("dryRun").isEmpty())
                        .map(StubApiServer.Seen::body))
                .singleElement()
                .asString()
                .contains("\"op\":\"test\",\"path\":\"/metadata/resourceVersion\"")
                .contains(IMAGE)
                .doesNotContain("cpu", "selector");
    }

    @Test
    void namesTheRevisionsThereAre() throws Exception {
        twoRevisions("web");

        assertThatThrownBy(() -> world.rollback("""
                {"name": "web", "namespace": "shop", "revision": 7}"""))
                .hasMessageContaining("/revision 7: release web has the revisions [2, 1]");
        assertThatThrownBy(() -> world.rollback("""
                {"name": "wab", "namespace": "shop"}"""))
                .hasMessageContaining("/name wab: no such release in namespace shop");
    }

    @Test
    void isConfirmedUnlessItOnlyShows() {
        HelmRollback tool = world.rollbackTool();

        assertThat(List.of(
                        tool.effectOf(world.bound(tool, "{\"name\": \"web\", \"namespace\": \"shop\"}")),
                        tool.effectOf(
                                world.bound(tool, "{\"name\": \"web\", \"namespace\": \"shop\", \"dry_run\": true}"))))
                .containsExactly(Effect.DESTROYS, Effect.READS);
    }
}
