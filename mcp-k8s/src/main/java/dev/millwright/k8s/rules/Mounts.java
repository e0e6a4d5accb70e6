package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Volumes that cannot be mounted or attached, for another reason than a missing config map or secret. */
final class Mounts implements Rule {
    /** The kubelet tries again every two minutes at most; an event that is older tells of what is over. */
    private static final Duration CURRENT = Duration.ofMinutes(10);

    private static final Set<String> REASONS = Set.of("FailedMount", "FailedAttachVolume", "FailedMapVolume");

    @Override
    public void look(State state, Consumer<Finding> found) {
        for (Pod pod : Place.wanted(state)) {
            if (!creating(pod)) {
                continue;
            }
            Optional<Event> event = state.events(pod.object()).stream()
                    .filter(each -> REASONS.contains(each.reason()) && current(state, each))
                    .filter(each -> !References.speaksOf(each))
                    // Says only that it waited, and not for what.
                    .filter(each -> !each.message().startsWith("Unable to attach or mount volumes"))
                    .findFirst();
            event.ifPresent(each -> found.accept(find(state, pod, each)));
        }
    }

    /** No container has started yet, and the kubelet is at it. */
    static boolean creating(Pod pod) {
        return pod.phase().equals("Pending")
                && !pod.nodeName().isEmpty()
                && pod.containers().stream()
                        .noneMatch(each -> each.role() != Container.Role.EPHEMERAL
                                && (each.running() || each.lastEnd().isPresent()));
    }

    static boolean current(State state, Event event) {
        return event.last().map(at -> at.isAfter(state.now().minus(CURRENT))).orElse(true);
    }

    private static Finding find(State state, Pod pod, Event event) {
        K8sObject workload = state.workload(pod.object());
        boolean attached = event.message().contains("Multi-Attach error");
        boolean denied = event.message().contains("permission denied");
        String what = attached
                ? "a volume is still attached to another node"
                : denied ? "a volume may not be read or written" : "a volume cannot be mounted";
        Finding finding = Finding.of(
                        CauseId.CONFIG_MOUNT,
                        workload.ref(),
                        0.8,
                        "%s cannot start, %s: %s"
                                .formatted(workload.ref().brief(), what, Crashes.tail(event.message())))
                .affects(pod.ref(), workload.ref())
                .because(pod.volumes().stream()
                        .map(each -> each.at("/persistentVolumeClaim/claimName").asText())
                        .filter(each -> !each.isEmpty())
                        .map(each -> Ref.of("PersistentVolumeClaim", pod.namespace(), each))
                        .toList())
                .evidence(Evidence.event(event));
        if (attached) {
            return finding.fixes(
                    Fix.advice(
                            Fix.Risk.HIGH,
                            "Let the pod that uses the volume end first (strategy Recreate), or delete the VolumeAttachment of a node that is gone"));
        }
        return finding.fixes(Fix.advice(
                Fix.Risk.LOW,
                denied
                        ? "Set securityContext.fsGroup to the group the program runs as"
                        : "Mend the volume that the message names"));
    }
}
