package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.stub.World;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class K8sTimelineTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T14:30:00Z"), ZoneOffset.UTC);

    @TempDir
    Path temp;

    private World world;
    private K8sTimeline timeline;

    @BeforeEach
    void open() {
        world = new World(temp).budget(1_200);
        timeline = new K8sTimeline(world.clusters(), world.config(), CLOCK);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private JsonNode run(String arguments) throws Exception {
        return world.run(timeline, arguments);
    }

    private static final String HISTORY = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              managedFields:
              - {manager: kubectl-set, operation: Update, time: '2026-11-20T14:10:00Z', fieldsType: FieldsV1,
                 fieldsV1: {'f:spec': {'f:template': {'f:spec': {'f:containers': {'k:{"name":"app"}': {'f:image': {}}}}}}}}
              - {manager: kube-controller-manager, operation: Update, subresource: status, time: '2026-11-20T14:20:00Z'}
            spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata:
              name: web-1
              creationTimestamp: '2026-11-20T14:00:00Z'
              annotations: {deployment.kubernetes.io/revision: '1'}
              ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deployment-web, controller: true}]
            spec: {template: {metadata: {labels: {pod-template-hash: '1'}}, spec: {containers: [{name: app, image: 'web:1', env: [{name: API_TOKEN, value: CANARY-1111}]}]}}}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata:
              name: web-2
              creationTimestamp: '2026-11-20T14:10:01Z'
              annotations: {deployment.kubernetes.io/revision: '2'}
              ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deployment-web, controller: true}]
            spec: {template: {metadata: {labels: {pod-template-hash: '2'}}, spec: {containers: [{name: app, image: 'web:2', env: [{name: API_TOKEN, value: CANARY-2222}]}]}}}
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-2-a
              ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-2, uid: replicaset-web-2, controller: true}]
            spec: {containers: [{name: app}]}
            status: {containerStatuses: [{name: app, restartCount: 3, lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: '2026-11-20T14:15:00Z'}}}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-2-b
              ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-2, uid: replicaset-web-2, controller: true}]
            spec: {containers: [{name: app}]}
            ---
            apiVersion: v1
            kind: Event
            metadata: {name: e1}
            involvedObject: {kind: Pod, name: web-2-a, namespace: shop, uid: pod-web-2-a}
            reason: BackOff
            message: 'Back-off restarting failed container, password=CANARY-3333'
            count: 4
            lastTimestamp: '2026-11-20T14:16:00Z'
            ---
            apiVersion: v1
            kind: Event
            metadata: {name: e2}
            involvedObject: {kind: Pod, name: web-2-b, namespace: shop, uid: pod-web-2-b}
            reason: BackOff
            message: Back-off restarting failed container
            count: 2
            lastTimestamp: '2026-11-20T14:12:00Z'
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: sh.helm.release.v1.web.v2, labels: {owner: helm, name: web, status: deployed, version: '2', modifiedAt: '1795183800'}}
            type: helm.sh/release.v1
            ---
            apiVersion: v1
            kind: Event
            metadata: {name: old}
            involvedObject: {kind: Pod, name: web-2-a, namespace: shop}
            reason: Pulled
            message: long ago
            lastTimestamp: '2026-11-20T10:00:00Z'
            """;

    @Test
    void putsAllThatRemembersInOneOrder() throws Exception {
        world.load(HISTORY);
        JsonNode answer = run("{'namespace':'shop'}");
        List<String> told = new ArrayList<>();
        answer.path("entries")
                .forEach(each -> told.add("%s %s %s: %s"
                        .formatted(
                                each.path("at").asText().substring(11, 16),
                                each.path("what").asText(),
                                each.path("object").asText(),
                                each.path("text").asText())));
        assertThat(told).hasSize(6);
        assertThat(told.get(0))
                .startsWith("14:16 event Deployment web: BackOff: Back-off")
                .endsWith("(2 pods)");
        assertThat(answer.at("/entries/0/count").asInt()).isEqualTo(6);
        assertThat(told.get(1))
                .isEqualTo("14:15 end Deployment web: container app ended: OOMKilled, exit code 137, 3 restarts");
        assertThat(told)
                .anyMatch(each -> each.startsWith("14:10 rollout Deployment web: revision 2: ")
                        && each.contains("spec.containers[app].image web:1 -> web:2"));
        assertThat(told)
                .contains(
                        "14:10 write Deployment web: kubectl-set (Update) set spec.template.spec.containers[app].image",
                        "14:10 release Release web: revision 2 is deployed",
                        "14:00 rollout Deployment web: revision 1, the oldest kept");
        assertThat(answer.toString()).doesNotContain("CANARY", "long ago");
    }

    @Test
    void tellsOfOneObjectAlone() throws Exception {
        world.load(HISTORY).recorded("healthy");
        assertThat(run("{'namespace':'shop','object':'pod/web-2-b'}")
                        .path("entries")
                        .toString())
                .contains("BackOff")
                .doesNotContain("OOMKilled");
        assertThat(run("{'namespace':'shop','object':'deployment/web'}").path("entries"))
                .hasSize(6);
        assertThatThrownBy(() -> run("{'namespace':'shop','object':'wep'}")).hasMessageContaining("did you mean web?");
    }

    @Test
    void leadsOnWithACursor() throws Exception {
        world.recorded("rollout-stuck").budget(300);
        List<String> texts = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = run("{'namespace':'rollout-stuck','since':'30d'"
                    + (cursor.isEmpty() ? "" : ",'cursor':'" + cursor + "'") + "}");
            assertThat(Json.size(page)).isLessThanOrEqualTo(300 * 4);
            page.path("entries").forEach(each -> texts.add(each.toString()));
            cursor = page.path("cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(texts).hasSizeGreaterThan(5).doesNotHaveDuplicates();
    }
}
