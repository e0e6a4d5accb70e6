package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.Quantity;
import java.util.Optional;

/** Containers that use all the processor time they may, and answer their probes too late. */
final class Throttling {
    /** Share of the limit from which the kernel holds a container back most of the time. */
    private static final double NEAR = 0.9;

    private Throttling() {}

    static boolean throttled(Place place) {
        Optional<Quantity> limit = place.container().limit("cpu");
        return limit.isPresent()
                && usage(place).filter(used -> used.per(limit.get()) >= NEAR).isPresent();
    }

    /** What the metrics API last saw. */
    private static Optional<Quantity> usage(Place place) {
        Optional<JsonNode> metrics = place.state()
                .json("/apis/metrics.k8s.io/v1beta1/namespaces/%s/pods"
                        .formatted(place.pod().namespace()));
        if (metrics.isEmpty()) {
            return Optional.empty();
        }
        for (JsonNode pod : metrics.get().path("items")) {
            if (pod.at("/metadata/name").asText().equals(place.pod().name())) {
                for (JsonNode container : pod.path("containers")) {
                    if (container.path("name").asText().equals(place.name())) {
                        return Quantity.of(container.at("/usage/cpu"));
                    }
                }
            }
        }
        return Optional.empty();
    }

    static Finding finding(Place place, String probe, String message) {
        String limit = place.container().limit("cpu").map(Quantity::cores).orElse("");
        String used = usage(place).map(Quantity::cores).orElse("");
        return place.finding(
                        CauseId.THROTTLING,
                        0.8,
                        "%s is throttled: it uses %s of its CPU limit of %s, and the %s times out"
                                .formatted(place.subject(), used, limit, probe))
                .evidence(Evidence.field(
                        place.pod().ref(), "metrics containers[%s].usage.cpu".formatted(place.name()), used))
                .evidence(place.events().stream()
                        .filter(each -> each.message().equals(message))
                        .findFirst()
                        .map(Evidence::event)
                        .stream()
                        .toList())
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        "Raise the CPU limit of %s, or take it away and keep the request; how much it needs shows only without it"
                                .formatted(limit)));
    }
}
