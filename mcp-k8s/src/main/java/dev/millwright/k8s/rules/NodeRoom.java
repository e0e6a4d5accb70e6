package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a node has, and what the pods on it already take. */
final class NodeRoom {
    /** Keeps pods off, or drives them away. */
    record Taint(String key, String value, String effect) {
        @Override
        public String toString() {
            return key + (value.isEmpty() ? "" : "=" + value) + ":" + effect;
        }

        boolean isHard() {
            return effect.equals("NoSchedule") || effect.equals("NoExecute");
        }

        /** Set by Kubernetes for what is wrong with the node. */
        boolean tellsTrouble() {
            return key.startsWith("node.kubernetes.io/") || key.startsWith("node.cloudprovider.kubernetes.io/");
        }
    }

    private final K8sObject node;
    private final Map<String, String> labels;
    private final List<Taint> taints = new ArrayList<>();
    private final Map<String, Quantity> taken = new LinkedHashMap<>();
    private final Set<String> ports = new HashSet<>();
    private int pods;

    private NodeRoom(K8sObject node) {
        this.node = node;
        this.labels = node.labels();
        for (JsonNode each : node.items("/spec/taints")) {
            taints.add(new Taint(
                    each.path("key").asText(),
                    each.path("value").asText(),
                    each.path("effect").asText()));
        }
    }

    static List<NodeRoom> of(List<K8sObject> nodes, Collection<Pod> pods) {
        Map<String, NodeRoom> rooms = new LinkedHashMap<>();
        nodes.forEach(each -> rooms.put(each.name(), new NodeRoom(each)));
        for (Pod pod : pods) {
            NodeRoom room = rooms.get(pod.nodeName());
            if (room != null && !pod.finished()) {
                room.take(pod);
            }
        }
        return List.copyOf(rooms.values());
    }

    private void take(Pod pod) {
        pods++;
        asks(pod).forEach((resource, amount) -> taken.merge(resource, amount, Quantity::plus));
        ports.addAll(hostPorts(pod));
    }

    /** What a pod asks of a node, by resource. */
    static Map<String, Quantity> asks(Pod pod) {
        Set<String> resources = new TreeSet<>();
        pod.object().json().at("/spec/resources/requests").fieldNames().forEachRemaining(resources::add);
        pod.object().json().at("/spec/overhead").fieldNames().forEachRemaining(resources::add);
        for (Container each : pod.containers()) {
            each.spec().at("/resources/requests").fieldNames().forEachRemaining(resources::add);
        }
        Map<String, Quantity> asks = new LinkedHashMap<>();
        for (String each : resources) {
            Quantity amount = pod.request(each);
            if (!amount.isZero()) {
                asks.put(each, amount);
            }
        }
        return asks;
    }

    /** Ports of the node that a pod takes, as in {@code TCP/8080}; without the address, which is nearly never given. */
    static Set<String> hostPorts(Pod pod) {
        Set<String> taken = new TreeSet<>();
        for (Container container : pod.containers()) {
            for (JsonNode port : container.ports()) {
                if (port.path("hostPort").asInt() > 0) {
                    taken.add(port.path("protocol").asText("TCP") + "/"
                            + port.path("hostPort").asInt());
                }
            }
        }
        return taken;
    }

    K8sObject node() {
        return node;
    }

    String name() {
        return node.name();
    }

    Map<String, String> labels() {
        return labels;
    }

    List<Taint> taints() {
        return taints;
    }

    boolean cordoned() {
        return node.json().at("/spec/unschedulable").asBoolean();
    }

    /** Meant for the control plane alone. */
    boolean reserved() {
        return taints.stream()
                .anyMatch(each -> each.isHard()
                        && (each.key().equals("node-role.kubernetes.io/control-plane")
                                || each.key().equals("node-role.kubernetes.io/master")));
    }

    Quantity has(String resource) {
        return Quantity.of(node.json().at("/status/allocatable").path(resource)).orElse(Quantity.ZERO);
    }

    Quantity left(String resource) {
        return has(resource).minus(taken.getOrDefault(resource, Quantity.ZERO)).max(Quantity.ZERO);
    }

    /** Pods it could still take; empty where the node does not say how many it takes. */
    Optional<Integer> podsLeft() {
        return Quantity.of(node.json().at("/status/allocatable/pods")).map(all -> (int) all.asDouble() - pods);
    }

    boolean hasPort(String port) {
        return ports.contains(port);
    }
}
