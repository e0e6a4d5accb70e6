package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kind;
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
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Objects, and namespaces, that are being deleted and do not go. */
final class Finalizers implements Rule {
    /** Whoever owns a finalizer takes it away within seconds; this is long past that and past the grace of most pods. */
    private static final Duration LONG = Duration.ofMinutes(5);

    /** Those that are read anyway. */
    private static final List<Kind> KINDS = List.of(
            Kinds.POD,
            Kinds.CLAIM,
            Kinds.SERVICE,
            Kinds.INGRESS,
            Kinds.DEPLOYMENT,
            Kinds.STATEFUL_SET,
            Kinds.DAEMON_SET,
            Kinds.JOB);

    /** What a namespace that is going says of what holds it. */
    private static final Set<String> HOLDS = Set.of(
            "NamespaceDeletionDiscoveryFailure",
            "NamespaceDeletionGroupVersionParsingFailure",
            "NamespaceDeletionContentFailure",
            "NamespaceContentRemaining",
            "NamespaceFinalizersRemaining");

    @Override
    public void look(State state, Consumer<Finding> found) {
        boolean anyGoing = state.pods().isEmpty();
        for (Kind kind : KINDS) {
            for (K8sObject each : state.all(kind)) {
                if (each.deleted().isPresent()) {
                    anyGoing = true;
                    object(state, kind, each, found);
                }
            }
        }
        if (anyGoing || state.namespace().isEmpty()) {
            for (K8sObject each : state.all(Kinds.NAMESPACE)) {
                if (state.namespace().isEmpty() || state.namespace().get().equals(each.name())) {
                    namespace(state, each, found);
                }
            }
        }
    }

    private static boolean isLong(State state, K8sObject object) {
        return object.deleted().map(at -> at.plus(LONG).isBefore(state.now())).orElse(false);
    }

    private static void object(State state, Kind kind, K8sObject object, Consumer<Finding> found) {
        List<String> finalizers = object.items("/metadata/finalizers").stream()
                .map(each -> each.asText())
                .toList();
        if (finalizers.isEmpty() || !isLong(state, object)) {
            return;
        }
        String names = String.join(", ", finalizers);
        List<Ref> users = kind.equals(Kinds.CLAIM)
                ? state.pods().stream()
                        .filter(each -> each.namespace().equals(object.namespace())
                                && !each.finished()
                                && Scheduling.claims(each).contains(object.name()))
                        .map(Pod::ref)
                        .toList()
                : List.of();
        boolean protects = finalizers.contains("kubernetes.io/pvc-protection") && !users.isEmpty();
        Finding finding = Finding.of(
                        CauseId.FINALIZER_STUCK,
                        object.ref(),
                        0.95,
                        object.ref().brief() + " is being deleted since "
                                + object.text("/metadata/deletionTimestamp") + " and waits for "
                                + (protects ? users.getFirst().brief() + ", which uses it" : "finalizer " + names))
                .evidence(
                        Evidence.field(
                                object.ref(), "metadata.deletionTimestamp", object.text("/metadata/deletionTimestamp")),
                        Evidence.field(object.ref(), "metadata.finalizers", names))
                .affects(users)
                .fixes(
                        protects
                                ? Fix.advice(Fix.Risk.HIGH, "Stop the pods that use it, if its data may go")
                                : Fix.advice(Fix.Risk.MEDIUM, "Bring back the controller that owns " + names));
        if (!protects) {
            finding = finding.fixes(Fix.command(
                    Fix.Risk.HIGH,
                    "Or take the finalizers away, which leaves behind what they were to clean up",
                    "kubectl -n " + object.namespace() + " patch " + kind.resource() + " " + object.name()
                            + " --type=merge -p '{\"metadata\":{\"finalizers\":null}}'"));
        }
        found.accept(protects ? finding.warning() : finding);
    }

    private static void namespace(State state, K8sObject namespace, Consumer<Finding> found) {
        if (!namespace.text("/status/phase").equals("Terminating") || !isLong(state, namespace)) {
            return;
        }
        List<Condition> holds = namespace.conditions().stream()
                .filter(each -> each.isTrue() && HOLDS.contains(each.type()))
                .toList();
        Finding finding = Finding.of(
                CauseId.FINALIZER_STUCK,
                namespace.ref(),
                0.95,
                namespace.ref().brief() + " is being deleted since " + namespace.text("/metadata/deletionTimestamp")
                        + " and does not go"
                        + (holds.isEmpty() ? "" : ": " + holds.getFirst().message()));
        for (Condition each : holds) {
            finding = finding.evidence(new Evidence(
                    namespace.ref(), "status.conditions[" + each.type() + "]", each.message(), each.since()));
        }
        boolean discovery = holds.stream()
                .anyMatch(each -> each.type().toLowerCase(Locale.ROOT).contains("discovery"));
        found.accept(finding.fixes(Fix.advice(
                Fix.Risk.HIGH,
                discovery
                        ? "Mend or delete the APIService that does not answer: until then nobody knows what is left"
                        : "Mend the controllers that own the finalizers of what is left")));
    }
}
