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
import dev.millwright.k8s.state.State;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Rollouts that do not come to an end, also where old pods still serve. */
final class Rollouts implements Rule {
    @Override
    public void look(State state, Consumer<Finding> found) {
        for (K8sObject deployment : state.all(Kinds.DEPLOYMENT)) {
            Optional<Revisions> revisions = Optional.empty();
            Optional<Condition> stuck = deployment
                    .condition("Progressing")
                    .filter(each -> each.isFalse()
                            && List.of("ProgressDeadlineExceeded", "ReplicaSetCreateError")
                                    .contains(each.reason()));
            if (stuck.isPresent()) {
                revisions = Revisions.of(state, deployment);
                deadline(state, deployment, stuck.get(), revisions, found);
            }
            if (deployment.spec().path("paused").asBoolean()) {
                paused(deployment, found);
            } else if (number(deployment, "/status/updatedReplicas") < number(deployment, "/spec/replicas")
                    || stuck.isPresent()) {
                noRoomToReplace(state, deployment, revisions.or(() -> Revisions.of(state, deployment)), found);
            }
        }
        for (K8sObject set : state.all(Kinds.STATEFUL_SET)) {
            statefulSet(state, set, found);
        }
    }

    private static int number(K8sObject object, String at) {
        return object.number(at, 0);
    }

    private static void deadline(
            State state,
            K8sObject deployment,
            Condition stuck,
            Optional<Revisions> revisions,
            Consumer<Finding> found) {
        List<Revisions.Change> changes = revisions.map(Revisions::changes).orElse(List.of());
        String changed = changes.stream()
                .limit(3)
                .map(each -> each.at().substring(each.at().lastIndexOf('/') + 1) + " to " + each.after())
                .collect(Collectors.joining(", "));
        Finding finding = Finding.of(
                        CauseId.ROLLOUT_DEADLINE,
                        deployment.ref(),
                        0.95,
                        "The rollout of " + deployment.ref().brief() + " is stuck ("
                                + (stuck.reason().equals("ProgressDeadlineExceeded")
                                        ? "ProgressDeadlineExceeded, no progress within the progress deadline"
                                        : stuck.reason())
                                + ")"
                                + (changed.isEmpty() ? "" : "; its newest revision changed " + changed)
                                + (number(deployment, "/status/availableReplicas") > 0 ? "; old pods still serve" : ""))
                .evidence(new Evidence(
                        deployment.ref(),
                        "status.conditions[Progressing]",
                        stuck.reason() + ": " + stuck.message(),
                        stuck.since()));
        for (Revisions.Change each : changes) {
            finding = finding.evidence(Evidence.field(
                    deployment.ref(), each.at().substring(1).replace('/', '.'), each.before() + " → " + each.after()));
        }
        if (revisions.isPresent()) {
            List<Pod> pods = state.podsOf(revisions.get().newest()).stream()
                    .filter(each -> !each.ready())
                    .toList();
            finding = finding.because(revisions.get().newest().ref())
                    .because(Unwell.refs(pods))
                    .fixes(revisions.get().undo().stream().toList());
        }
        found.accept(finding);
    }

    private static void paused(K8sObject deployment, Consumer<Finding> found) {
        if (number(deployment, "/status/updatedReplicas") < number(deployment, "/spec/replicas")) {
            found.accept(Finding.of(
                            CauseId.ROLLOUT_DEADLINE,
                            deployment.ref(),
                            0.95,
                            "The rollout of " + deployment.ref().brief() + " is paused with "
                                    + number(deployment, "/status/updatedReplicas") + " of "
                                    + number(deployment, "/spec/replicas") + " pods on the newest template")
                    .part("paused")
                    .warning()
                    .evidence(Evidence.field(deployment.ref(), "spec.paused", "true"))
                    .fixes(Fix.patch(
                            Fix.Risk.MEDIUM,
                            "Resume it, if nobody holds it back on purpose",
                            deployment,
                            Fix.replace("/spec/paused", false))));
        }
    }

    /** None may go before a new one is ready, and there is no node for a new one. */
    private static void noRoomToReplace(
            State state, K8sObject deployment, Optional<Revisions> revisions, Consumer<Finding> found) {
        JsonNode strategy = deployment.spec().path("strategy");
        int wanted = number(deployment, "/spec/replicas");
        if (!strategy.path("type").asText("RollingUpdate").equals("RollingUpdate")
                || revisions.flatMap(Revisions::previous).isEmpty()
                || wanted == 0) {
            return;
        }
        String unavailable = strategy.at("/rollingUpdate/maxUnavailable").asText("25%");
        int mayGo = unavailable.matches("[0-9]{1,3}%")
                ? wanted * Integer.parseInt(unavailable.replace("%", "")) / 100
                : strategy.at("/rollingUpdate/maxUnavailable").asInt();
        List<Pod> unplaced = state.podsOf(revisions.get().newest()).stream()
                .filter(each -> each.nodeName().isEmpty()
                        && each.object()
                                .condition("PodScheduled")
                                .filter(condition -> condition.reason().equals("Unschedulable"))
                                .isPresent())
                .toList();
        if (mayGo == 0
                && !unplaced.isEmpty()
                && number(revisions.get().previous().get(), "/status/readyReplicas") >= wanted) {
            found.accept(Finding.of(
                            CauseId.ROLLOUT_STUCK_STRATEGY,
                            deployment.ref(),
                            0.9,
                            "The rollout of " + deployment.ref().brief() + " may stop no old pod (maxUnavailable "
                                    + unavailable + " of " + wanted + " is 0), and no node takes a new one beside them")
                    .evidence(
                            Evidence.field(deployment.ref(), "spec.strategy.rollingUpdate.maxUnavailable", unavailable))
                    .because(Unwell.refs(unplaced))
                    .fixes(Fix.patch(
                            Fix.Risk.MEDIUM,
                            "Let one old pod go before its successor is ready",
                            deployment,
                            Fix.add("/spec/strategy/rollingUpdate/maxUnavailable", 1))));
        }
    }

    private static void statefulSet(State state, K8sObject set, Consumer<Finding> found) {
        int wanted = set.number("/spec/replicas", 1);
        boolean updating = !set.text("/status/updateRevision").isEmpty()
                && !set.text("/status/updateRevision").equals(set.text("/status/currentRevision"));
        int updated = number(set, "/status/updatedReplicas");
        String type = set.json().at("/spec/updateStrategy/type").asText("RollingUpdate");
        int partition = set.number("/spec/updateStrategy/rollingUpdate/partition", 0);
        Optional<Pod> unready = state.ownedBy(set).stream()
                .map(Pod::new)
                .filter(each -> Unwell.is(each, state.now()))
                .min(Comparator.comparing(each -> ordinal(each.name())));
        boolean inOrder = !set.text("/spec/podManagementPolicy").equals("Parallel");
        if (unready.isPresent() && inOrder && (number(set, "/status/replicas") < wanted || updating)) {
            found.accept(Finding.of(
                            CauseId.ROLLOUT_STUCK_STRATEGY,
                            set.ref(),
                            0.9,
                            set.ref().brief() + " makes one pod after the other and waits for "
                                    + unready.get().name()
                                    + ", which is not ready: "
                                    + (updating
                                            ? updated + " of " + wanted + " pods are updated"
                                            : number(set, "/status/replicas") + " of " + wanted + " pods exist"))
                    .evidence(Evidence.field(set.ref(), "spec.podManagementPolicy", "OrderedReady"))
                    .because(unready.get().ref())
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM,
                            "Mend " + unready.get().name()
                                    + " first; a pod of a broken revision must be deleted after the"
                                    + " template is mended, a stateful set does not replace it by itself")));
        } else if (updating
                && updated < wanted
                && (type.equals("OnDelete") || partition > 0 && updated >= wanted - partition)) {
            found.accept(Finding.of(
                            CauseId.ROLLOUT_STUCK_STRATEGY,
                            set.ref(),
                            0.9,
                            set.ref().brief() + " keeps " + (wanted - updated) + " of " + wanted
                                    + " pods on the old revision, as its update strategy says ("
                                    + (type.equals("OnDelete") ? "OnDelete" : "partition " + partition) + ")")
                    .warning()
                    .evidence(Evidence.field(set.ref(), "spec.updateStrategy.type", type))
                    .fixes(
                            type.equals("OnDelete")
                                    ? Fix.advice(Fix.Risk.MEDIUM, "Delete the old pods one by one to update them")
                                    : Fix.patch(
                                            Fix.Risk.MEDIUM,
                                            "Update the rest too",
                                            set,
                                            Fix.replace("/spec/updateStrategy/rollingUpdate/partition", 0))));
        }
    }

    private static int ordinal(String pod) {
        String number = pod.substring(pod.lastIndexOf('-') + 1);
        return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : Integer.MAX_VALUE;
    }
}
