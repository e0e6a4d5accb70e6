package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Pods whose frame is not made: no network from the node, or a memory limit too small to begin in. */
final class Sandboxes implements Rule {
    private static final Set<String> REASONS = Set.of("FailedCreatePodSandBox", "NetworkNotReady");
    private static final String TOO_SMALL = "container init was OOM-killed";

    @Override
    public void look(State state, Consumer<Finding> found) {
        for (Pod pod : Place.wanted(state)) {
            if (!Mounts.creating(pod)) {
                continue;
            }
            Optional<Event> event = state.events(pod.object()).stream()
                    .filter(each -> REASONS.contains(each.reason())
                            || each.reason().equals("Failed") && each.message().contains(TOO_SMALL))
                    .filter(each -> Mounts.current(state, each))
                    .findFirst();
            event.ifPresent(each -> found.accept(
                    each.message().contains(TOO_SMALL) ? tooSmall(state, pod, each) : network(state, pod, each)));
        }
    }

    private static Finding network(State state, Pod pod, Event event) {
        Ref node = Ref.of("Node", "", pod.nodeName());
        boolean addresses = event.message().contains("no IP addresses available")
                || event.message().contains("failed to assign an IP");
        return Finding.of(
                        CauseId.SANDBOX_NETWORK,
                        node,
                        0.8,
                        "node %s gives pods no network%s: %s"
                                .formatted(
                                        pod.nodeName(),
                                        addresses ? ", it has no addresses left" : "",
                                        Crashes.tail(event.message())))
                .affects(pod.ref(), state.workload(pod.object()).ref())
                .evidence(Evidence.event(event))
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        addresses
                                ? "Give the node more pod addresses, or free those that the network plugin still holds"
                                : "Mend the network plugin on the node"));
    }

    private static Finding tooSmall(State state, Pod pod, Event event) {
        K8sObject workload = state.workload(pod.object());
        String container = event.container().isEmpty()
                ? pod.containers().stream()
                        .filter(each -> each.limit("memory").isPresent())
                        .map(each -> each.name())
                        .findFirst()
                        .orElse(pod.containers().getFirst().name())
                : event.container();
        return memoryTooSmall(new Place(state, workload, container, java.util.List.of(pod)), event.message())
                .evidence(Evidence.event(event));
    }

    /** Ended before its program began: the runtime's own start took more than the limit. */
    static Finding memoryTooSmall(Place place, String message) {
        String limit = place.container().limit("memory").map(Quantity::bytes).orElse("the pod's");
        return place.finding(
                        CauseId.CRASH_OOM_AT_INIT,
                        0.95,
                        "%s is OOM-killed before its program begins: a memory limit of %s is too low even to start (%s)"
                                .formatted(place.subject(), limit, Crashes.tail(message)))
                .fixes(
                        Fix.advice(
                                Fix.Risk.LOW,
                                "Raise the memory limit to what the program needs; the unit may be missing, as in 64 for 64Mi"));
    }
}
