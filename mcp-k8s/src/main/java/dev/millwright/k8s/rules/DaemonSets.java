package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.state.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Daemon sets that do not run on every node they should, or run where they should not. */
final class DaemonSets implements Rule {
    private static final Set<String> SAY_WHY = Set.of("FailedPlacement", "FailedDaemonPod", "FailedCreate");

    @Override
    public void look(State state, Consumer<Finding> found) {
        for (K8sObject set : state.all(Kinds.DAEMON_SET)) {
            int wanted = set.number("/status/desiredNumberScheduled", 0);
            int ready = set.number("/status/numberReady", 0);
            int misplaced = set.number("/status/numberMisscheduled", 0);
            List<Pod> unwell = state.ownedBy(set).stream()
                    .map(Pod::new)
                    .filter(each -> Unwell.is(each, state.now()))
                    .toList();
            List<Evidence> events = state.events(set).stream()
                    .filter(each -> SAY_WHY.contains(each.reason()))
                    .limit(1)
                    .map(Evidence::event)
                    .toList();
            if (ready < wanted && (!unwell.isEmpty() || !events.isEmpty())) {
                found.accept(Finding.of(
                                CauseId.DAEMONSET,
                                set.ref(),
                                0.85,
                                set.ref().brief() + " is ready on " + ready + " of " + wanted + " nodes")
                        .evidence(Evidence.field(set.ref(), "status.numberReady", ready + " of " + wanted))
                        .evidence(events)
                        .affects(Unwell.refs(unwell))
                        .because(Unwell.refs(unwell))
                        .because(set.ref())
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM, "Mend its pods: see what keeps the first of them from starting")));
            }
            if (misplaced > 0) {
                found.accept(Finding.of(
                                CauseId.DAEMONSET,
                                set.ref(),
                                0.9,
                                set.ref().brief() + " runs on " + Unwell.count(misplaced, "node")
                                        + " that its node selector or tolerations no longer allow")
                        .part("misscheduled")
                        .warning()
                        .evidence(Evidence.field(set.ref(), "status.numberMisscheduled", String.valueOf(misplaced)))
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Correct the node selector or tolerations, or the labels of those nodes")));
            }
            if (wanted == 0) {
                nowhere(state, set, found);
            }
        }
    }

    /** That it runs nowhere is often meant, as with nodes that will come; a slip in a label value is not. */
    private static void nowhere(State state, K8sObject set, Consumer<Finding> found) {
        for (Map.Entry<String, String> each :
                set.texts("/spec/template/spec/nodeSelector").entrySet()) {
            TreeSet<String> values = new TreeSet<>();
            state.all(Kinds.NODE)
                    .forEach(node -> Optional.ofNullable(node.labels().get(each.getKey()))
                            .ifPresent(values::add));
            Optional<String> meant =
                    values.contains(each.getValue()) ? Optional.empty() : Nearest.of(each.getValue(), values);
            meant.ifPresent(value -> found.accept(Finding.of(
                            CauseId.DAEMONSET,
                            set.ref(),
                            0.85,
                            set.ref().brief() + " runs on no node: none has label " + each.getKey() + "="
                                    + each.getValue() + ", some have " + value)
                    .part("selector")
                    .evidence(Evidence.field(
                            set.ref(), "spec.template.spec.nodeSelector." + each.getKey(), each.getValue()))
                    .fixes(Fix.patch(
                            Fix.Risk.MEDIUM,
                            "Select " + each.getKey() + "=" + value,
                            set,
                            Fix.replace("/spec/template/spec/nodeSelector/" + Fix.escape(each.getKey()), value)))));
        }
    }
}
