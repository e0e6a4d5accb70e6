package dev.millwright.k8s.fix;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What goes with an object when it is deleted, and what needs it. */
public final class Uses {
    /** Where pods name other objects: the member, and the one in it that has the name. */
    private static final Map<Kind, Set<List<String>>> NAMED = Map.of(
            Kinds.CONFIG_MAP,
            Set.of(List.of("configMapKeyRef", "name"), List.of("configMapRef", "name"), List.of("configMap", "name")),
            Kinds.SECRET,
            Set.of(
                    List.of("secretKeyRef", "name"),
                    List.of("secretRef", "name"),
                    List.of("secret", "secretName"),
                    List.of("secret", "name"),
                    List.of("imagePullSecrets", "name")),
            Kinds.CLAIM,
            Set.of(List.of("persistentVolumeClaim", "claimName")),
            Kinds.SERVICE_ACCOUNT,
            Set.of(List.of("spec", "serviceAccountName")),
            Kinds.NODE,
            Set.of(List.of("spec", "nodeName")));

    private static final List<Kind> WITH_PODS =
            List.of(Kinds.POD, Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.CRON_JOB);

    private Uses() {}

    /** Pods, replica sets and jobs that it owns, and theirs. */
    public static List<K8sObject> owned(State state, K8sObject object) {
        List<K8sObject> all = new ArrayList<>();
        for (K8sObject each : state.ownedBy(object)) {
            all.add(each);
            all.addAll(owned(state, each));
        }
        return all;
    }

    /** What names it: workloads and pods of their own, ingresses, claims. */
    public static List<K8sObject> users(State state, Kind kind, K8sObject object) {
        if (kind.equals(Kinds.SERVICE)) {
            return state.all(Kinds.INGRESS).stream()
                    .filter(each -> names(each.json(), "", Set.of(List.of("service", "name")), object.name()))
                    .toList();
        } else if (kind.equals(Kinds.STORAGE_CLASS)) {
            return state.all(Kinds.CLAIM).stream()
                    .filter(each -> each.text("/spec/storageClassName").equals(object.name()))
                    .toList();
        }
        Set<List<String>> where = NAMED.getOrDefault(kind, Set.of());
        return where.isEmpty()
                ? List.of()
                : WITH_PODS.stream()
                        .flatMap(each -> state.all(each).stream())
                        .filter(each ->
                                kind.equals(Kinds.NODE) || each.controller().isEmpty())
                        .filter(each -> names(each.json(), "", where, object.name()))
                        .toList();
    }

    private static boolean names(JsonNode node, String member, Set<List<String>> where, String name) {
        if (node.isArray()) {
            for (JsonNode each : node) {
                if (names(each, member, where, name)) {
                    return true;
                }
            }
            return false;
        }
        return node.properties().stream()
                .anyMatch(each -> each.getValue().isContainerNode()
                        ? names(each.getValue(), each.getKey(), where, name)
                        : each.getValue().asText().equals(name) && where.contains(List.of(member, each.getKey())));
    }
}
