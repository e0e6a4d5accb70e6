package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Disruption budgets that let no pod go, so that no node can be drained. */
final class DisruptionBudgets implements Rule {
    @Override
    public void look(State state, Consumer<Finding> found) {
        Map<Ref, List<K8sObject>> byPod = new HashMap<>();
        Set<List<K8sObject>> told = new HashSet<>();
        for (K8sObject budget : state.all(Kinds.DISRUPTION_BUDGET)) {
            List<Pod> pods = state
                    .selected(budget.namespace(), Selector.of(budget.spec().path("selector")))
                    .stream()
                    .filter(each -> !each.finished())
                    .toList();
            for (Pod each : pods) {
                List<K8sObject> both = byPod.computeIfAbsent(each.ref(), key -> new ArrayList<>());
                both.add(budget);
                if (both.size() == 2 && told.add(List.copyOf(both))) {
                    overlap(both.get(0), both.get(1), each, found);
                }
            }
            Optional<Condition> failed = budget.condition("DisruptionAllowed")
                    .filter(each -> each.isFalse() && each.reason().equals("SyncFailed"));
            if (failed.isPresent()) {
                found.accept(warning(
                                budget,
                                0.9,
                                budget.ref().brief() + " allows no eviction, it cannot count its pods: "
                                        + failed.get().message())
                        .fixes(Fix.advice(
                                Fix.Risk.LOW,
                                "Use minAvailable as a number: a share needs a controller that can be scaled")));
            } else if (budget.status().has("disruptionsAllowed")
                    && budget.number("/status/disruptionsAllowed", 1) == 0
                    && Unwell.isOlder(budget, Unwell.STARTING, state.now())) {
                blocking(state, budget, pods, found);
            }
        }
    }

    private static Finding warning(K8sObject budget, double confidence, String why) {
        return Finding.of(CauseId.PDB_BLOCKING, budget.ref(), confidence, why)
                .warning()
                .evidence(Evidence.field(
                        budget.ref(),
                        "status",
                        "disruptionsAllowed " + budget.number("/status/disruptionsAllowed", 0) + ", currentHealthy "
                                + budget.number("/status/currentHealthy", 0) + ", desiredHealthy "
                                + budget.number("/status/desiredHealthy", 0)));
    }

    private static void blocking(State state, K8sObject budget, List<Pod> pods, Consumer<Finding> found) {
        int expected = budget.number("/status/expectedPods", pods.size());
        int healthy = budget.number("/status/currentHealthy", 0);
        int desired = budget.number("/status/desiredHealthy", 0);
        if (expected == 0) {
            // It protects nothing, and so blocks nothing.
            return;
        }
        if (healthy < desired) {
            List<Pod> unwell =
                    pods.stream().filter(each -> Unwell.is(each, state.now())).toList();
            found.accept(warning(
                            budget,
                            0.9,
                            budget.ref().brief() + " allows no eviction: " + healthy + " of " + desired
                                    + " pods it wants are healthy")
                    .because(Unwell.refs(unwell))
                    .fixes(Fix.advice(Fix.Risk.MEDIUM, "Mend the pods that are not healthy")));
            return;
        }
        Finding finding = warning(
                        budget,
                        0.95,
                        budget.ref().brief() + " allows no eviction although all is well: it wants " + desired
                                + " healthy of " + Unwell.count(expected, "pod")
                                + ", so that no node they run on can be"
                                + " drained")
                .affects(Unwell.refs(pods));
        JsonNode most = budget.spec().path("maxUnavailable");
        JsonNode least = budget.spec().path("minAvailable");
        if (expected > 1 && !most.isMissingNode()) {
            finding = finding.fixes(Fix.patch(
                    Fix.Risk.MEDIUM, "Let one pod go at a time", budget, Fix.replace("/spec/maxUnavailable", 1)));
        } else if (expected > 1 && least.isInt()) {
            finding = finding.fixes(Fix.patch(
                    Fix.Risk.MEDIUM,
                    "Let one pod go at a time",
                    budget,
                    Fix.replace("/spec/minAvailable", expected - 1)));
        }
        found.accept(finding.fixes(Fix.advice(Fix.Risk.LOW, "Or run more replicas than the budget wants healthy")));
    }

    private static void overlap(K8sObject one, K8sObject other, Pod pod, Consumer<Finding> found) {
        found.accept(Finding.of(
                        CauseId.PDB_BLOCKING,
                        one.ref(),
                        0.9,
                        one.ref().brief() + " and " + other.name() + " both cover " + pod.name()
                                + ": the API evicts no pod with two budgets")
                .part("with " + other.name())
                .warning()
                .evidence(Evidence.field(
                        other.ref(),
                        "spec.selector",
                        Selector.of(other.spec().path("selector")).toString()))
                .affects(pod.ref())
                .fixes(Fix.advice(Fix.Risk.MEDIUM, "Narrow one selector, or delete one budget")));
    }
}
