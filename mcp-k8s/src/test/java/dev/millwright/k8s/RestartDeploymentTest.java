package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.fix.CallBy;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartDeploymentTest {
    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, generation: 1}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: "web:1"}]}}
            status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2}
            """;

    private static final Rule BROKEN = (state, found) -> state.all(Kinds.DEPLOYMENT)
            .forEach(each -> found.accept(
                    Finding.of(CauseId.CRASH_APP_ERROR, each.ref(), 0.9, "it exits at once, token=abcdef123456")));

    @TempDir
    Path folder;

    private Ops ops;

    @BeforeEach
    void two() {
        ops = new Ops(folder, List.of(BROKEN));
        ops.server.load(WEB);
    }

    @AfterEach
    void close() {
        ops.close();
    }

    private static String web(String more) {
        return "{'namespace':'shop','name':'web'%s}".formatted(more);
    }

    private JsonNode stored() {
        return ops.server.stored(Kinds.DEPLOYMENT, "shop", "web").orElseThrow();
    }

    @Test
    void annotatesTheTemplateAndWaitsForTheRollout() throws Exception {
        ops.rollsOut();
        ObjectNode expected = stored().path("spec").deepCopy();
        JsonNode answer = ops.call("restart_deployment", web(""));
        assertThat(answer.path("state").asText()).isEqualTo("restarted");
        ((ObjectNode) expected.at("/template/metadata"))
                .putObject("annotations")
                .put("kubectl.kubernetes.io/restartedAt", "2026-11-20T14:30:00Z");
        assertThat(stored().path("spec")).isEqualTo(expected);
        assertThat(ops.server.calls("delete")).isZero();
        assertThat(ops.server.changes()).hasSize(1);
    }

    @Test
    void keepsOtherAnnotationsAndReplacesAnOlderRestart() throws Exception {
        ops.rollsOut();
        ops.server.change(
                Kinds.DEPLOYMENT,
                "shop",
                "web",
                each -> ((ObjectNode) each.at("/spec/template/metadata"))
                        .putObject("annotations")
                        .put("a", "b")
                        .put("kubectl.kubernetes.io/restartedAt", "2020-01-01T00:00:00Z"));
        ops.call("restart_deployment", web(""));
        assertThat(stored().at("/spec/template/metadata/annotations"))
                .isEqualTo(
                        Json.object().put("a", "b").put("kubectl.kubernetes.io/restartedAt", "2026-11-20T14:30:00Z"));
    }

    @Test
    void tellsHowFarItIs() throws Exception {
        CallBy call = new CallBy("ada", Tenant.DEFAULT);
        Thread controller = new Thread(() -> {
            ops.server.change(
                    Kinds.DEPLOYMENT,
                    "shop",
                    "web",
                    each -> each.withObjectProperty("status")
                            .put(
                                    "observedGeneration",
                                    each.at("/metadata/generation").asInt())
                            .put("updatedReplicas", 1)
                            .put("availableReplicas", 2));
            while (call.progress.stream().noneMatch(each -> each.startsWith("1 of 2"))) {
                Thread.onSpinWait();
            }
            ops.rolledOut(Kinds.DEPLOYMENT, "shop", "web");
        });
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()) {
                controller.start();
            }
            return answer;
        });
        JsonNode answer = ops.call(call, "restart_deployment", web(",'wait':60"));
        controller.join();
        assertThat(answer.path("state").asText()).isEqualTo("restarted");
    }

    @Test
    void namesTheCauseWhenTheRolloutFails() throws Exception {
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()) {
                ops.server.change(
                        Kinds.DEPLOYMENT,
                        "shop",
                        "web",
                        each -> each.withObjectProperty("status")
                                .put(
                                        "observedGeneration",
                                        each.at("/metadata/generation").asInt())
                                .put("updatedReplicas", 1)
                                .putArray("conditions")
                                .addObject()
                                .put("type", "Progressing")
                                .put("status", "False")
                                .put("reason", "ProgressDeadlineExceeded"));
            }
            return answer;
        });
        JsonNode answer = ops.call("restart_deployment", web(""));
        assertThat(answer.path("state").asText()).isEqualTo("failed");
        assertThat(answer.path("rollout").asText()).contains("progress deadline", "1 of 2");
        assertThat(answer.path("cause").asText())
                .startsWith("crash.app_error: it exits at once")
                .doesNotContain("abcdef123456");
    }

    @Test
    void saysWhenTimeWasUpOrNobodyWaited() throws Exception {
        JsonNode late = ops.call("restart_deployment", web(",'wait':1"));
        assertThat(late.path("state").asText()).isEqualTo("started");
        assertThat(late.path("rollout").asText()).contains("not done in 1 s");
        assertThat(ops.call("restart_deployment", web(",'wait':0"))
                        .path("state")
                        .asText())
                .isEqualTo("started");
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        Map<String, List<JsonNode>> before = ops.everything();
        assertThat(ops.call("restart_deployment", web(",'dry_run':true"))
                        .path("state")
                        .asText())
                .isEqualTo("dry-run");
        assertThat(ops.everything()).isEqualTo(before);
        assertThat(ops.server.changes()).isEmpty();
        assertThat(ops.effect("restart_deployment", web(",'dry_run':true"))).isEqualTo(Effect.READS);
        assertThat(ops.effect("restart_deployment", web(""))).isEqualTo(Effect.CHANGES);
    }

    @Test
    void refusesWhatWouldRestartNothing() throws Exception {
        ops.server.change(
                Kinds.DEPLOYMENT,
                "shop",
                "web",
                each -> each.withObjectProperty("spec").put("paused", true));
        assertThat(ops.refused(Kind.CONFLICT, "restart_deployment", web(""))).contains("paused");
        ops.server.change(
                Kinds.DEPLOYMENT,
                "shop",
                "web",
                each -> each.withObjectProperty("spec").put("paused", false).put("replicas", 0));
        JsonNode none = ops.call("restart_deployment", web(""));
        assertThat(none.path("state").asText()).isEqualTo("nothing-to-restart");
        assertThat(none.path("rollout").asText()).contains("0 replicas");
        ops.server.load("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db}
                spec: {replicas: 1, updateStrategy: {type: OnDelete}, template: {metadata: {labels: {a: b}}}}
                """);
        assertThat(ops.refused(
                        Kind.CONFLICT, "restart_deployment", "{'namespace':'shop','name':'db','kind':'statefulset'}"))
                .contains("OnDelete");
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void aDaemonSetIsDoneWhenEachNodeHasItsNewPod() throws Exception {
        ops.server.load("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, generation: 4}
                spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}}
                status: {observedGeneration: 4, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3}
                """);
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()) {
                ops.server.change(
                        Kinds.DAEMON_SET,
                        "shop",
                        "agent",
                        each -> each.withObjectProperty("status").put("observedGeneration", 5));
            }
            return answer;
        });
        JsonNode answer = ops.call("restart_deployment", "{'namespace':'shop','name':'agent','kind':'DaemonSet'}");
        assertThat(answer.path("state").asText()).isEqualTo("restarted");
        assertThat(answer.path("rollout").asText()).isEqualTo("3 of 3 pods new, 3 available");
    }

    @Test
    void saysWhichRightIsMissingAndWhatIsNotThere() {
        assertThat(ops.refused(Kind.NOT_FOUND, "restart_deployment", "{'namespace':'shop','name':'nope'}"))
                .contains("Deployment shop/nope");
        ops.server.deny("patch", "deployments.apps", "shop");
        assertThat(ops.refused(Kind.DENIED, "restart_deployment", web(""))).contains("patch", "deployments");
    }
}
