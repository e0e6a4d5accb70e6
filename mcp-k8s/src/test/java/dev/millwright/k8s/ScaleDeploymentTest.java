package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleDeploymentTest {
    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, generation: 1}
            spec:
              replicas: 4
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: app, image: "web:1", resources: {requests: {cpu: 500m}, limits: {memory: 256Mi}}}
            """;

    private static final String AUTOSCALER = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web-scaler}
            spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 6}
            status: {desiredReplicas: 4}
            """;

    @TempDir
    Path folder;

    private Ops ops;

    @BeforeEach
    void four() {
        ops = new Ops(folder, List.of());
        ops.server.load(WEB);
    }

    @AfterEach
    void close() {
        ops.close();
    }

    private static String to(int replicas, String more) {
        return "{'namespace':'shop','name':'web','replicas':%d%s}".formatted(replicas, more);
    }

    private int replicas() {
        return ops.server
                .stored(Kinds.DEPLOYMENT, "shop", "web")
                .orElseThrow()
                .at("/spec/replicas")
                .asInt();
    }

    @Test
    void setsTheReplicasAndNothingElse() throws Exception {
        ObjectNode before = (ObjectNode)
                ops.server.stored(Kinds.DEPLOYMENT, "shop", "web").orElseThrow().path("spec");
        JsonNode answer = ops.call("scale_deployment", to(6, ""));
        assertThat(answer.path("from").asInt()).isEqualTo(4);
        assertThat(answer.path("to").asInt()).isEqualTo(6);
        assertThat(answer.path("changed").asBoolean()).isTrue();
        assertThat(answer.has("warnings")).isFalse();
        assertThat(ops.server
                        .stored(Kinds.DEPLOYMENT, "shop", "web")
                        .orElseThrow()
                        .path("spec"))
                .isEqualTo(before.put("replicas", 6));
        assertThat(ops.server.changes()).hasSize(1);
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        Map<String, List<JsonNode>> before = ops.everything();
        assertThat(ops.call("scale_deployment", to(6, ",'dry_run':true"))
                        .path("changed")
                        .asBoolean())
                .isFalse();
        assertThat(ops.everything()).isEqualTo(before);
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void theSameNumberAgainChangesNothing() throws Exception {
        assertThat(ops.call("scale_deployment", to(4, "")).path("changed").asBoolean())
                .isFalse();
        assertThat(ops.server.changes()).isEmpty();
    }

    @Test
    void refusesWhatAnAutoscalerWouldUndoAndNamesItsBounds() throws Exception {
        ops.server.load(AUTOSCALER);
        assertThat(ops.refused(Kind.CONFLICT, "scale_deployment", to(5, "")))
                .contains("HorizontalPodAutoscaler web-scaler", "min 2, max 6");
        assertThat(replicas()).isEqualTo(4);
        assertThat(ops.call("scale_deployment", to(5, ",'dry_run':true"))
                        .at("/warnings/0")
                        .asText())
                .startsWith("would be refused: HorizontalPodAutoscaler web-scaler");
    }

    @Test
    void zeroIsAllowedUnderAnAutoscalerWhichPauses() throws Exception {
        ops.server.load(AUTOSCALER);
        assertThat(ops.call("scale_deployment", to(0, "")).at("/warnings/0").asText())
                .contains("web-scaler pauses");
        assertThat(replicas()).isZero();
    }

    @Test
    void anAutoscalerOfAnotherWorkloadDoesNotMatter() throws Exception {
        ops.server.load(AUTOSCALER.replace("name: web}", "name: api}"));
        assertThat(ops.call("scale_deployment", to(5, "")).has("warnings")).isFalse();
    }

    @Test
    void saysThatAutoscalersCouldNotBeRead() throws Exception {
        ops.server.deny("list", "horizontalpodautoscalers.autoscaling", "shop");
        JsonNode answer = ops.call("scale_deployment", to(5, ""));
        assertThat(answer.at("/warnings/0").asText()).contains("could not be read");
        assertThat(answer.at("/warnings/1").asText()).contains("list horizontalpodautoscalers");
    }

    @Test
    void warnsOfADisruptionBudgetThatNoPodCouldLeave() throws Exception {
        ops.server.load("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web-budget}
                spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
                """);
        assertThat(ops.call("scale_deployment", to(3, "")).has("warnings")).isFalse();
        assertThat(ops.call("scale_deployment", to(2, "")).at("/warnings/0").asText())
                .contains("web-budget", "2 available");
    }

    @Test
    void refusesWhatAQuotaCannotHoldAndSaysHowManyMoreFit() throws Exception {
        ops.server.load("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: small}
                spec: {hard: {requests.cpu: "4", limits.memory: 10Gi, pods: "100"}}
                status: {hard: {requests.cpu: "4", limits.memory: 10Gi, pods: "100"}, used: {requests.cpu: "2", limits.memory: 1Gi, pods: "4"}}
                """);
        assertThat(ops.refused(Kind.CONFLICT, "scale_deployment", to(9, "")))
                .contains("ResourceQuota small has 2 of requests.cpu left", "5 more pods need 2500m", "4 more fit");
        assertThat(replicas()).isEqualTo(4);
        assertThat(ops.call("scale_deployment", to(8, "")).path("changed").asBoolean())
                .isTrue();
    }

    @Test
    void keepsToTheTenantsMost() {
        assertThat(ops.refused(Kind.INVALID_INPUT, "scale_deployment", to(51, "")))
                .contains("/replicas", "between 0 and 50", "51");
        assertThat(ops.server.seen()).isEmpty();
    }

    @Test
    void zeroAndLargeJumpsAreConfirmed() throws Exception {
        assertThat(ops.effect("scale_deployment", to(0, ""))).isEqualTo(Effect.DESTROYS);
        assertThat(ops.effect("scale_deployment", to(0, ",'dry_run':true"))).isEqualTo(Effect.READS);
        assertThat(ops.effect("scale_deployment", to(10, ""))).isEqualTo(Effect.CHANGES);
        assertThat(ops.effect("scale_deployment", to(11, ""))).isEqualTo(Effect.DESTROYS);
        assertThat(ops.effect("scale_deployment", to(14, ",'from':4"))).isEqualTo(Effect.CHANGES);
        assertThat(ops.effect("scale_deployment", to(15, ",'from':4"))).isEqualTo(Effect.DESTROYS);
        assertThat(ops.effect("scale_deployment", to(40, ",'from':20"))).isEqualTo(Effect.CHANGES);
        assertThat(ops.effect("scale_deployment", to(41, ",'from':20"))).isEqualTo(Effect.DESTROYS);
    }

    @Test
    void theNumberItSaysThereAreMustBeTrue() {
        assertThat(ops.refused(Kind.CONFLICT, "scale_deployment", to(40, ",'from':20")))
                .contains("has 4 replicas");
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void doesNotOverwriteWhatSomebodyChangedInBetween() {
        ops.others.add((kind, patch, write, answer) -> {
            if (write.dryRun()) {
                ops.server.change(Kinds.DEPLOYMENT, "shop", "web", each -> {
                    ((ObjectNode) each.path("spec")).put("replicas", 7);
                    ((ObjectNode) each.path("metadata")).put("generation", 2);
                });
            }
            return answer;
        });
        ops.refused(Kind.CONFLICT, "scale_deployment", to(5, ""));
        assertThat(replicas()).isEqualTo(7);
    }

    @Test
    void sendsToTheOwnerOfAReplicaSet() {
        ops.server.load("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: web-1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deployment-web, controller: true}]}
                spec: {replicas: 4, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
                """);
        assertThat(ops.refused(
                        Kind.CONFLICT,
                        "scale_deployment",
                        "{'namespace':'shop','name':'web-1','replicas':5,'kind':'ReplicaSet'}"))
                .contains("managed by Deployment web");
    }

    @Test
    void saysWhatIsWrongWithTheQuestion() {
        assertThat(ops.refused(Kind.NOT_FOUND, "scale_deployment", "{'namespace':'shop','name':'nope','replicas':1}"))
                .contains("/name", "Deployment shop/nope");
        assertThat(ops.refused(Kind.INVALID_INPUT, "scale_deployment", to(5, ",'kind':'Pod'")))
                .contains("/kind", "Deployment, StatefulSet, ReplicaSet", "Pod");
    }

    @Test
    void writesTheScaleSubresourceOfTheVersionItHasRead() throws Exception {
        ops.call("scale_deployment", to(6, ""));
        assertThat(ops.server.changes()).singleElement().satisfies(each -> {
            assertThat(each.verb()).isEqualTo("update");
            assertThat(each.resource()).isEqualTo("deployments/scale");
            assertThat(Json.read(each.body()).at("/metadata/resourceVersion").asText())
                    .isNotEmpty();
        });
    }

    @Test
    void goesOnWhenNothingButTheStatusHasChangedInBetween() throws Exception {
        ops.others.add((kind, patch, write, answer) -> {
            if (write.dryRun()) {
                ops.server.change(
                        Kinds.DEPLOYMENT,
                        "shop",
                        "web",
                        each -> each.withObject("/status").put("readyReplicas", 3));
            }
            return answer;
        });
        assertThat(ops.call("scale_deployment", to(5, "")).path("changed").asBoolean())
                .isTrue();
        assertThat(replicas()).isEqualTo(5);
    }

    @Test
    void changesNothingWhereAWebhookWantsAnotherNumber() {
        ops.others.add((kind, patch, write, answer) -> {
            ((ObjectNode) answer.path("spec")).put("replicas", 2);
            return answer;
        });
        assertThat(ops.refused(Kind.CONFLICT, "scale_deployment", to(5, ""))).contains("2 replicas, not 5");
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void patchesTheWorkloadForWhomeverMayNotWriteItsScale() throws Exception {
        ops.server.deny("update", "deployments/scale.apps", "shop");
        ops.call("scale_deployment", to(5, ""));
        assertThat(replicas()).isEqualTo(5);
        ops.server.deny("patch", "deployments.apps", "shop");
        assertThat(ops.refused(Kind.DENIED, "scale_deployment", to(6, ""))).contains("patch", "deployments");
    }

    @Test
    void scalesACustomKindThatCanBeScaledAndNoOther() throws Exception {
        ops.server.load("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: crews.example.org}
                spec: {group: example.org, scope: Namespaced, names: {kind: Crew, plural: crews}, versions: [{name: v1, served: true, subresources: {scale: {specReplicasPath: .spec.replicas}}}]}
                ---
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: rocks.example.org}
                spec: {group: example.org, scope: Namespaced, names: {kind: Rock, plural: rocks}, versions: [{name: v1, served: true}]}
                """).load("""
                apiVersion: example.org/v1
                kind: Crew
                metadata: {name: night, namespace: shop}
                spec: {replicas: 2}
                ---
                apiVersion: example.org/v1
                kind: Rock
                metadata: {name: hard, namespace: shop}
                """);
        JsonNode answer =
                ops.call("scale_deployment", "{'namespace':'shop','name':'night','replicas':3,'kind':'Crew'}");
        assertThat(answer.path("from").asInt()).isEqualTo(2);
        assertThat(answer.path("workload").asText()).isEqualTo("Crew shop/night");
        assertThat(ops.server.changes())
                .singleElement()
                .satisfies(each -> assertThat(each.resource()).isEqualTo("crews/scale"));
        assertThat(ops.refused(
                        Kind.INVALID_INPUT,
                        "scale_deployment",
                        "{'namespace':'shop','name':'hard','replicas':3,'kind':'Rock'}"))
                .contains("/kind", "rocks.example.org has no scale subresource");
    }

    @Test
    void changesNothingInAProtectedOrUnreachedNamespace() {
        ops.server.load(WEB.replace("name: web, generation", "name: web, namespace: kube-system, generation"));
        assertThat(ops.refused(
                        Kind.DENIED, "scale_deployment", "{'namespace':'kube-system','name':'web','replicas':5}"))
                .contains("protected-namespaces");
        ObjectNode jail = Json.object();
        jail.putArray("namespaces").add("other-*");
        try (Ops jailed = new Ops(folder.resolve("jailed"), List.of(), jail)) {
            jailed.server.load(WEB);
            assertThat(jailed.refused(Kind.DENIED, "scale_deployment", to(5, "")))
                    .contains("/namespace shop");
            assertThat(jailed.server.seen()).isEmpty();
        }
    }
}
