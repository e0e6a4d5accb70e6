package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Where a pod could run: the filters of the scheduler over all nodes, each computed to its end, so that it is known what
 * every node lacks and not only what stopped the search. Only what is required counts, not what is preferred.
 */
final class Placement {
    /**
     * One reason why a node does not take the pod.
     *
     * @param resource which resource is short; empty where that is not what it is
     * @param never whether the node would not even take it empty
     * @param by how far it is from fitting, for comparing nodes
     */
    record Lack(CauseId id, String what, String resource, boolean never, double by) {}

    /**
     * A node, and all that it lacks; nothing when the pod fits.
     *
     * @param distance how far it is from fitting, all in all
     */
    record Verdict(NodeRoom room, List<Lack> lacks, Set<CauseId> families, double distance) {
        static Verdict of(NodeRoom room, List<Lack> lacks) {
            Set<CauseId> families = EnumSet.noneOf(CauseId.class);
            double distance = 0;
            for (Lack each : lacks) {
                families.add(each.id());
                distance += each.by();
            }
            return new Verdict(room, lacks, families, distance);
        }
    }

    /** A pod on a node, its labels read once. */
    private record Placed(Pod pod, Map<String, String> labels, NodeRoom room) {}

    /** A rule of a running pod that keeps others out of its part of the cluster. */
    private record KeepOut(Set<String> namespaces, boolean everywhere, Selector selector, String key, String value) {}

    private final List<NodeRoom> rooms;
    private final List<Placed> placed = new ArrayList<>();
    private final Map<String, List<Placed>> byNamespace = new HashMap<>();
    private final Map<String, List<KeepOut>> keepOuts = new HashMap<>();
    private final List<KeepOut> keepOutsOfAll = new ArrayList<>();

    Placement(List<K8sObject> nodes, Collection<Pod> pods) {
        rooms = NodeRoom.of(nodes, pods);
        Map<String, NodeRoom> byName = new HashMap<>();
        rooms.forEach(each -> byName.put(each.name(), each));
        Set<KeepOut> distinct = new LinkedHashSet<>();
        for (Pod pod : pods) {
            NodeRoom room = byName.get(pod.nodeName());
            if (room != null && !pod.finished()) {
                Placed each = new Placed(pod, pod.object().labels(), room);
                placed.add(each);
                byNamespace
                        .computeIfAbsent(pod.namespace(), key -> new ArrayList<>())
                        .add(each);
                keepsOut(each, distinct);
            }
        }
        for (KeepOut each : distinct) {
            if (each.everywhere()) {
                keepOutsOfAll.add(each);
            } else {
                each.namespaces()
                        .forEach(name -> keepOuts.computeIfAbsent(name, key -> new ArrayList<>())
                                .add(each));
            }
        }
    }

    private static void keepsOut(Placed placed, Set<KeepOut> to) {
        for (JsonNode term : terms(placed.pod().object().spec(), "podAntiAffinity")) {
            String key = term.path("topologyKey").asText();
            String value = placed.room().labels().get(key);
            if (value != null) {
                to.add(new KeepOut(
                        namespaces(term, placed.pod().namespace()),
                        term.has("namespaceSelector"),
                        Selector.of(term.path("labelSelector")),
                        key,
                        value));
            }
        }
    }

    private static List<JsonNode> terms(JsonNode spec, String affinity) {
        return list(spec.path("affinity").path(affinity).path("requiredDuringSchedulingIgnoredDuringExecution"));
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static Set<String> namespaces(JsonNode term, String own) {
        Set<String> named = new HashSet<>();
        term.path("namespaces").forEach(each -> named.add(each.asText()));
        return named.isEmpty() ? Set.of(own) : named;
    }

    /** What each node lacks for this pod, the nearest first. */
    List<Verdict> of(Pod pod) {
        Map<String, String> labels = pod.object().labels();
        Map<String, Quantity> asks = NodeRoom.asks(pod);
        Set<String> ports = NodeRoom.hostPorts(pod);
        List<JsonNode> tolerations = list(pod.object().spec().path("tolerations"));
        List<Between> between = between(pod, labels);
        return rooms.stream()
                .map(room -> {
                    List<Lack> lacks = new ArrayList<>();
                    gates(room, tolerations, lacks);
                    affinity(room, pod.object().spec(), lacks);
                    resources(room, asks, lacks);
                    ports.stream()
                            .filter(room::hasPort)
                            .forEach(port -> lacks.add(new Lack(
                                    CauseId.SCHED_PORT_NAME_GATE, "host port " + port + " is taken", "", false, 1)));
                    between.stream().flatMap(each -> each.lack(room).stream()).forEach(lacks::add);
                    return Verdict.of(room, lacks);
                })
                .sorted(NEAREST)
                .toList();
    }

    private static final Comparator<Verdict> NEAREST = Comparator.comparing(
                    (Verdict each) -> !each.lacks().isEmpty() && each.room().reserved())
            .thenComparing(each -> each.families().size())
            .thenComparing(Verdict::distance)
            .thenComparing(each -> each.room().name());

    private static void gates(NodeRoom room, List<JsonNode> tolerations, List<Lack> to) {
        NodeRoom.Taint cordon = new NodeRoom.Taint("node.kubernetes.io/unschedulable", "", "NoSchedule");
        if (room.cordoned() && !tolerated(cordon, tolerations)) {
            to.add(new Lack(CauseId.SCHED_CORDON, "is cordoned", "", false, 1));
        }
        for (NodeRoom.Taint taint : room.taints()) {
            if (taint.isHard() && !taint.key().equals(cordon.key()) && !tolerated(taint, tolerations)) {
                to.add(new Lack(CauseId.SCHED_TAINT, "has taint " + taint, "", false, 1));
            }
        }
    }

    /** Kubernetes, "Taints and Tolerations": a missing key with Exists tolerates all, a missing effect every effect. */
    private static boolean tolerated(NodeRoom.Taint taint, List<JsonNode> tolerations) {
        return tolerations.stream().anyMatch(each -> {
            String key = each.path("key").asText();
            String effect = each.path("effect").asText();
            boolean exists = each.path("operator").asText().equals("Exists");
            return (effect.isEmpty() || effect.equals(taint.effect()))
                    && (key.isEmpty() ? exists : key.equals(taint.key()))
                    && (exists || each.path("value").asText().equals(taint.value()));
        });
    }

    private static void affinity(NodeRoom room, JsonNode spec, List<Lack> to) {
        for (Map.Entry<String, String> each :
                K8sObject.texts(spec.path("nodeSelector")).entrySet()) {
            String there = room.labels().get(each.getKey());
            if (!each.getValue().equals(there)) {
                to.add(new Lack(
                        CauseId.SCHED_NODE_AFFINITY,
                        "lacks label " + each.getKey() + "=" + each.getValue()
                                + (there == null ? "" : " (it has " + there + ")"),
                        "",
                        false,
                        there == null ? 2 : 1));
            }
        }
        List<JsonNode> terms = list(
                spec.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms"));
        if (!terms.isEmpty() && terms.stream().noneMatch(each -> matches(room, each))) {
            to.add(new Lack(CauseId.SCHED_NODE_AFFINITY, "does not match the required node affinity", "", false, 2));
        }
    }

    /** Whether a node is what a NodeSelectorTerm asks for. */
    static boolean matches(NodeRoom room, JsonNode term) {
        Selector labels = Selector.of(expressions(term.path("matchExpressions")));
        Selector fields = Selector.of(expressions(term.path("matchFields")));
        return (term.has("matchExpressions") || term.has("matchFields"))
                && labels.matches(room.labels())
                && fields.matches(Map.of("metadata.name", room.name()));
    }

    private static JsonNode expressions(JsonNode list) {
        return Json.object().set("matchExpressions", list.isArray() ? list : Json.array());
    }

    private static void resources(NodeRoom room, Map<String, Quantity> asks, List<Lack> to) {
        asks.forEach((resource, asked) -> {
            Quantity has = room.has(resource);
            Quantity left = room.left(resource);
            if (asked.compareTo(left) > 0) {
                boolean never = asked.compareTo(has) > 0;
                to.add(new Lack(
                        CauseId.SCHED_RESOURCES,
                        never
                                ? "has " + has.show(resource) + " " + resource + " in all"
                                : "has " + left.show(resource) + " of " + has.show(resource) + " " + resource + " left",
                        resource,
                        never,
                        asked.minus(left).per(asked)));
            }
        });
        room.podsLeft()
                .filter(left -> left < 1)
                .ifPresent(left ->
                        to.add(new Lack(CauseId.SCHED_RESOURCES, "runs as many pods as it may", "pods", false, 1)));
    }

    /** A rule about pods elsewhere, prepared for one pod, to be asked of each node. */
    private interface Between {
        Optional<Lack> lack(NodeRoom room);
    }

    private List<Between> between(Pod pod, Map<String, String> labels) {
        List<Between> all = new ArrayList<>();
        JsonNode spec = pod.object().spec();
        for (JsonNode term : terms(spec, "podAffinity")) {
            String key = term.path("topologyKey").asText();
            Selector selector = Selector.of(term.path("labelSelector"));
            Set<String> there = domains(term, selector, key, pod.namespace());
            boolean first = there.isEmpty() && selector.matches(labels);
            all.add(room -> first && room.labels().containsKey(key)
                            || there.contains(room.labels().getOrDefault(key, "\0"))
                    ? Optional.empty()
                    : Optional.of(
                            apart("runs no pod with " + selector + " in its " + key + ", as pod affinity requires")));
        }
        for (JsonNode term : terms(spec, "podAntiAffinity")) {
            String key = term.path("topologyKey").asText();
            Selector selector = Selector.of(term.path("labelSelector"));
            Set<String> there = domains(term, selector, key, pod.namespace());
            all.add(room -> there.contains(room.labels().getOrDefault(key, "\0"))
                    ? Optional.of(
                            apart("runs a pod with " + selector + " in its " + key + ", which anti-affinity forbids"))
                    : Optional.empty());
        }
        Map<String, Set<String>> barred = new HashMap<>();
        Stream.concat(keepOutsOfAll.stream(), keepOuts.getOrDefault(pod.namespace(), List.of()).stream())
                .filter(each -> each.selector().matches(labels))
                .forEach(each -> barred.computeIfAbsent(each.key(), key -> new HashSet<>())
                        .add(each.value()));
        barred.forEach((key, values) ->
                all.add(room -> values.contains(room.labels().getOrDefault(key, "\0"))
                        ? Optional.of(apart("runs a pod whose anti-affinity keeps this one out"))
                        : Optional.empty()));
        for (JsonNode each : spec.path("topologySpreadConstraints")) {
            if (each.path("whenUnsatisfiable").asText("DoNotSchedule").equals("DoNotSchedule")) {
                all.add(spread(pod, spec, each));
            }
        }
        return all;
    }

    private static Lack apart(String what) {
        return new Lack(CauseId.SCHED_POD_AFFINITY_OR_SPREAD, what, "", false, 1);
    }

    private List<Placed> in(Set<String> namespaces) {
        return namespaces.stream()
                .flatMap(each -> byNamespace.getOrDefault(each, List.of()).stream())
                .toList();
    }

    private Set<String> domains(JsonNode term, Selector selector, String key, String own) {
        Set<String> namespaces = namespaces(term, own);
        boolean everywhere = term.has("namespaceSelector");
        Set<String> found = new HashSet<>();
        for (Placed each : everywhere ? placed : in(namespaces)) {
            String value = each.room().labels().get(key);
            if (value != null && !found.contains(value) && selector.matches(each.labels())) {
                found.add(value);
            }
        }
        return found;
    }

    /** Kubernetes, "Pod Topology Spread Constraints": domains are those of nodes that node affinity allows. */
    private Between spread(Pod pod, JsonNode spec, JsonNode constraint) {
        String key = constraint.path("topologyKey").asText();
        Selector selector = Selector.of(constraint.path("labelSelector"));
        int allowed = Math.max(1, constraint.path("maxSkew").asInt(1));
        Map<String, Integer> count = new HashMap<>();
        for (NodeRoom room : rooms) {
            List<Lack> away = new ArrayList<>();
            affinity(room, spec, away);
            if (away.isEmpty() && room.labels().containsKey(key)) {
                count.putIfAbsent(room.labels().get(key), 0);
            }
        }
        for (Placed each : byNamespace.getOrDefault(pod.namespace(), List.of())) {
            String value = each.room().labels().get(key);
            if (value != null && !each.pod().deleting() && selector.matches(each.labels())) {
                count.computeIfPresent(value, (domain, many) -> many + 1);
            }
        }
        int fewest = count.values().stream().mapToInt(each -> each).min().orElse(0);
        return room -> {
            Integer here = count.get(room.labels().getOrDefault(key, "\0"));
            return here == null
                    ? Optional.of(apart("has no label " + key + " to spread over"))
                    : here + 1 - fewest > allowed
                            ? Optional.of(apart("would be " + (here + 1 - fewest) + " pods ahead in spreading over "
                                    + key + ", more than maxSkew " + allowed))
                            : Optional.empty();
        };
    }
}
