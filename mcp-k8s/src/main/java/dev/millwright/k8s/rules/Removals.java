package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pods that were taken off their node: evicted, preempted, rejected, shut down with it. What has been replaced since is history. */
final class Removals implements Rule {
    private static final Set<String> REJECTED = Set.of(
            "Evicted",
            "Terminated",
            "NodeShutdown",
            "NodeLost",
            "NodeAffinity",
            "UnexpectedAdmissionError",
            "TopologyAffinityError",
            "Preempting");

    /** {@code Container app was using 1234Ki, request is 0, has larger consumption of memory.} */
    private static final Pattern USED =
            Pattern.compile("Container (\\S{1,253}) was using (\\w{1,30}), request is (\\w{1,30})");

    private static final Pattern RESOURCE = Pattern.compile("low on resource: ([\\w-]{1,60})");

    /** An eviction that has been made good is told for so long: it will happen again. */
    private static final Duration RECENT = Duration.ofHours(1);

    private static final List<Kind> WORKLOADS =
            List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.REPLICA_SET);

    @Override
    public void look(State state, Consumer<Finding> found) {
        for (Pod pod : state.pods()) {
            String reason = pod.object().text("/status/reason");
            if (pod.phase().equals("Failed") && REJECTED.contains(reason)) {
                removed(state, pod, reason).ifPresent(found);
            }
        }
        preempted(state, found);
    }

    private static Optional<Finding> removed(State state, Pod pod, String reason) {
        K8sObject workload = state.workload(pod.object());
        boolean made = !workload.kind().equals("Pod") && !isShort(workload);
        boolean recent = pod.object().conditions().stream()
                .flatMap(each -> each.since().stream())
                .anyMatch(at -> at.isAfter(state.now().minus(RECENT)));
        if (made && (!recent || !reason.equals("Evicted"))) {
            return Optional.empty();
        }
        String message = pod.object().text("/status/message");
        Finding finding = Finding.of(CauseId.EVICTED, workload.ref(), 0.95, why(workload, pod, reason, message))
                .affects(pod.ref(), workload.ref())
                .because(Ref.of("Node", "", pod.nodeName()))
                .evidence(
                        Evidence.field(pod.ref(), "status.reason", reason),
                        Evidence.field(pod.ref(), "status.message", message))
                .fixes(fix(state, workload, pod, message));
        return Optional.of(made ? finding.warning() : finding);
    }

    private static String why(K8sObject workload, Pod pod, String reason, String message) {
        Matcher resource = RESOURCE.matcher(message);
        String subject = "a pod of " + workload.ref().brief();
        if (resource.find()) {
            return "%s was evicted because node %s ran low on %s%s"
                    .formatted(subject, pod.nodeName(), resource.group(1), used(message));
        }
        return switch (reason) {
            case "Evicted" -> "%s was evicted: %s".formatted(subject, Crashes.tail(message));
            case "NodeShutdown", "Terminated" ->
                "%s ended because node %s shut down".formatted(subject, pod.nodeName());
            default ->
                "%s was rejected by node %s (%s): %s".formatted(subject, pod.nodeName(), reason, Crashes.tail(message));
        };
    }

    private static String used(String message) {
        Matcher used = USED.matcher(message);
        return used.find()
                ? "; container %s was using %s and requests %s".formatted(used.group(1), used.group(2), used.group(3))
                : "";
    }

    /** A request of what it was seen to use, so that it is placed where that fits and is evicted last. */
    private static Fix fix(State state, K8sObject workload, Pod pod, String message) {
        Matcher used = USED.matcher(message);
        Matcher resource = RESOURCE.matcher(message);
        if (used.find() && resource.find() && pod.container(used.group(1)).isPresent()) {
            Optional<Quantity> amount = Quantity.parse(used.group(2));
            Place place = new Place(state, workload, used.group(1), List.of(pod));
            boolean fits = amount.isPresent()
                    && place.container()
                            .limit(resource.group(1))
                            .map(limit -> limit.compareTo(amount.get()) >= 0)
                            .orElse(true);
            if (fits && place.container().spec().at("/resources/requests").isObject()) {
                Optional<Fix> request = place.set(
                        Fix.Risk.MEDIUM,
                        "Request %s of %s, which it was seen to use"
                                .formatted(amount.get().bytes(), resource.group(1)),
                        "/resources/requests/" + Fix.escape(resource.group(1)),
                        amount.get().bytes());
                if (request.isPresent()) {
                    return request.get();
                }
            }
        }
        return Fix.advice(
                Fix.Risk.MEDIUM,
                message.contains("limit")
                        ? "Raise the limit that the message names, or write less there"
                        : "Give the containers requests that say what they use");
    }

    private static boolean isShort(K8sObject workload) {
        return switch (workload.kind()) {
            case "DaemonSet" ->
                workload.number("/status/numberReady", 0) < workload.number("/status/desiredNumberScheduled", 0);
            case "Job", "CronJob" ->
                workload.number("/status/succeeded", 0) == 0 && workload.number("/status/active", 0) == 0;
            default -> workload.number("/status/readyReplicas", 0) < workload.number("/spec/replicas", 1);
        };
    }

    /** A pod had to make room for a more important one, and its workload is still short of it. */
    private static void preempted(State state, Consumer<Finding> found) {
        for (Pod pod : state.pods()) {
            Optional<Condition> disrupted = pod.object()
                    .condition("DisruptionTarget")
                    .filter(each -> each.isTrue() && each.reason().equals("PreemptionByScheduler"));
            K8sObject workload = state.workload(pod.object());
            if (disrupted.isPresent() && (workload.kind().equals("Pod") || isShort(workload))) {
                found.accept(preempted(workload, pod.name(), Optional.of(pod.ref()))
                        .evidence(Evidence.field(
                                pod.ref(),
                                "status.conditions[DisruptionTarget]",
                                disrupted.get().message())));
            }
        }
        for (K8sObject each : state.all(Kinds.EVENT)) {
            Event event = Event.of(each.json());
            if (!event.reason().equals("Preempted") || !Mounts.current(state, event)) {
                continue;
            }
            workloadOf(state, event.object())
                    .filter(Removals::isShort)
                    .ifPresent(workload ->
                            found.accept(preempted(workload, event.object().name(), Optional.empty())
                                    .evidence(Evidence.event(event))));
        }
    }

    private static Finding preempted(K8sObject workload, String pod, Optional<Ref> affected) {
        return Finding.of(
                        CauseId.SCHED_PREEMPTED,
                        workload.ref(),
                        affected.isPresent() ? 0.95 : 0.8,
                        "pod %s of %s was preempted: the scheduler took its place for a pod of higher priority"
                                .formatted(pod, workload.ref().brief()))
                .affects(affected.map(List::of).orElse(List.of()))
                .affects(workload.ref())
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        "Give it a priority class as high as it is important, or add capacity for both"));
    }

    /** The pod may be gone: its name begins with that of its owner. */
    private static Optional<K8sObject> workloadOf(State state, Ref pod) {
        return WORKLOADS.stream()
                .flatMap(kind -> state.all(kind).stream())
                .filter(each -> each.namespace().equals(pod.namespace().orElse(""))
                        && pod.name().matches(Pattern.quote(each.name()) + "-[a-z0-9]{1,10}"))
                .findFirst()
                .map(state::workload);
    }
}
