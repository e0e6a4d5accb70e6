package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulingTest {
    /** A pod that runs, with 1500m of CPU and port 80 of its node. */
    private static String runs(String name, String node, String more) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME, labels: {app: NAME}}
                spec: {nodeName: NODE, MORE containers: [{name: app, ports: [{containerPort: 80, hostPort: 80}], resources: {requests: {cpu: 1500m}}}]}
                status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
                ---
                """.replace("NAME", name).replace("NODE", node).replace("MORE", more);
    }

    private static String node(String name, String labels, String spec) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: NAME, labels: {kubernetes.io/hostname: NAME, LABELS}}
                spec: {SPEC}
                status: {allocatable: {cpu: '2', memory: 4Gi, pods: '10'}, conditions: [{type: Ready, status: 'True'}]}
                ---
                """.replace("NAME", name).replace("LABELS", labels).replace("SPEC", spec);
    }

    private static String waits(String spec, String message) {
        return waits(spec, "Unschedulable", message);
    }

    private static String waits(String spec, String reason, String message) {
        return Written.deployment(
                        "web",
                        spec,
                        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: " + reason
                                + ", message: \"" + message + "\"}]}")
                .replace("nodeName: node-1, ", "");
    }

    private static final String ONE_CPU = "{containers: [{name: app, resources: {requests: {cpu: '1'}}}]}";

    @Test
    void saysThatNoNodeIsLargeEnough() {
        String state = waits(
                        "{containers: [{name: app, resources: {requests: {cpu: '8'}}}]}",
                        "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available")
                + node("node-1", "a: b", "");

        assertThat(Written.only(state))
                .startsWith("sched.resources Deployment web/: ")
                .contains(
                        "insufficient cpu, it asks for 8 cpu", "no node that suits is that large", "node-1, has 2 cpu");
    }

    @Test
    void countsWhatRunsOnTheNodeAndDoesNotTrustTheMessage() {
        String state = waits(ONE_CPU, "0/2 nodes are available: 2 Insufficient memory.")
                + node("node-1", "a: b", "")
                + node("node-2", "a: b", "taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]")
                + runs("other", "node-1", "");

        assertThat(Written.only(state))
                .startsWith("sched.resources Deployment web/: ")
                .contains("insufficient cpu", "the nearest node, node-1, has 500m of 2 cpu left");
    }

    @Test
    void countsPodsOfOtherNamespacesWhereTheyMayBeSeen() {
        String state = waits(ONE_CPU, "0/1 nodes are available: 1 Insufficient cpu.")
                + node("node-1", "a: b", "")
                + runs("other", "node-1", "").replace("{name: other,", "{name: other, namespace: far,");

        assertThat(Written.only(state)).contains("node-1, has 500m of 2 cpu left");
    }

    @Test
    void trustsTheSchedulerWhereNothingIsSeenInTheWay() {
        String state = waits(ONE_CPU, "0/1 nodes are available: 1 Insufficient cpu.") + node("node-1", "a: b", "");

        assertThat(Written.causes(state).getFirst().finding().confidence()).isEqualTo(0.6);
    }

    @Test
    void speaksByTheMessageWhereNodesCannotBeRead() {
        String state = waits(ONE_CPU, "0/1 nodes are available: 1 node(s) had untolerated taint(s).");

        List<Cause> causes = Written.causes(Recorded.without(List.of(Kinds.NODE), state));

        assertThat(Written.line(causes.getFirst())).startsWith("sched.taint Deployment web/");
    }

    @Test
    void isSilentWhilePodsRunOrHaveJustBeenMade() {
        String fresh = waits(ONE_CPU, "none")
                .replace(
                        "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: \"none\"}]",
                        "x: y")
                .replace("name: web-1-a", "name: web-1-a\n  creationTimestamp: '2026-11-20T14:29:50Z'");

        assertThat(Written.causes(runs("other", "node-1", "") + node("node-1", "a: b", "") + fresh))
                .isEmpty();
    }

    @Test
    void toleratesATaintByPatch() {
        String state = waits(ONE_CPU, "0/1 nodes are available: 1 node(s) had untolerated taint(s).")
                + node("node-1", "a: b", "taints: [{key: gpu, value: 'yes', effect: NoSchedule}]");

        assertThat(Written.only(state))
                .startsWith("sched.taint Deployment web/")
                .contains("gpu=yes:NoSchedule");
        assertThat(Written.patches(Written.causes(state)))
                .containsExactly("[{\"op\":\"add\",\"path\":\"/spec/template/spec/tolerations\",\"value\":[]},"
                        + "{\"op\":\"add\",\"path\":\"/spec/template/spec/tolerations/-\",\"value\":{\"key\":\"gpu\","
                        + "\"operator\":\"Equal\",\"value\":\"yes\",\"effect\":\"NoSchedule\"}}]");
    }

    @Test
    void acceptsTheTaintsAPodTolerates() {
        String state = waits(
                        "{tolerations: [{operator: Exists}], containers: [{name: app, resources: {requests: {cpu: '8'}}}]}",
                        "0/1 nodes are available: 1 node(s) had untolerated taint(s).")
                + node("node-1", "a: b", "taints: [{key: gpu, value: 'yes', effect: NoSchedule}]");

        assertThat(Written.only(state)).startsWith("sched.resources");
    }

    @Test
    void blamesTheCordonedNodeOnceForAllThatWaits() {
        String state = waits(ONE_CPU, "0/1 nodes are available: 1 node(s) were unschedulable.")
                + waits(ONE_CPU, "0/1 nodes are available: 1 node(s) were unschedulable.")
                        .replace("web", "api")
                + node("node-1", "a: b", "unschedulable: true");

        assertThat(Written.only(state)).startsWith("sched.cordon Node node-1/").contains("is cordoned");
        assertThat(Written.causes(state).getFirst().affects()).hasSize(4);
    }

    @Test
    void ignoresACordonedNodeWhereAnotherHasRoom() {
        String state = waits(ONE_CPU, "0/2 nodes are available: 1 node(s) were unschedulable, 1 Insufficient cpu.")
                + node("node-1", "a: b", "unschedulable: true")
                + node("node-2", "a: b", "")
                + runs("other", "node-2", "")
                + node("node-3", "a: b", "")
                + runs("another", "node-3", "");

        assertThat(Written.only(state)).startsWith("sched.resources Deployment web/");
    }

    @Test
    void correctsALabelThatNoNodeHas() {
        String state = waits(
                        "{nodeSelector: {disk: sssd}, containers: [{name: app}]}",
                        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")
                + node("node-1", "disk: ssd", "");

        assertThat(Written.only(state))
                .startsWith("sched.node_affinity Deployment web/")
                .contains("node-1, lacks label disk=sssd (it has ssd)");
        assertThat(Written.patches(Written.causes(state)))
                .containsExactly(
                        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/nodeSelector/disk\",\"value\":\"ssd\"}]");
    }

    @Test
    void readsRequiredNodeAffinityAndAcceptsWhatMatches() {
        String affinity =
                "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                        + "[{matchExpressions: [{key: zone, operator: In, values: [ZONE]}]}]}}}, containers: [{name: app, "
                        + "resources: {requests: {cpu: '8'}}}]}";
        String message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";

        assertThat(Written.only(waits(affinity.replace("ZONE", "b").replace("'8'", "'1'"), message)
                        + node("node-1", "zone: a", "")))
                .startsWith("sched.node_affinity");
        assertThat(Written.only(waits(affinity.replace("ZONE", "a"), message) + node("node-1", "zone: a", "")))
                .startsWith("sched.resources");
    }

    @Test
    void findsTheAntiAffinityThatLeavesNoNode() {
        String spec = "{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
                + "kubernetes.io/hostname, labelSelector: {matchLabels: {app: other}}}]}}, containers: [{name: app}]}";
        String message = "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.";

        assertThat(Written.only(waits(spec, message) + node("node-1", "a: b", "") + runs("other", "node-1", "")))
                .startsWith("sched.pod_affinity_or_spread Deployment web/")
                .contains("app=other", "anti-affinity forbids");
        assertThat(Written.causes(waits(spec, message) + node("node-1", "a: b", "") + runs("friend", "node-1", ""))
                        .getFirst()
                        .finding()
                        .confidence())
                .isEqualTo(0.6);
    }

    @Test
    void findsThePodThatKeepsOthersOutAndTheOneThatIsMissing() {
        String keeps = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
                + "kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}},";
        String wants = "{affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
                + "kubernetes.io/hostname, labelSelector: {matchLabels: {app: cache}}}]}}, containers: [{name: app}]}";

        assertThat(Written.only(waits("{containers: [{name: app}]}", "existing pods anti-affinity rules")
                        + node("node-1", "a: b", "")
                        + runs("other", "node-1", keeps)))
                .contains("keeps this one out");
        assertThat(Written.only(waits(wants, "pod affinity rules") + node("node-1", "a: b", "")))
                .contains("runs no pod with app=cache");
    }

    @Test
    void computesTheSkewOfASpread() {
        String spec = "{topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, "
                + "labelSelector: {matchLabels: {app: other}}}], containers: [{name: app}]}";
        String around = node("node-1", "zone: a", "")
                + node("node-2", "zone: a", "")
                + node("node-3", "zone: b", "taints: [{key: x, effect: NoSchedule}]")
                + runs("other", "node-1", "");
        String message = "didn't match pod topology spread constraints";

        assertThat(Written.only(waits(spec, message) + around))
                .startsWith("sched.pod_affinity_or_spread Deployment web/")
                .contains("2 pods ahead in spreading over zone, more than maxSkew 1");
        assertThat(Written.causes(waits(spec.replace("maxSkew: 1", "maxSkew: 2"), message) + around)
                        .getFirst()
                        .finding()
                        .confidence())
                .isEqualTo(0.6);
    }

    @Test
    void findsTheHostPortThatIsTaken() {
        String spec = "{containers: [{name: app, ports: [{containerPort: 80, hostPort: PORT}]}]}";
        String around = node("node-1", "a: b", "") + runs("other", "node-1", "");
        String message = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.";

        assertThat(Written.only(waits(spec.replace("PORT", "80"), message) + around))
                .startsWith("sched.port_name_gate Deployment web/")
                .contains("host port TCP/80 is taken");
        assertThat(Written.causes(waits(spec.replace("PORT", "81"), message) + around)
                        .getFirst()
                        .finding()
                        .confidence())
                .isEqualTo(0.6);
    }

    @Test
    void namesTheGateAndTheSchedulerThatHoldAPodBack() {
        String gated = waits(
                "{schedulingGates: [{name: example.com/quota}], containers: [{name: app}]}",
                "SchedulingGated",
                "gated");
        String unknown = waits("{schedulerName: mine, containers: [{name: app}]}", "none")
                .replace(
                        "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: \"none\"}]",
                        "x: y");

        assertThat(Written.only(gated))
                .startsWith("sched.port_name_gate Deployment web/gate")
                .contains("example.com/quota");
        assertThat(Written.only(unknown)).contains("names scheduler \"mine\"");
    }

    @Test
    void seesThatTheSchedulerItselfIsGone() {
        String unseen = waits("{containers: [{name: app}]}", "none")
                .replace(
                        "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: \"none\"}]",
                        "x: y");
        String lease = """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: kube-scheduler, namespace: kube-system}
                spec: {renewTime: '2026-11-20T14:MINUTE:58Z'}
                ---
                """;

        assertThat(Written.only(unseen + lease.replace("MINUTE", "10"))).contains("its lease is stale");
        assertThat(Written.causes(unseen + lease.replace("MINUTE", "29"))).isEmpty();
    }

    @Test
    void followsAnUnboundClaimAndSaysWhichIsMissing() {
        String spec = "{volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], containers: [{name: app}]}";
        String message = "0/1 nodes are available: persistentvolumeclaim \\\"data\\\" not found.";
        String claim = """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], storageClassName: gone}
                status: {phase: PHASE}
                ---
                """;

        assertThat(Written.only(waits(spec, message)))
                .startsWith("sched.volume Deployment web/")
                .contains("does not exist");
        List<Cause> pending = Written.causes(waits(spec, message) + claim.replace("PHASE", "Pending"));
        assertThat(Written.only(pending)).startsWith("pvc.class PersistentVolumeClaim data/");
        assertThat(pending.getFirst().symptoms())
                .extracting(each -> each.id().id())
                .contains("sched.volume");
        assertThat(Written.causes(waits(spec, "1 Insufficient cpu") + claim.replace("PHASE", "Bound")))
                .noneMatch(each -> each.finding().id().id().equals("sched.volume"));
    }

    @Test
    void cutsTheMessageWherePreemptionBegins() {
        assertThat(
                        Scheduling.decisive(
                                "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes"))
                .isEqualTo("0/1 nodes are available: 1 Insufficient cpu");
        assertThat(Scheduling.decisive("0/1 nodes are available: 1 Too many pods."))
                .endsWith("1 Too many pods");
    }

    @Test
    void tellsOfAPodThatItsNodeRefused() {
        String refused = Written.deployment(
                "web", ONE_CPU, "{phase: Failed, reason: OutOfcpu, message: Node did not have enough resource}");

        assertThat(Written.only(refused))
                .startsWith("sched.resources Deployment web/kubelet")
                .contains("insufficient cpu");
        assertThat(Written.causes(refused
                        + Written.pod(
                                "web-1-b",
                                "web",
                                ONE_CPU,
                                "{phase: Running, conditions: [{type: Ready, status: 'True'}]}")))
                .isEmpty();
    }
}
