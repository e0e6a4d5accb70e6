package dev.millwright.k8s.trace;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the network policies of a pod's namespace let through: Kubernetes documentation, "Network Policies". */
final class Policies {
    /** How a port of a pod can be reached. */
    enum Answer {
        /** No policy chooses the pod. */
        OPEN,
        ALLOWED,
        /** Nobody asked in particular, and some are let through. */
        SOME,
        DENIED
    }

    record Decision(Answer answer, List<K8sObject> policies) {}

    private final State state;

    Policies(State state) {
        this.state = state;
    }

    /** Whether what comes to a pod may. @param from empty for anybody */
    Decision in(Pod to, Optional<Pod> from, int port, String protocol) {
        return decide("Ingress", "ingress", "from", to, from, to, port, protocol);
    }

    /** Whether a pod may send to another. */
    Decision out(Pod from, Pod to, int port, String protocol) {
        return decide("Egress", "egress", "to", from, Optional.of(to), to, port, protocol);
    }

    private Decision decide(
            String type,
            String rules,
            String peers,
            Pod subject,
            Optional<Pod> peer,
            Pod target,
            int port,
            String protocol) {
        List<K8sObject> chosen = new ArrayList<>();
        boolean some = false;
        for (K8sObject policy : policies(subject.namespace())) {
            boolean applies = types(policy).contains(type)
                    && Selector.of(policy.spec().path("podSelector"))
                            .matches(subject.object().labels());
            if (!applies) {
                continue;
            }
            chosen.add(policy);
            for (JsonNode rule : policy.spec().path(rules)) {
                if (!ports(rule.path("ports"), target, port, protocol)) {
                    continue;
                }
                boolean everybody = rule.path(peers).isEmpty();
                if (everybody || peer.isPresent() && matches(rule.path(peers), policy.namespace(), peer.get())) {
                    return new Decision(Answer.ALLOWED, List.of(policy));
                }
                some = true;
            }
        }
        return new Decision(
                chosen.isEmpty() ? Answer.OPEN : some && peer.isEmpty() ? Answer.SOME : Answer.DENIED, chosen);
    }

    private List<K8sObject> policies(String namespace) {
        return state.namespace().filter(namespace::equals).isPresent()
                ? state.all(Kinds.NETWORK_POLICY)
                : state.elsewhere(Kinds.NETWORK_POLICY, namespace);
    }

    private static Set<String> types(K8sObject policy) {
        Set<String> types = new HashSet<>();
        policy.items("/spec/policyTypes").forEach(each -> types.add(each.asText()));
        if (types.isEmpty()) {
            types.add("Ingress");
            if (policy.spec().has("egress")) {
                types.add("Egress");
            }
        }
        return types;
    }

    private static boolean ports(JsonNode ports, Pod target, int port, String protocol) {
        if (ports.isEmpty()) {
            return true;
        }
        for (JsonNode each : ports) {
            boolean number = each.path("port").isMissingNode()
                    || each.path("port").asInt() == port
                    || each.path("port").isInt()
                            && each.path("endPort").asInt() >= port
                            && each.path("port").asInt() <= port
                    || each.path("port").isTextual()
                            && number(target, each.path("port").textValue())
                                    .filter(named -> named == port)
                                    .isPresent();
            if (number && each.path("protocol").asText("TCP").equals(protocol)) {
                return true;
            }
        }
        return false;
    }

    /** The number of a port that a container names. */
    static Optional<Integer> number(Pod pod, String name) {
        for (Container container : pod.containers()) {
            for (JsonNode each : container.ports()) {
                if (each.path("name").asText().equals(name)) {
                    return Optional.of(each.path("containerPort").asInt());
                }
            }
        }
        return Optional.empty();
    }

    private boolean matches(JsonNode peers, String namespace, Pod pod) {
        for (JsonNode each : peers) {
            boolean matches = each.has("ipBlock")
                    ? inBlock(each.path("ipBlock"), pod)
                    : place(each, namespace, pod)
                            && Selector.of(each.path("podSelector"))
                                    .matches(pod.object().labels());
            if (matches) {
                return true;
            }
        }
        return false;
    }

    private boolean place(JsonNode peer, String namespace, Pod pod) {
        if (!peer.has("namespaceSelector")) {
            return pod.namespace().equals(namespace);
        }
        Selector selector = Selector.of(peer.path("namespaceSelector"));
        return selector.isEmpty()
                || state.find(Kinds.NAMESPACE, "", pod.namespace())
                        .filter(each -> selector.matches(each.labels()))
                        .isPresent();
    }

    private static boolean inBlock(JsonNode block, Pod pod) {
        String ip = pod.object().text("/status/podIP");
        if (ip.isEmpty() || !contains(block.path("cidr").asText(), ip)) {
            return false;
        }
        for (JsonNode each : block.path("except")) {
            if (contains(each.asText(), ip)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(String cidr, String ip) {
        int slash = cidr.indexOf('/');
        try {
            byte[] network = InetAddress.ofLiteral(slash < 0 ? cidr : cidr.substring(0, slash))
                    .getAddress();
            byte[] address = InetAddress.ofLiteral(ip).getAddress();
            int bits = slash < 0 ? network.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
            if (network.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int bit = 0x80 >> i % 8;
                if ((network[i / 8] & bit) != (address[i / 8] & bit)) {
                    return false;
                }
            }
            return true;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // No block of addresses: lets nobody through, as in the cluster.
            return false;
        }
    }
}
