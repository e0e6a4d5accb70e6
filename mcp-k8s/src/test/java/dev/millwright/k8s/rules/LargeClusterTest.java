package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.state.MemorySource;
import dev.millwright.k8s.state.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** 5,000 pods of 1,000 deployments in 50 namespaces on 200 nodes, one deployment in ten without room. */
class LargeClusterTest {
    private static final int NAMESPACES = 50;
    private static final int DEPLOYMENTS = 20;
    private static final int PODS = 5;
    private static final int NODES = 200;

    private static List<JsonNode> cluster() {
        List<JsonNode> all = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            all.addAll(Yaml.objects("""
                    apiVersion: v1
                    kind: Node
                    metadata: {name: node-%d, labels: {kubernetes.io/hostname: node-%d, zone: z%d}}
                    status: {allocatable: {cpu: '4', memory: 16Gi, pods: '110'}, conditions: [{type: Ready, status: 'True'}]}
                    """.formatted(i, i, i % 3)));
        }
        int number = 0;
        for (int n = 0; n < NAMESPACES; n++) {
            for (int d = 0; d < DEPLOYMENTS; d++) {
                boolean waits = d % 10 == 0;
                String app = "app-" + d;
                all.addAll(objects(n, app, """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: APP, namespace: NAMESPACE, uid: d-NAMESPACE-APP}
                        spec: {replicas: 5, selector: {matchLabels: {app: APP}}, template: {metadata: {labels: {app: APP}}, spec: {containers: [{name: app, env: [{name: A, value: 'http://APP:80'}]}]}}}
                        ---
                        apiVersion: apps/v1
                        kind: ReplicaSet
                        metadata: {name: APP-1, namespace: NAMESPACE, uid: r-NAMESPACE-APP, annotations: {deployment.kubernetes.io/revision: '1'}, ownerReferences: [{kind: Deployment, name: APP, uid: d-NAMESPACE-APP, controller: true}]}
                        spec: {replicas: 5}
                        status: {replicas: 5}
                        ---
                        apiVersion: v1
                        kind: Service
                        metadata: {name: APP, namespace: NAMESPACE}
                        spec: {selector: {app: APP}, ports: [{port: 80, targetPort: 8080}]}
                        ---
                        apiVersion: policy/v1
                        kind: PodDisruptionBudget
                        metadata: {name: APP, namespace: NAMESPACE}
                        spec: {selector: {matchLabels: {app: APP}}, minAvailable: 1}
                        status: {disruptionsAllowed: 4}
                        ---
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: APP, namespace: NAMESPACE}
                        spec: {podSelector: {matchLabels: {app: APP}}, policyTypes: [Ingress], ingress: [{}]}
                        """));
                for (int p = 0; p < PODS; p++) {
                    all.addAll(
                            objects(
                                    n,
                                    app,
                                    """
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: APP-1-%d, namespace: NAMESPACE, labels: {app: APP}, ownerReferences: [{kind: ReplicaSet, name: APP-1, uid: r-NAMESPACE-APP, controller: true}]}
                            spec: {%s affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: APP}}}]}}, containers: [{name: app, resources: {requests: {cpu: '%s'}}}]}
                            status: %s
                            """.formatted(
                                                    p,
                                                    waits ? "" : "nodeName: node-" + number++ % NODES + ",",
                                                    waits ? "3500m" : "100m",
                                                    waits
                                                            ? "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/200 nodes are available: 200 Insufficient cpu.'}]}"
                                                            : "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, state: {running: {}}}]}")));
                }
                if (!waits) {
                    all.addAll(objects(n, app, """
                            apiVersion: discovery.k8s.io/v1
                            kind: EndpointSlice
                            metadata: {name: APP-x, namespace: NAMESPACE, labels: {kubernetes.io/service-name: APP}}
                            endpoints: [{conditions: {ready: true}, targetRef: {kind: Pod, name: APP-1-0}}]
                            """));
                }
            }
        }
        return all;
    }

    private static List<JsonNode> objects(int namespace, String app, String yaml) {
        return Yaml.objects(yaml.replace("NAMESPACE", "ns-" + namespace).replace("APP", app));
    }

    @Test
    void isDiagnosedByWorkloadAndSaysHowLongThatTook() {
        State state = new State(
                new MemorySource(cluster(), Kinds.all(), Map.of(), Map.of(), Instant.parse("2026-11-20T14:30:00Z")),
                Optional.empty());
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long start = clock.getCurrentThreadCpuTime();
        List<Cause> causes = Diagnosis.of(state, Rules.ALL);
        long millis = (clock.getCurrentThreadCpuTime() - start) / 1_000_000;

        System.getLogger(LargeClusterTest.class.getName())
                .log(System.Logger.Level.INFO, "5,000 pods on 200 nodes diagnosed in {0} ms of processor time", millis);
        assertThat(causes).hasSize(NAMESPACES * DEPLOYMENTS / 10);
        assertThat(causes).allSatisfy(each -> {
            assertThat(each.finding().id().id()).isEqualTo("sched.resources");
            assertThat(each.affects()).hasSizeGreaterThanOrEqualTo(PODS);
        });
    }
}
