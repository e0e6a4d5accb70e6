package dev.millwright.k8s.usage;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The claims of a namespace beside their volumes, classes, users, and how full they are. */
public final class Claims {
    /**
     * One claim.
     *
     * @param storageClass empty for none
     * @param requested and capacity, as in {@code 10Gi}; empty before there is a volume
     * @param used as in {@code 8Gi}; empty where no kubelet told
     * @param percent used of the file system, bytes or inodes, whichever is fuller
     * @param pods that mount it
     * @param problem what is wrong with it; empty for nothing
     */
    public record Claim(
            String namespace,
            String name,
            String phase,
            String storageClass,
            String requested,
            Optional<String> capacity,
            Optional<String> volume,
            Optional<String> used,
            OptionalInt percent,
            List<String> pods,
            Optional<String> problem) {
        public Claim {
            pods = List.copyOf(pods);
        }
    }

    private static final int NEARLY_FULL = 85;

    private final State state;
    private final Kubelets kubelets;

    public Claims(State state, Cluster cluster) {
        this.state = state;
        this.kubelets = new Kubelets(cluster);
    }

    /** Problems first, then the fullest. @param usage whether to ask the kubelets */
    public List<Claim> all(Optional<String> name, boolean usage) {
        List<K8sObject> claims = state.all(Kinds.CLAIM).stream()
                .filter(each -> name.isEmpty() || each.name().equals(name.get()))
                .toList();
        if (claims.isEmpty()) {
            return List.of();
        }
        Map<String, List<Pod>> users = users();
        Map<String, VolumeUse> uses = usage
                ? VolumeUse.of(kubelets.of(claims.stream()
                                .flatMap(each -> users.getOrDefault(key(each), List.of()).stream())
                                .map(Pod::nodeName)
                                .toList())
                        .values())
                : Map.of();
        return claims.stream()
                .map(each ->
                        claim(each, Optional.ofNullable(uses.get(key(each))), users.getOrDefault(key(each), List.of())))
                .sorted(Comparator.comparing((Claim each) -> each.problem().isEmpty())
                        .thenComparing(each -> -each.percent().orElse(0))
                        .thenComparing(each -> each.namespace() + "/" + each.name()))
                .toList();
    }

    /** What could not be read, and why. */
    public List<String> missing() {
        List<String> all = new ArrayList<>();
        state.partial().forEach(each -> all.add(each.toString()));
        all.addAll(kubelets.missing());
        return all;
    }

    private static String key(K8sObject claim) {
        return claim.namespace() + "/" + claim.name();
    }

    private Map<String, List<Pod>> users() {
        Map<String, List<Pod>> users = new HashMap<>();
        for (Pod pod : state.pods()) {
            if (!pod.finished()) {
                pod.volumes().stream()
                        .map(each -> each.path("ephemeral").isObject()
                                ? pod.name() + "-" + each.path("name").asText()
                                : each.at("/persistentVolumeClaim/claimName").asText())
                        .filter(each -> !each.isEmpty())
                        .forEach(each -> users.computeIfAbsent(pod.namespace() + "/" + each, key -> new ArrayList<>())
                                .add(pod));
            }
        }
        return users;
    }

    private Claim claim(K8sObject claim, Optional<VolumeUse> use, List<Pod> pods) {
        Optional<String> capacity = amount(claim, "/status/capacity/storage");
        return new Claim(
                claim.namespace(),
                claim.name(),
                claim.text("/status/phase"),
                claim.text("/spec/storageClassName"),
                amount(claim, "/spec/resources/requests/storage").orElse(""),
                capacity,
                Optional.of(claim.text("/spec/volumeName")).filter(each -> !each.isEmpty()),
                use.map(each -> Quantity.of(each.used()).bytes()),
                use.map(each -> OptionalInt.of(each.percent())).orElse(OptionalInt.empty()),
                pods.stream().map(Pod::name).toList(),
                problem(claim, use, pods));
    }

    private static Optional<String> amount(K8sObject claim, String pointer) {
        return Quantity.of(claim.json().at(pointer)).map(Quantity::bytes);
    }

    private Optional<String> problem(K8sObject claim, Optional<VolumeUse> use, List<Pod> pods) {
        String phase = claim.text("/status/phase");
        if (phase.equals("Lost")) {
            return Optional.of("its volume " + claim.text("/spec/volumeName") + " is gone");
        } else if (phase.equals("Pending")) {
            return pending(claim, pods);
        } else if (claim.condition("FileSystemResizePending").isPresent()) {
            return Optional.of("grows when a pod mounts it again");
        } else if (use.filter(each -> each.percent() >= NEARLY_FULL).isPresent()) {
            boolean grows = storageClass(claim)
                    .map(each -> each.json().path("allowVolumeExpansion").asBoolean())
                    .orElse(false);
            return Optional.of("%d %% full; its class %s"
                    .formatted(
                            use.get().percent(),
                            grows ? "can grow: raise spec.resources.requests.storage" : "cannot grow it"));
        } else if (asked(claim).compareTo(given(claim)) > 0 && !given(claim).isZero()) {
            return Optional.of("asks for %s and has %s: growing, or its class cannot grow"
                    .formatted(asked(claim).bytes(), given(claim).bytes()));
        }
        return Optional.empty();
    }

    private static Quantity asked(K8sObject claim) {
        return Quantity.of(claim.json().at("/spec/resources/requests/storage")).orElse(Quantity.ZERO);
    }

    private static Quantity given(K8sObject claim) {
        return Quantity.of(claim.json().at("/status/capacity/storage")).orElse(Quantity.ZERO);
    }

    private Optional<K8sObject> storageClass(K8sObject claim) {
        return state.find(Kinds.STORAGE_CLASS, "", claim.text("/spec/storageClassName"));
    }

    private Optional<String> pending(K8sObject claim, List<Pod> pods) {
        String wanted = claim.text("/spec/storageClassName");
        if (!wanted.isEmpty()
                && state.knows(Kinds.STORAGE_CLASS)
                && storageClass(claim).isEmpty()) {
            return Optional.of("pending: there is no storage class %s; there are: %s"
                    .formatted(
                            wanted,
                            String.join(
                                    ", ",
                                    state.all(Kinds.STORAGE_CLASS).stream()
                                            .map(K8sObject::name)
                                            .toList())));
        }
        boolean waits = storageClass(claim)
                .filter(each -> each.text("/volumeBindingMode").equals("WaitForFirstConsumer"))
                .isPresent();
        if (waits && pods.isEmpty()) {
            return Optional.of("pending until a pod uses it, as its class wants");
        }
        return Optional.of(state.events(claim).stream()
                .findFirst()
                .map(each -> "pending: " + each.message())
                .orElse("pending; k8s_diagnose says why"));
    }
}
