package dev.millwright.k8s.fix;

import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What else has a say in how many replicas a workload has.
 *
 * @param obstacles why it would come to nothing: an autoscaler that sets another number, a quota that is full
 * @param warnings what should be known before
 */
public record Scaling(List<String> obstacles, List<String> warnings) {
    public Scaling {
        obstacles = List.copyOf(obstacles);
        warnings = List.copyOf(warnings);
    }

    public static Scaling of(State state, K8sObject workload, int from, int to) {
        List<String> obstacles = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        if (from != to) {
            autoscalers(state, workload, to, obstacles, warnings);
            budgets(state, workload, to, warnings);
            if (to > from) {
                quotas(state, workload, to - from, obstacles, warnings);
            }
        }
        return new Scaling(obstacles, warnings);
    }

    /** All there is to say, where nothing is going to be done about it. */
    public List<String> told() {
        return Stream.concat(obstacles.stream().map(each -> "would be refused: " + each), warnings.stream())
                .toList();
    }

    /** An autoscaler sets the replicas itself, within its bounds; at 0 it pauses (Kubernetes: "Implicit maintenance-mode deactivation"). */
    private static void autoscalers(
            State state, K8sObject workload, int to, List<String> obstacles, List<String> warnings) {
        for (K8sObject each : state.all(Kinds.AUTOSCALER)) {
            if (!each.text("/spec/scaleTargetRef/kind").equals(workload.kind())
                    || !each.text("/spec/scaleTargetRef/name").equals(workload.name())) {
                continue;
            }
            int min = each.number("/spec/minReplicas", 1);
            int max = each.number("/spec/maxReplicas", min);
            if (to == 0) {
                warnings.add("HorizontalPodAutoscaler %s pauses while there are 0 replicas".formatted(each.name()));
            } else {
                obstacles.add(
                        "HorizontalPodAutoscaler %s sets the replicas of %s (min %d, max %d, wants %d now) and would undo it: change its minReplicas or maxReplicas"
                                .formatted(
                                        each.name(),
                                        workload.ref(),
                                        min,
                                        max,
                                        each.number("/status/desiredReplicas", 0)));
            }
        }
        if (!state.knows(Kinds.AUTOSCALER)) {
            warnings.add("autoscalers could not be read: one may undo it");
        }
    }

    private static void budgets(State state, K8sObject workload, int to, List<String> warnings) {
        Map<String, String> labels = workload.texts("/spec/template/metadata/labels");
        for (K8sObject each : state.all(Kinds.DISRUPTION_BUDGET)) {
            Selector selector = Selector.of(each.json().at("/spec/selector"));
            if (selector.isEmpty() || !selector.matches(labels)) {
                continue;
            }
            Optional<Integer> least = share(each.text("/spec/minAvailable"), to)
                    .or(() -> share(each.text("/spec/maxUnavailable"), to).map(most -> to - most));
            if (least.isPresent() && to <= least.get()) {
                warnings.add(
                        "PodDisruptionBudget %s wants %d available: with %d replicas no pod can be evicted, as for a drain"
                                .formatted(each.name(), least.get(), to));
            }
        }
    }

    /** A number, or a percentage of it rounded up, as the disruption controller does. */
    private static Optional<Integer> share(String text, int of) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    text.endsWith("%")
                            ? (int) Math.ceil(of * Double.parseDouble(text.substring(0, text.length() - 1)) / 100)
                            : Integer.parseInt(text));
        } catch (NumberFormatException e) {
            // Not what the API lets through: as if it were not set.
            return Optional.empty();
        }
    }

    private static void quotas(
            State state, K8sObject workload, int more, List<String> obstacles, List<String> warnings) {
        Pod pod =
                new Pod(new K8sObject(Json.object().set("spec", workload.json().at("/spec/template/spec"))));
        for (K8sObject quota : state.all(Kinds.QUOTA)) {
            boolean scoped = !quota.items("/spec/scopes").isEmpty()
                    || quota.json().at("/spec/scopeSelector").isObject();
            for (Map.Entry<String, String> hard : quota.texts("/status/hard").entrySet()) {
                Optional<Quantity> each = perPod(pod, hard.getKey());
                Optional<Quantity> most = Quantity.parse(hard.getValue());
                Quantity used = Quantity.of(quota.json().at("/status/used").path(hard.getKey()))
                        .orElse(Quantity.ZERO);
                if (each.isEmpty() || most.isEmpty() || each.get().isZero()) {
                    continue;
                }
                Quantity left = most.get().minus(used);
                if (each.get().times(more).compareTo(left) > 0) {
                    int fit = Math.max(0, (int) Math.floor(left.per(each.get())));
                    String words = "ResourceQuota %s has %s of %s left, %d more pods need %s: %d more fit"
                            .formatted(
                                    quota.name(),
                                    left.max(Quantity.ZERO).show(hard.getKey()),
                                    hard.getKey(),
                                    more,
                                    each.get().times(more).show(hard.getKey()),
                                    fit);
                    (scoped ? warnings : obstacles).add(scoped ? words + " (where its scopes match)" : words);
                }
            }
        }
    }

    private static Optional<Quantity> perPod(Pod pod, String resource) {
        return switch (resource) {
            case "pods", "count/pods" -> Optional.of(Quantity.of(1));
            case "cpu", "memory", "ephemeral-storage" -> Optional.of(pod.request(resource));
            default -> {
                if (resource.startsWith("requests.")) {
                    yield Optional.of(pod.request(resource.substring("requests.".length())));
                } else if (resource.startsWith("limits.")) {
                    String limited = resource.substring("limits.".length());
                    yield Optional.of(pod.containers().stream()
                            .flatMap(each -> each.limit(limited).stream())
                            .reduce(Quantity.ZERO, Quantity::plus));
                }
                yield Optional.empty();
            }
        };
    }
}
