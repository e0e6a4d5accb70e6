package dev.millwright.k8s.fix;

import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.K8sObject;
import java.util.Set;

/** How far the pods of a workload are what its template says; as {@code kubectl rollout status} tells it. */
public sealed interface Rollout {
    /** All pods are new and available. */
    record Done(String words) implements Rollout {}

    record Going(String words, int done, int total) implements Rollout {}

    /** It gave up. */
    record Failed(String words) implements Rollout {}

    String words();

    /** Kinds that have one. */
    Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet");

    static Rollout of(K8sObject workload) {
        if (workload.number("/status/observedGeneration", 0) < workload.number("/metadata/generation", 0)) {
            return new Going("the controller has not seen the change yet", 0, wanted(workload));
        }
        return switch (workload.kind()) {
            case "Deployment" -> deployment(workload);
            case "StatefulSet" -> statefulSet(workload);
            case "DaemonSet" ->
                count(
                        workload.number("/status/updatedNumberScheduled", 0),
                        workload.number("/status/numberAvailable", 0),
                        wanted(workload));
            default -> {
                int wanted = wanted(workload);
                yield count(wanted, workload.number("/status/availableReplicas", 0), wanted);
            }
        };
    }

    private static int wanted(K8sObject workload) {
        return workload.kind().equals("DaemonSet")
                ? workload.number("/status/desiredNumberScheduled", 0)
                : workload.number("/spec/replicas", 1);
    }

    private static Rollout deployment(K8sObject workload) {
        int wanted = wanted(workload);
        int updated = workload.number("/status/updatedReplicas", 0);
        int available = workload.number("/status/availableReplicas", 0);
        int old = workload.number("/status/replicas", 0) - updated;
        boolean gaveUp = workload.condition("Progressing")
                .filter(Condition::isFalse)
                .filter(each -> each.reason().equals("ProgressDeadlineExceeded"))
                .isPresent();
        Rollout counted = count(updated, available, wanted);
        if (counted instanceof Going going && workload.json().at("/spec/paused").asBoolean()) {
            return new Going("it is paused, nothing goes on until it is resumed", going.done(), wanted);
        }
        if (counted instanceof Done && old > 0) {
            return new Going(old + " old pods still end", wanted, wanted + old);
        }
        return counted instanceof Going && gaveUp
                ? new Failed("it exceeded its progress deadline: " + counted.words())
                : counted;
    }

    private static Rollout statefulSet(K8sObject workload) {
        int wanted = wanted(workload);
        int ready = workload.number("/status/readyReplicas", 0);
        boolean onDelete = workload.text("/spec/updateStrategy/type").equals("OnDelete");
        int kept = onDelete ? wanted : workload.number("/spec/updateStrategy/rollingUpdate/partition", 0);
        boolean current = workload.text("/status/updateRevision").equals(workload.text("/status/currentRevision"));
        int updated = current ? wanted : workload.number("/status/updatedReplicas", 0);
        Rollout counted = count(Math.min(wanted, updated + kept), ready, wanted);
        // Kubernetes documentation, StatefulSets, "Forced rollback".
        boolean waits = counted instanceof Going
                && ready < wanted
                && !workload.text("/spec/podManagementPolicy").equals("Parallel");
        return waits && counted instanceof Going going
                ? new Going(
                        going.words()
                                + "; a StatefulSet does not replace a pod that never became ready, somebody must delete it",
                        going.done(),
                        wanted)
                : counted;
    }

    private static Rollout count(int updated, int available, int wanted) {
        int done = Math.min(updated, available);
        String words = "%d of %d pods new, %d available".formatted(updated, wanted, available);
        return updated >= wanted && available >= wanted ? new Done(words) : new Going(words, done, wanted);
    }
}
