package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.fix.CallBy;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoverWorkloadTest {
    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, generation: 1}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: "web:broken"}]}}
            status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api}
            spec:
              replicas: 1
              selector: {matchLabels: {app: api}}
              template: {metadata: {labels: {app: api}}, spec: {containers: [{name: app, image: "api:1"}]}}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: api}
            spec: {replicas: 1, template: {metadata: {labels: {app: s}}}}
            """;

    private static final String IMAGE = "/spec/template/spec/containers/0/image";

    private static final Rule BROKEN = (state, found) -> state.all(Kinds.DEPLOYMENT).stream()
            .filter(each -> each.text(IMAGE).endsWith(":broken"))
            .forEach(each -> found.accept(Finding.of(CauseId.IMAGE_NOT_FOUND, each.ref(), 0.9, "there is no web:broken")
                    .evidence(Evidence.log(each.ref(), "app", "password=canary-Passw0rd not found"))
                    .fixes(
                            Fix.patch(Fix.Risk.HIGH, "stop it", each, Fix.replace("/spec/replicas", 0)),
                            Fix.patch(Fix.Risk.LOW, "use web:1", each, Fix.replace(IMAGE, "web:1")),
                            Fix.command(Fix.Risk.LOW, "push it", "docker push web:broken"))));

    @TempDir
    Path folder;

    private Ops ops;

    @BeforeEach
    void broken() {
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

    private String planned(Call call) throws Exception {
        return ops.call(call, "recover_workload", web("")).path("plan_id").asText();
    }

    private static String apply(String planId) {
        return web(",'mode':'apply','plan_id':'" + planId + "'");
    }

    private String image() {
        return ops.server
                .stored(Kinds.DEPLOYMENT, "shop", "web")
                .orElseThrow()
                .at(IMAGE)
                .asText();
    }

    @Test
    void plansTheLeastDangerousFixOfTheCauseAndOnlyReads() throws Exception {
        Map<String, List<JsonNode>> before = ops.everything();
        JsonNode plan = ops.call("recover_workload", web(""));
        assertThat(plan.path("summary").asText())
                .startsWith("image.not_found: there is no web:broken")
                .contains("risk low", "use web:1", "mode apply");
        assertThat(plan.path("patch")).map(JsonNode::asText).containsExactly(IMAGE + ": web:broken → web:1");
        assertThat(plan.path("other"))
                .map(JsonNode::asText)
                .contains("or: stop it", "or: push it (docker push web:broken)");
        assertThat(plan.path("evidence").toString()).contains("log app").doesNotContain("canary");
        assertThat(ops.everything()).isEqualTo(before);
        assertThat(ops.server.seen()).allMatch(each -> each.method().equals("GET"));
        assertThat(ops.effect("recover_workload", web(""))).isEqualTo(Effect.READS);
    }

    @Test
    void recoversInTwoCallsWithinThreeThousandTokens() throws Exception {
        ops.rollsOut();
        JsonNode plan = ops.call("recover_workload", web(""));
        JsonNode done = ops.call("recover_workload", apply(plan.path("plan_id").asText()));
        assertThat(done.path("summary").asText()).isEqualTo("recovered from image.not_found: use web:1; verified");
        assertThat(image()).isEqualTo("web:1");
        assertThat((Json.size(plan) + Json.size(done)) / 4).isLessThan(3_000);
    }

    @Test
    void asksThePersonWithTheDiffWhereItCan() throws Exception {
        ops.rollsOut();
        CallBy no = new CallBy(
                "ada", Tenant.DEFAULT, Optional.of(Json.read("{\"action\":\"accept\",\"content\":{\"apply\":false}}")));
        String plan = planned(no);
        assertThat(ops.refused(no, Kind.DENIED, "recover_workload", apply(plan)))
                .contains("did not agree");
        assertThat(no.asked).hasSize(1).allMatch(each -> each.contains("web:broken → web:1"));
        assertThat(ops.server.changes()).isEmpty();
        CallBy yes = new CallBy(
                "ada", Tenant.DEFAULT, Optional.of(Json.read("{\"action\":\"accept\",\"content\":{\"apply\":true}}")));
        assertThat(ops.call(yes, "recover_workload", apply(plan))
                        .at("/fix/state")
                        .asText())
                .isEqualTo("verified");
    }

    @Test
    void takesBackWhatDoesNotHelpAndSaysSo() throws Exception {
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
                                .putArray("conditions")
                                .addObject()
                                .put("type", "Progressing")
                                .put("status", "False")
                                .put("reason", "ProgressDeadlineExceeded"));
            }
            return answer;
        });
        JsonNode done = ops.call("recover_workload", apply(planned(ops.ada)));
        assertThat(done.path("summary").asText()).isEqualTo("use web:1 did not help and was taken back: plan again");
        assertThat(image()).isEqualTo("web:broken");
    }

    @Test
    void aWorkloadThatIsWellNeedsNothing() throws Exception {
        JsonNode answer = ops.call("recover_workload", "{'namespace':'shop','name':'deployment/api'}");
        assertThat(answer.path("summary").asText()).contains("nothing is wrong");
        assertThat(answer.has("plan_id")).isFalse();
    }

    @Test
    void aPlanIsAppliedToItsOwnWorkloadOnly() throws Exception {
        String plan = planned(ops.ada);
        assertThat(ops.refused(
                        Kind.CONFLICT,
                        "recover_workload",
                        "{'namespace':'shop','name':'deployment/api','mode':'apply','plan_id':'" + plan + "'}"))
                .contains("not what is wrong with Deployment shop/api");
        assertThat(ops.refused(Kind.INVALID_INPUT, "recover_workload", web(",'mode':'apply'")))
                .contains("/plan_id");
        String all = ops.plan(ops.ada, "shop");
        assertThat(ops.refused(Kind.CONFLICT, "recover_workload", apply(all))).contains("2 fixes");
        assertThat(ops.effect("recover_workload", apply(all))).isEqualTo(Effect.DESTROYS);
        assertThat(ops.effect("recover_workload", apply(plan))).isEqualTo(Effect.CHANGES);
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void asksWhichOfTwoAndNamesThoseThatAre() {
        assertThat(ops.refused(Kind.INVALID_INPUT, "recover_workload", "{'namespace':'shop','name':'api'}"))
                .contains("Deployment and StatefulSet", "deployment/api");
        assertThat(ops.refused(Kind.NOT_FOUND, "recover_workload", "{'namespace':'shop','name':'nope'}"))
                .contains("deployment/web");
    }
}
