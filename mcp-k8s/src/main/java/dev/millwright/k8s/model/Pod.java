package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod, over its JSON. */
public record Pod(K8sObject object) {
    public String name() {
        return object.name();
    }

    public String namespace() {
        return object.namespace();
    }

    public Ref ref() {
        return object.ref();
    }

    public String phase() {
        return object.text("/status/phase");
    }

    public String nodeName() {
        return object.text("/spec/nodeName");
    }

    /** Done for good: its containers run no more and are not started again. */
    public boolean finished() {
        return phase().equals("Succeeded") || phase().equals("Failed");
    }

    public boolean deleting() {
        return object.deleted().isPresent();
    }

    public boolean ready() {
        return object.condition("Ready").filter(Condition::isTrue).isPresent();
    }

    /** In the order they start: init containers and sidecars, then the others, then ephemeral ones. */
    public List<Container> containers() {
        List<Container> all = new ArrayList<>();
        add(all, "/spec/initContainers", "/status/initContainerStatuses", Container.Role.INIT);
        add(all, "/spec/containers", "/status/containerStatuses", Container.Role.MAIN);
        add(all, "/spec/ephemeralContainers", "/status/ephemeralContainerStatuses", Container.Role.EPHEMERAL);
        return all;
    }

    private void add(List<Container> to, String specs, String statuses, Container.Role role) {
        List<JsonNode> known = object.items(statuses);
        int index = 0;
        for (JsonNode spec : object.items(specs)) {
            JsonNode status = known.stream()
                    .filter(each -> each.path("name").equals(spec.path("name")))
                    .findFirst()
                    .orElse(object.json().path("no status yet"));
            boolean sidecar = role == Container.Role.INIT
                    && spec.path("restartPolicy").asText().equals("Always");
            to.add(new Container(sidecar ? Container.Role.SIDECAR : role, specs + "/" + index++, spec, status));
        }
    }

    public Optional<Container> container(String name) {
        return containers().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    public List<JsonNode> volumes() {
        return object.items("/spec/volumes");
    }

    /** The service account it runs as. */
    public String serviceAccount() {
        String name = object.text("/spec/serviceAccountName");
        return name.isEmpty() ? "default" : name;
    }

    /**
     * What it asks of a node in all, as the scheduler counts: what the pod as a whole says, else the larger of all
     * containers together and any init container.
     */
    public Quantity request(String resource) {
        Quantity together = Quantity.ZERO;
        Quantity largest = Quantity.ZERO;
        Quantity sidecars = Quantity.ZERO;
        for (Container container : containers()) {
            Quantity asked = container.request(resource).orElse(Quantity.ZERO);
            switch (container.role()) {
                case INIT -> largest = largest.max(sidecars.plus(asked));
                case SIDECAR -> sidecars = sidecars.plus(asked);
                case MAIN -> together = together.plus(asked);
                case EPHEMERAL -> {}
            }
        }
        Quantity overhead =
                Quantity.of(object.json().at("/spec/overhead").path(resource)).orElse(Quantity.ZERO);
        return Quantity.of(object.json().at("/spec/resources/requests").path(resource))
                .orElse(together.plus(sidecars).max(largest))
                .plus(overhead);
    }
}
