package dev.millwright.k8s.fix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.model.K8sObject;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static Rollout of(String kind, String spec, String status) {
        return Rollout.of(
                new K8sObject(Yaml.objects("""
                apiVersion: apps/v1
                kind: %s
                metadata: {name: web, generation: 2}
                spec: {%s}
                status: {%s}
                """.formatted(kind, spec, status)).getFirst()));
    }

    @Test
    void aStatusFromBeforeTheChangeSaysNothing() {
        assertThat(of("Deployment", "replicas: 1", "observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1"))
                .isInstanceOf(Rollout.Going.class);
    }

    @Test
    void aDeploymentIsDoneWhenAllItsPodsAreNewAndAvailableAndNoOldOneIsLeft() {
        String seen = "observedGeneration: 2, updatedReplicas: 2, availableReplicas: 2, replicas: ";
        assertThat(of("Deployment", "replicas: 2", seen + 2)).isInstanceOf(Rollout.Done.class);
        assertThat(of("Deployment", "replicas: 2", seen + 3)).isInstanceOf(Rollout.Going.class);
        assertThat(of("Deployment", "replicas: 3", seen + 2)).isInstanceOf(Rollout.Going.class);
        assertThat(of("Deployment", "replicas: 0", "observedGeneration: 2")).isInstanceOf(Rollout.Done.class);
    }

    @Test
    void aDeploymentOnItsOldPodsIsNotDoneHoweverAvailable() {
        assertThat(of(
                        "Deployment",
                        "replicas: 2",
                        "observedGeneration: 2, replicas: 3, updatedReplicas: 1, availableReplicas: 2"))
                .isInstanceOf(Rollout.Going.class)
                .extracting(Rollout::words)
                .isEqualTo("1 of 2 pods new, 2 available");
    }

    @Test
    void aDeploymentFailsWhenItsDeadlineIsOverAndSaysWhenItIsPaused() {
        String late = "observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1, "
                + "conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]";
        assertThat(of("Deployment", "replicas: 2", late)).isInstanceOf(Rollout.Failed.class);
        assertThat(of("Deployment", "replicas: 2, paused: true", late).words()).contains("paused");
        assertThat(of("Deployment", "replicas: 1", late.replace("replicas: 2", "replicas: 1")))
                .isInstanceOf(Rollout.Done.class);
    }

    @Test
    void aStatefulSetKeepsThePodsBelowItsPartition() {
        String half =
                "observedGeneration: 2, readyReplicas: 3, updatedReplicas: 1, currentRevision: a, updateRevision: b";
        assertThat(of("StatefulSet", "replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}", half))
                .isInstanceOf(Rollout.Done.class);
        assertThat(of("StatefulSet", "replicas: 3", half)).isInstanceOf(Rollout.Going.class);
        assertThat(of("StatefulSet", "replicas: 3", half.replace("updateRevision: b", "updateRevision: a")))
                .isInstanceOf(Rollout.Done.class);
    }

    @Test
    void aStatefulSetThatWaitsForABrokenPodSaysWhatHelps() {
        String stuck =
                "observedGeneration: 2, readyReplicas: 2, updatedReplicas: 0, currentRevision: a, updateRevision: b";
        assertThat(of("StatefulSet", "replicas: 3", stuck).words()).contains("somebody must delete it");
        assertThat(of("StatefulSet", "replicas: 3, podManagementPolicy: Parallel", stuck)
                        .words())
                .doesNotContain("delete");
    }

    @Test
    void aDaemonSetCountsNodesAndAReplicaSetWhatIsAvailable() {
        String nodes = "observedGeneration: 2, desiredNumberScheduled: 3, numberAvailable: 3, updatedNumberScheduled: ";
        assertThat(of("DaemonSet", "", nodes + 3)).isInstanceOf(Rollout.Done.class);
        assertThat(of("DaemonSet", "", nodes + 2)).isInstanceOf(Rollout.Going.class);
        assertThat(of("ReplicaSet", "replicas: 2", "observedGeneration: 2, availableReplicas: 2"))
                .isInstanceOf(Rollout.Done.class);
        assertThat(of("ReplicaSet", "replicas: 2", "observedGeneration: 2, availableReplicas: 1"))
                .isInstanceOf(Rollout.Going.class);
    }
}
