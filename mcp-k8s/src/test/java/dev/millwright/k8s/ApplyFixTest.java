package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.fix.CallBy;
import dev.millwright.k8s.fix.Planned;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyFixTest {
    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, generation: 3, labels: {app: web}}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: app
                    image: "web:broken"
                    env: [{name: DB_PASSWORD, value: canary-Passw0rd-1}, {name: MODE, value: plain}]
                    resources: {limits: {memory: 64Mi}}
            status: {observedGeneration: 3, replicas: 2, updatedReplicas: 2, unavailableReplicas: 2}
            """;

    private static final String APP = "/spec/template/spec/containers/0";

    /** An image that is named broken: a fix that helps, one that is dangerous, one that touches a secret. */
    private static final Rule BROKEN = (state, found) -> {
        for (var each : state.all(Kinds.DEPLOYMENT)) {
            if (each.text(APP + "/image").endsWith(":broken")) {
                ArrayNode more = Fix.replace(APP + "/image", "web:1");
                more.addAll(Fix.replace(APP + "/resources/limits/memory", "1024Mi"));
                more.addAll(Fix.add(
                        APP + "/startupProbe",
                        Json.object().set("httpGet", Json.object().put("port", 80))));
                ArrayNode secret = Fix.replace(APP + "/env/0/value", "canary-Passw0rd-2");
                secret.addAll(Fix.replace(APP + "/image", "web:1"));
                found.accept(Finding.of(CauseId.IMAGE_NOT_FOUND, each.ref(), 0.9, "no such image")
                        .part("app")
                        .fixes(
                                Fix.patch(Fix.Risk.LOW, "use web:1", each, Fix.replace(APP + "/image", "web:1")),
                                Fix.patch(Fix.Risk.HIGH, "stop it", each, Fix.replace("/spec/replicas", 0)),
                                Fix.patch(Fix.Risk.LOW, "more", each, more),
                                Fix.patch(Fix.Risk.LOW, "another password", each, secret)));
            }
        }
    };

    @TempDir
    Path folder;

    private Ops ops;
    private String plan;

    @BeforeEach
    void broken() throws Exception {
        ops = new Ops(folder, List.of(BROKEN));
        ops.server.load(WEB);
        plan = ops.plan(ops.ada, "shop");
    }

    @AfterEach
    void close() {
        ops.close();
    }

    private String fix(String id, String more) {
        return "{'plan_id':'%s','fix_ids':['%s']%s}".formatted(plan, id, more);
    }

    private static final String APPLY = ",'mode':'apply','verify_timeout':1";

    private JsonNode web() {
        return ops.server.stored(Kinds.DEPLOYMENT, "shop", "web").orElseThrow();
    }

    private JsonNode one(JsonNode answer) {
        assertThat(answer.path("fixes")).hasSize(1);
        return answer.at("/fixes/0");
    }

    @Test
    void showsTheDiffAndChangesNothingUnlessToldToApply() throws Exception {
        Map<String, List<JsonNode>> before = ops.everything();
        JsonNode shown = one(ops.call("k8s_apply_fix", fix("f1", "")));
        assertThat(shown.path("state").asText()).isEqualTo("dry-run");
        assertThat(shown.path("target").asText()).isEqualTo("Deployment shop/web");
        assertThat(shown.path("cause").asText()).isEqualTo("image.not_found");
        assertThat(shown.path("diff")).map(JsonNode::asText).containsExactly(APP + "/image: web:broken → web:1");
        assertThat(ops.everything()).isEqualTo(before);
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void changesExactlyWhatWasShownAndVerifies() throws Exception {
        ops.rollsOut();
        JsonNode before = web();
        JsonNode done = one(ops.call("k8s_apply_fix", fix("f1", APPLY)));
        assertThat(done.path("state").asText()).isEqualTo("verified");
        ObjectNode expected = before.deepCopy();
        ((ObjectNode) expected.at(APP)).put("image", "web:1");
        assertThat(web().path("spec")).isEqualTo(expected.path("spec"));
        assertThat(ops.server.changes()).hasSize(1);
        assertThat(ops.server.changes().getFirst().parameter("fieldManager")).isEqualTo("millwright");
        assertThat(ops.server.changes().getFirst().body())
                .contains("\"test\"", before.at("/metadata/uid").asText(), "web:broken");
    }

    @Test
    void aFixIsAppliedOnce() throws Exception {
        ops.rollsOut();
        ops.call("k8s_apply_fix", fix("f1", APPLY));
        ops.server.change(
                Kinds.DEPLOYMENT, "shop", "web", each -> ((ObjectNode) each.at(APP)).put("image", "web:broken"));
        ops.server.forget();
        assertThat(ops.refused(Kind.CONFLICT, "k8s_apply_fix", fix("f1", APPLY)))
                .contains("diagnose again");
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void countsAQuantityWrittenInAnotherWayAndDefaultsInsideOfWhatItAddsAsItsOwn() throws Exception {
        ops.rollsOut();
        ops.others.addFirst((kind, patch, write, answer) -> {
            ObjectNode normal = answer.deepCopy();
            ((ObjectNode) normal.at(APP + "/resources/limits")).put("memory", "1Gi");
            ((ObjectNode) normal.at(APP + "/startupProbe")).put("periodSeconds", 10);
            return normal;
        });
        assertThat(one(ops.call("k8s_apply_fix", fix("f3", APPLY)))
                        .path("state")
                        .asText())
                .isEqualTo("verified");
    }

    @Test
    void refusesAnObjectThatSomebodyChangedSince() throws Exception {
        ops.server.change(Kinds.DEPLOYMENT, "shop", "web", each -> {
            ((ObjectNode) each.at(APP)).put("image", "web:other");
            ((ObjectNode) each.path("metadata")).put("generation", 4);
        });
        Map<String, List<JsonNode>> before = ops.everything();
        assertThat(ops.refused(Kind.CONFLICT, "k8s_apply_fix", fix("f1", APPLY)))
                .contains("Deployment shop/web has changed", "Diagnose again");
        assertThat(ops.everything()).isEqualTo(before);
    }

    @Test
    void refusesAnObjectThatWasMadeAnewUnderTheSameName() {
        ops.server.change(
                Kinds.DEPLOYMENT, "shop", "web", each -> ((ObjectNode) each.path("metadata")).put("uid", "another"));
        ops.refused(Kind.CONFLICT, "k8s_apply_fix", fix("f1", APPLY));
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void isNotDisturbedByAStatusThatChangesAllTheTime() throws Exception {
        ops.rollsOut();
        AtomicInteger turns = new AtomicInteger();
        ops.server.change(
                Kinds.DEPLOYMENT,
                "shop",
                "web",
                each -> each.withObjectProperty("status").put("x", 0));
        ops.others.add((kind, patch, write, answer) -> {
            if (write.dryRun() && turns.incrementAndGet() < 3) {
                ops.server.change(
                        Kinds.DEPLOYMENT,
                        "shop",
                        "web",
                        each -> each.withObjectProperty("status").put("x", turns.get()));
            }
            return answer;
        });
        assertThat(one(ops.call("k8s_apply_fix", fix("f1", APPLY)))
                        .path("state")
                        .asText())
                .isEqualTo("verified");
    }

    @Test
    void saysThatAnObjectIsGone() {
        ops.server.vanish(Kinds.DEPLOYMENT, "shop", "web");
        assertThat(ops.refused(Kind.NOT_FOUND, "k8s_apply_fix", fix("f1", APPLY)))
                .contains("Deployment shop/web is gone");
    }

    @Test
    void saysWhichRightIsMissing() {
        ops.server.deny("patch", "deployments.apps", "shop");
        assertThat(ops.refused(Kind.DENIED, "k8s_apply_fix", fix("f1", APPLY))).contains("patch", "deployments");
        assertThat(web().at(APP + "/image").asText()).isEqualTo("web:broken");
    }

    @Test
    void takesBackWhatDoesNotHelp() throws Exception {
        JsonNode before = web();
        JsonNode done = one(ops.call("k8s_apply_fix", fix("f3", APPLY)));
        assertThat(done.path("state").asText()).isEqualTo("reverted");
        assertThat(done.path("why").asText()).contains("not healthy in time");
        assertThat(Json.write(web().path("spec"))).isEqualTo(Json.write(before.path("spec")));
        assertThat(ops.server.changes()).hasSize(2);
    }

    @Test
    void takesBackAtOnceWhenTheRolloutFails() throws Exception {
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()) {
                ops.server.change(Kinds.DEPLOYMENT, "shop", "web", each -> {
                    ObjectNode status = each.withObjectProperty("status");
                    status.put(
                            "observedGeneration",
                            each.at("/metadata/generation").asInt());
                    status.putArray("conditions")
                            .addObject()
                            .put("type", "Progressing")
                            .put("status", "False")
                            .put("reason", "ProgressDeadlineExceeded");
                });
            }
            return answer;
        });
        JsonNode done = one(ops.call("k8s_apply_fix", fix("f1", ",'mode':'apply','verify_timeout':600")));
        assertThat(done.path("state").asText()).isEqualTo("reverted");
        assertThat(done.path("why").asText()).contains("progress deadline");
        assertThat(web().at(APP + "/image").asText()).isEqualTo("web:broken");
    }

    @Test
    void saysWhenSomebodyElseStandsInTheWayOfTakingBack() throws Exception {
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()) {
                ops.server.change(
                        Kinds.DEPLOYMENT,
                        "shop",
                        "web",
                        each -> ((ObjectNode) each.at(APP)).put("image", "web:theirs"));
            }
            return answer;
        });
        JsonNode done = one(ops.call("k8s_apply_fix", fix("f1", APPLY)));
        assertThat(done.path("state").asText()).isEqualTo("not-reverted");
        assertThat(done.path("why").asText()).contains(APP + "/image", "somebody else");
        assertThat(web().at(APP + "/image").asText()).isEqualTo("web:theirs");
    }

    @Test
    void refusesBeforehandWhatAWebhookWouldWiden() {
        ops.others.add((kind, patch, write, answer) -> {
            ObjectNode more = answer.deepCopy();
            ((ArrayNode) more.at("/spec/template/spec/containers")).addObject().put("name", "injected");
            return more;
        });
        assertThat(ops.refused(Kind.CONFLICT, "k8s_apply_fix", fix("f1", APPLY)))
                .contains("webhook", "/spec/template/spec/containers/1");
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void takesBackAtOnceWhenAWriteLosesAField() {
        JsonNode before = web();
        ops.others.add((kind, patch, write, answer) -> {
            if (write.dryRun() || Json.write(patch.body()).contains("\"add\"")) {
                return answer;
            }
            ops.server.change(Kinds.DEPLOYMENT, "shop", "web", each -> ((ObjectNode) each.at(APP)).remove("env"));
            return web();
        });
        assertThat(ops.refused(Kind.CONFLICT, "k8s_apply_fix", fix("f1", APPLY)))
                .contains(APP + "/env", "taken back at once");
        ObjectNode spec = web().path("spec").deepCopy();
        assertThat(spec).isEqualTo(before.path("spec"));
    }

    @Test
    void takesBackAWriteWhoseAnswerWasLost() {
        JsonNode before = web();
        AtomicInteger patches = new AtomicInteger();
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun() && patches.incrementAndGet() == 1) {
                throw new ApiError(0, "", "patch deployments.apps in shop", "the connection broke", Optional.empty());
            }
            return answer;
        });
        assertThat(ops.refused(Kind.UNAVAILABLE, "k8s_apply_fix", fix("f1", APPLY)))
                .contains("lost", "it was taken back");
        assertThat(web().path("spec")).isEqualTo(before.path("spec"));
    }

    @Test
    void aRequestThatNeverArrivedChangesNothing() {
        JsonNode before = web();
        ops.others.add((kind, patch, write, answer) -> {
            ops.server.fail("patch", "deployments", 1, new StubApiServer.Failure.Drop());
            return answer;
        });
        ops.refused(Kind.UNAVAILABLE, "k8s_apply_fix", fix("f1", APPLY));
        assertThat(web()).isEqualTo(before);
    }

    @Test
    void takesBackWhatWasNotVerifiedWhenItIsCancelled() throws Exception {
        JsonNode before = web();
        CountDownLatch written = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()) {
                written.countDown();
            }
            return answer;
        });
        Thread call = Thread.ofPlatform().start(() -> {
            try {
                ops.call("k8s_apply_fix", fix("f1", ",'mode':'apply','verify_timeout':600"));
            } catch (Exception e) {
                end.set(e);
            }
        });
        written.await();
        call.interrupt();
        call.join();
        assertThat(end.get()).isInstanceOf(InterruptedException.class).hasMessageContaining("it was taken back");
        assertThat(web().path("spec")).isEqualTo(before.path("spec"));
    }

    @Test
    void outlivesAnApiServerThatIsAwayForAMomentWhileVerifying() throws Exception {
        ops.rollsOut();
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()) {
                ops.server.fail(
                        "get", "deployments", 1, StubApiServer.Failure.status(503, "ServiceUnavailable", "later"));
            }
            return answer;
        });
        assertThat(one(ops.call("k8s_apply_fix", fix("f1", ",'mode':'apply','verify_timeout':20")))
                        .path("state")
                        .asText())
                .isEqualTo("verified");
    }

    @Test
    void aPlanIsItsCallersAloneAndEndsAfterTenMinutes() {
        assertThat(ops.refused(new CallBy("eve", Tenant.DEFAULT), Kind.CONFLICT, "k8s_apply_fix", fix("f1", APPLY)))
                .contains("not a plan of yours");
        ops.clock.advance(Duration.ofMinutes(11));
        assertThat(ops.refused(Kind.CONFLICT, "k8s_apply_fix", fix("f1", ""))).contains("expired");
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void aPlanOutlivesTheProcess() throws Exception {
        ops.restart();
        ops.rollsOut();
        assertThat(one(ops.call("k8s_apply_fix", fix("f1", APPLY)))
                        .path("state")
                        .asText())
                .isEqualTo("verified");
    }

    @Test
    void aDangerousFixIsConfirmedFirst() throws Exception {
        assertThat(ops.effect("k8s_apply_fix", fix("f1", ""))).isEqualTo(Effect.READS);
        assertThat(ops.effect("k8s_apply_fix", fix("f2", ""))).isEqualTo(Effect.READS);
        assertThat(ops.effect("k8s_apply_fix", fix("f1", APPLY))).isEqualTo(Effect.CHANGES);
        assertThat(ops.effect("k8s_apply_fix", fix("f2", APPLY))).isEqualTo(Effect.DESTROYS);
    }

    @Test
    void neverShowsASecret() throws Exception {
        JsonNode shown = ops.call("k8s_apply_fix", fix("f4", ""));
        assertThat(Json.write(shown)).doesNotContain("canary").contains("/env/0/value: ***");
    }

    @Test
    void twoFixesOfOneObjectAreNotAppliedTogether() {
        assertThat(ops.refused(
                        Kind.INVALID_INPUT,
                        "k8s_apply_fix",
                        "{'plan_id':'%s','fix_ids':['f1','f3'],'mode':'apply'}".formatted(plan)))
                .contains("f1", "f3", "choose one");
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void changesNothingWhenTheCauseIsGone() throws Exception {
        // The object is as it was read, the trouble has passed: what a rule sees is elsewhere.
        Rule never = (state, found) -> {};
        try (Ops healed = new Ops(folder.resolve("healed"), List.of(never))) {
            healed.server.load(WEB);
            String kept = healed.clusters.use(healed.ada, Optional.empty(), cluster -> {
                var object = new K8sObject(
                        healed.server.stored(Kinds.DEPLOYMENT, "shop", "web").orElseThrow());
                Finding finding = Finding.of(CauseId.IMAGE_NOT_FOUND, object.ref(), 0.9, "no such image");
                return healed.plans.keep(
                        healed.ada,
                        cluster.context(),
                        List.of(Planned.of(
                                "f1",
                                finding,
                                Fix.patch(Fix.Risk.LOW, "x", object, Fix.replace("/spec/replicas", 1)))));
            });
            assertThat(healed.refused(
                            Kind.CONFLICT,
                            "k8s_apply_fix",
                            "{'plan_id':'%s','fix_ids':['f1'],'mode':'apply'}".formatted(kept)))
                    .contains("does not show any more");
            assertThat(healed.server.changes()).isEmpty();
        }
    }

    @Test
    void severalFixesGoOneAfterTheOtherUntilOneDoesNotHold() throws Exception {
        ops.server.load(WEB.replace("name: web", "name: api"));
        ops.server.load(WEB.replace("name: web", "name: db"));
        ops.others.add((kind, patch, write, answer) -> {
            if (!write.dryRun() && answer.at("/metadata/name").asText().equals("api")) {
                ops.rolledOut(Kinds.DEPLOYMENT, "shop", "api");
            }
            return answer;
        });
        // By name: api has f1 to f4, db f5 to f8, web f9 to f12.
        String three = "{'plan_id':'%s','fix_ids':['f1','f5','f9']%s}".formatted(ops.plan(ops.ada, "shop"), "%s");
        assertThat(ops.call("k8s_apply_fix", three.formatted("")).path("fixes"))
                .map(each -> each.path("target").asText())
                .containsExactly("Deployment shop/api", "Deployment shop/db", "Deployment shop/web");
        assertThat(ops.call("k8s_apply_fix", three.formatted(APPLY)).path("fixes"))
                .map(each -> each.path("state").asText())
                .containsExactly("verified", "reverted", "not-done");
        assertThat(ops.server.stored(Kinds.DEPLOYMENT))
                .map(each -> each.at(APP + "/image").asText())
                .containsExactly("web:1", "web:broken", "web:broken");
    }

    @Test
    void keepsAFixThatEndsItsCauseWhereAnotherOneKnownBeforeRemains() throws Exception {
        Rule other = (state, found) -> state.all(Kinds.DEPLOYMENT)
                .forEach(each -> found.accept(
                        Finding.of(CauseId.CONFIG_MISSING_OBJECT, each.ref(), 0.9, "no configmap settings")));
        try (Ops two = new Ops(folder.resolve("two"), List.of(BROKEN, other))) {
            two.server.load(WEB);
            String both = two.plan(two.ada, "shop");
            JsonNode done = one(two.call(
                    "k8s_apply_fix",
                    "{'plan_id':'%s','fix_ids':['f1'],'mode':'apply','verify_timeout':1}".formatted(both)));
            assertThat(done.path("state").asText()).isEqualTo("verified");
            assertThat(done.path("why").asText())
                    .isEqualTo("its cause is gone; config.missing_object remains: no configmap settings");
        }
    }

    @Test
    void keepsAFixOfAnotherObjectWhoseWorkloadTakesItsTime() throws Exception {
        Rule full = (state, found) -> state.all(Kinds.CONFIG_MAP).stream()
                .filter(each -> each.text("/data/room").equals("none"))
                .forEach(each -> found.accept(
                        Finding.of(CauseId.ADMISSION_QUOTA, Ref.of("Deployment", "shop", "web"), 0.9, "no room")
                                .fixes(Fix.patch(Fix.Risk.LOW, "make room", each, Fix.replace("/data/room", "some")))));
        try (Ops slow = new Ops(folder.resolve("slow"), List.of(full))) {
            slow.server.load(
                    WEB + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: quota}\ndata: {room: none}\n");
            slow.server.change(Kinds.DEPLOYMENT, "shop", "web", each -> each.set("status", Json.object()));
            JsonNode done = one(slow.call(
                    "k8s_apply_fix",
                    "{'plan_id':'%s','fix_ids':['f1'],'mode':'apply','verify_timeout':1}"
                            .formatted(slow.plan(slow.ada, "shop"))));
            assertThat(done.path("state").asText()).isEqualTo("verified");
            assertThat(done.path("why").asText())
                    .contains("its cause is gone; Deployment shop/web has not recovered yet");
        }
    }

    @Test
    void changesNothingInAProtectedNamespace() throws Exception {
        ops.server.load(WEB.replace("name: web, generation", "name: web, namespace: kube-system, generation"));
        String protectedPlan = ops.plan(ops.ada, "kube-system");
        assertThat(ops.refused(
                        Kind.DENIED,
                        "k8s_apply_fix",
                        "{'plan_id':'%s','fix_ids':['f1'],'mode':'apply'}".formatted(protectedPlan)))
                .contains("kube-system", "protected-namespaces");
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void answersWithinEightHundredTokens() throws Exception {
        ops.rollsOut();
        assertThat(Json.size(ops.call("k8s_apply_fix", fix("f3", ""))) / 4).isLessThan(800);
        assertThat(Json.size(ops.call("k8s_apply_fix", fix("f3", APPLY))) / 4).isLessThan(800);
    }
}
