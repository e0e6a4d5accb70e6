package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.Set;
import java.util.function.Consumer;

/** Running pods whose new resources the node cannot or will not give. They work, with the old ones. */
final class Resizes implements Rule {
    private static final Set<String> STUCK = Set.of("Deferred", "Infeasible", "Error");

    @Override
    public void look(State state, Consumer<Finding> found) {
        for (Pod pod : Place.wanted(state)) {
            for (Condition each : pod.object().conditions()) {
                if (each.type().startsWith("PodResize") && each.isTrue() && STUCK.contains(each.reason())) {
                    found.accept(find(state, pod, each));
                }
            }
        }
    }

    private static Finding find(State state, Pod pod, Condition condition) {
        Ref workload = state.workload(pod.object()).ref();
        String what = switch (condition.reason()) {
            case "Infeasible" -> "can never be resized on node " + pod.nodeName();
            case "Deferred" -> "waits to be resized, node %s has no room now".formatted(pod.nodeName());
            default -> "could not be resized";
        };
        return Finding.of(
                        CauseId.RESIZE,
                        workload,
                        0.95,
                        "pod %s of %s %s: %s".formatted(pod.name(), workload.brief(), what, condition.message()))
                .warning()
                .affects(pod.ref())
                .evidence(Evidence.field(
                        pod.ref(),
                        "status.conditions[%s]".formatted(condition.type()),
                        condition.reason() + ": " + condition.message()))
                .fixes(Fix.advice(Fix.Risk.MEDIUM, "Ask for what the node can give, or let the pod be placed anew"));
    }
}
