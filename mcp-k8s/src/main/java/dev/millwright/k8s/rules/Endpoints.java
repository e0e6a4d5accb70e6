package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where services send to, by what their endpoint slices say. */
final class Endpoints {
    /**
     * One address.
     *
     * @param ready whether traffic is sent there; what does not say counts as ready, as for Kubernetes
     * @param target the pod behind it; of kind {@code ""} where it is none
     */
    record Endpoint(boolean ready, Ref target, String node) {}

    private final Map<String, List<Endpoint>> byService = new HashMap<>();

    Endpoints(State state) {
        state.all(Kinds.ENDPOINT_SLICE).forEach(this::add);
    }

    /** Of one other namespace than the state is of. */
    Endpoints(State state, String namespace) {
        state.elsewhere(Kinds.ENDPOINT_SLICE, namespace).forEach(this::add);
    }

    private void add(K8sObject slice) {
        String service = slice.labels().getOrDefault("kubernetes.io/service-name", "");
        List<Endpoint> all = byService.computeIfAbsent(slice.namespace() + "/" + service, key -> new ArrayList<>());
        for (JsonNode each : slice.items("/endpoints")) {
            all.add(new Endpoint(
                    each.at("/conditions/ready").asBoolean(true),
                    Ref.of(
                            each.at("/targetRef/kind").asText(),
                            slice.namespace(),
                            each.at("/targetRef/name").asText()),
                    each.path("nodeName").asText()));
        }
    }

    List<Endpoint> of(Ref service) {
        return byService.getOrDefault(service.namespace().orElse("") + "/" + service.name(), List.of());
    }

    boolean anyReady(Ref service) {
        return of(service).stream().anyMatch(Endpoint::ready);
    }
}
