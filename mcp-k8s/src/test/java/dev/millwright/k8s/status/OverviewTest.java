package dev.millwright.k8s.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.status.Overview.Part;
import dev.millwright.k8s.stub.World;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverviewTest {
    private static final List<Part> ALL = List.of(Part.values());

    @TempDir
    Path temp;

    private static Overview of(Cluster cluster, Map<Kind, Members> read) {
        return Overview.of(
                new State(new LiveSource(cluster, 10_000, Clock.systemUTC(), read), Optional.empty()), ALL, List.of());
    }

    @Test
    void saysTheSameWithLessOfEachObject() {
        try (World world = new World(temp)) {
            Recorded.scenarios().forEach(world::recorded);
            world.load("""
                    apiVersion: v1
                    kind: Node
                    metadata: {name: node-9}
                    spec: {unschedulable: true}
                    status: {conditions: [{type: Ready, status: Unknown, reason: NodeStatusUnknown}, {type: DiskPressure, status: 'True'}]}
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: sidecar, namespace: more}
                    spec:
                      nodeName: node-9
                      initContainers: [{name: proxy, restartPolicy: Always}, {name: load}]
                      containers: [{name: app}]
                    status:
                      phase: Pending
                      initContainerStatuses: [{name: proxy, state: {waiting: {reason: CrashLoopBackOff}}}, {name: load, state: {terminated: {exitCode: 3, reason: Error}}}]
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: debugged, namespace: more, deletionTimestamp: '2026-11-20T14:00:00Z'}
                    spec: {containers: [{name: app}], ephemeralContainers: [{name: debug}]}
                    status: {phase: Running, ephemeralContainerStatuses: [{name: debug, state: {waiting: {reason: ErrImagePull}}}]}
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: evicted, namespace: more}
                    spec: {containers: [{name: app}]}
                    status: {phase: Failed, reason: Evicted}
                    ---
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: old}
                    status: {phase: Released}
                    ---
                    apiVersion: batch/v1
                    kind: Job
                    metadata: {name: nightly, namespace: more}
                    status: {conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded}]}
                    """);
            Cluster cluster = world.connector().connect(world.reach(), "stub");
            Overview less = of(cluster, Overview.READ);
            Overview whole = of(cluster, Map.of());
            assertThat(less.items()).isEqualTo(whole.items()).hasSizeGreaterThan(20);
            assertThat(less.counts()).isEqualTo(whole.counts());
        }
    }

    @Test
    void listsNoKindThatItDoesNotSayItReads() {
        assertThat(Overview.READ.keySet()).containsExactlyInAnyOrderElementsOf(Overview.kinds(ALL));
    }
}
