package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Network policies that cut what must talk: for each address a program is told, egress of the caller and ingress of the
 * called; DNS of each caller; and services that nothing at all may reach.
 */
final class NetworkPolicies implements Rule {
    private static final Pattern TIMEOUT = Pattern.compile(
            "(?i)timed? ?out|ETIMEDOUT|deadline exceeded|no such host|name resolution|EAI_AGAIN|UnknownHostException");

    /** One side of a connection. */
    private record Peer(String namespace, Map<String, String> labels, List<String> addresses) {
        static Peer of(Pod pod) {
            return new Peer(
                    pod.namespace(),
                    pod.object().labels(),
                    pod.object().items("/status/podIPs").stream()
                            .map(each -> each.path("ip").asText())
                            .toList());
        }
    }

    /** A policy of the namespace, its selector read once. */
    private record Policy(K8sObject object, Selector selector, boolean ingress, boolean egress) {
        static Policy of(K8sObject object) {
            Set<String> types = new HashSet<>();
            object.items("/spec/policyTypes").forEach(each -> types.add(each.asText()));
            return new Policy(
                    object,
                    Selector.of(object.spec().path("podSelector")),
                    types.isEmpty() || types.contains("Ingress"),
                    types.isEmpty() ? object.spec().has("egress") : types.contains("Egress"));
        }

        boolean covers(Map<String, String> labels) {
            return selector.matches(labels);
        }
    }

    @Override
    public void look(State state, Consumer<Finding> found) {
        Endpoints endpoints = new Endpoints(state);
        boolean serves = state.all(Kinds.SERVICE).stream().anyMatch(each -> endpoints.anyReady(each.ref()));
        boolean times = !serves
                && Unwell.logs(state).stream()
                        .anyMatch(each -> TIMEOUT.matcher(each.text()).find());
        if (!serves && !times) {
            return;
        }
        Map<String, List<Policy>> policies = new HashMap<>();
        state.all(Kinds.NETWORK_POLICY)
                .forEach(each -> policies.computeIfAbsent(each.namespace(), key -> new ArrayList<>())
                        .add(Policy.of(each)));
        if (policies.isEmpty()) {
            return;
        }
        for (K8sObject workload : Unwell.workloads(state)) {
            List<Pod> pods = state.podsOf(workload).stream()
                    .filter(each -> !each.finished() && !each.deleting())
                    .toList();
            if (!pods.isEmpty()
                    && !pods.getFirst().object().spec().path("hostNetwork").asBoolean()) {
                caller(state, workload, pods, policies, found);
            }
        }
        Set<Ref> outside = new HashSet<>();
        state.all(Kinds.INGRESS).forEach(each -> Ingresses.backends(each).forEach(one -> outside.add(one.service())));
        for (K8sObject service : state.all(Kinds.SERVICE)) {
            if (policies.containsKey(service.namespace()) && endpoints.anyReady(service.ref())) {
                unreachable(state, service, outside.contains(service.ref()), policies, found);
            }
        }
    }

    private static void caller(
            State state,
            K8sObject workload,
            List<Pod> pods,
            Map<String, List<Policy>> policies,
            Consumer<Finding> found) {
        Pod source = pods.getFirst();
        List<Policy> out = covering(policies, source, false);
        List<Address> addresses = Template.of(workload).map(Address::of).orElse(List.of());
        boolean unwell = Unwell.anyOf(pods, state.now());
        boolean names = false;
        for (Address address : addresses) {
            names = true;
            Optional<K8sObject> service = address.find(state, workload.namespace());
            List<Pod> targets = service.map(each -> targets(state, each)).orElse(List.of());
            if (targets.isEmpty()) {
                continue;
            }
            Pod target = targets.getFirst();
            int port = targetPort(service.get(), address.port(), target);
            if (port > 0) {
                blocked(state, workload, pods, source, target, service.get(), port, out, policies, unwell, found);
            }
        }
        boolean resolver = out.isEmpty() || allows(state, out, "egress", "to", resolver(), 53, "UDP", Optional.empty());
        if (!resolver) {
            Policy policy = out.getFirst();
            boolean proven = unwell && names;
            Finding finding = Finding.of(
                            CauseId.NETPOL_ISOLATION,
                            policy.object().ref(),
                            proven ? 0.9 : 0.8,
                            policy.object().ref().brief() + " lets "
                                    + workload.ref().brief()
                                    + " send nothing to DNS (port 53), so that it can resolve no name")
                    .part("dns")
                    .evidence(Evidence.field(
                            policy.object().ref(),
                            "spec.egress",
                            brief(policy.object().spec().path("egress"))))
                    .affects(Unwell.refs(pods))
                    .affects(workload.ref())
                    .fixes(Fix.patch(
                            Fix.Risk.MEDIUM,
                            "Allow egress to the cluster's DNS, port 53",
                            policy.object(),
                            allow(policy.object(), "egress", dns())));
            found.accept(proven ? finding : finding.warning());
        }
    }

    /** The cluster's DNS as nearly every cluster runs it. */
    private static Peer resolver() {
        return new Peer("kube-system", Map.of("k8s-app", "kube-dns"), List.of());
    }

    private static ObjectNode dns() {
        ObjectNode rule = Json.object();
        ObjectNode peer = rule.putArray("to").addObject();
        peer.putObject("namespaceSelector").putObject("matchLabels").put("kubernetes.io/metadata.name", "kube-system");
        rule.putArray("ports").addObject().put("protocol", "UDP").put("port", 53);
        rule.withArray("ports").addObject().put("protocol", "TCP").put("port", 53);
        return rule;
    }

    private static void blocked(
            State state,
            K8sObject workload,
            List<Pod> pods,
            Pod source,
            Pod target,
            K8sObject service,
            int port,
            List<Policy> out,
            Map<String, List<Policy>> policies,
            boolean unwell,
            Consumer<Finding> found) {
        List<Policy> in = covering(policies, target, true);
        boolean leaves =
                out.isEmpty() || allows(state, out, "egress", "to", Peer.of(target), port, "TCP", Optional.of(target));
        boolean enters =
                in.isEmpty() || allows(state, in, "ingress", "from", Peer.of(source), port, "TCP", Optional.of(target));
        if (leaves && enters) {
            return;
        }
        Policy policy = leaves ? in.getFirst() : out.getFirst();
        String side = leaves ? "ingress" : "egress";
        ObjectNode rule = Json.object();
        ObjectNode peer = rule.putArray(leaves ? "from" : "to").addObject();
        Pod other = leaves ? source : target;
        peer.putObject("podSelector").set("matchLabels", Json.tree(stable(other)));
        if (!source.namespace().equals(target.namespace())) {
            peer.putObject("namespaceSelector")
                    .putObject("matchLabels")
                    .put("kubernetes.io/metadata.name", other.namespace());
        }
        rule.putArray("ports").addObject().put("protocol", "TCP").put("port", port);
        Finding finding = Finding.of(
                        CauseId.NETPOL_ISOLATION,
                        policy.object().ref(),
                        unwell ? 0.9 : 0.75,
                        policy.object().ref().brief() + " keeps "
                                + workload.ref().brief() + " from reaching Service "
                                + service.name() + ": no " + side + " rule allows port " + port + " "
                                + (leaves ? "from it" : "to its pods"))
                .part(side + " " + workload.name() + " " + service.name())
                .evidence(Evidence.field(
                        policy.object().ref(),
                        "spec." + side,
                        brief(policy.object().spec().path(side))))
                .affects(Unwell.refs(pods))
                .affects(workload.ref())
                .fixes(Fix.patch(
                        Fix.Risk.HIGH,
                        "Allow just this: port " + port + (leaves ? " from " : " to ")
                                + new Selector(stable(other), List.of()),
                        policy.object(),
                        allow(policy.object(), side, rule)));
        found.accept(unwell ? finding : finding.warning());
    }

    private static Map<String, String> stable(Pod pod) {
        Map<String, String> labels = new TreeMap<>(pod.object().labels());
        labels.remove("pod-template-hash");
        labels.remove("controller-revision-hash");
        labels.remove("statefulset.kubernetes.io/pod-name");
        return labels;
    }

    private static ArrayNode allow(K8sObject policy, String side, ObjectNode rule) {
        if (policy.spec().path(side).isArray()) {
            return Fix.add("/spec/" + side + "/-", rule);
        }
        return Fix.add("/spec/" + side, Json.array().add(rule));
    }

    private static String brief(JsonNode rules) {
        return rules.isMissingNode() || rules.isEmpty() ? "no rule: nothing is allowed" : Json.write(rules);
    }

    private static List<Policy> covering(Map<String, List<Policy>> policies, Pod pod, boolean ingress) {
        Map<String, String> labels = pod.object().labels();
        return policies.getOrDefault(pod.namespace(), List.of()).stream()
                .filter(each -> (ingress ? each.ingress() : each.egress()) && each.covers(labels))
                .toList();
    }

    private static List<Pod> targets(State state, K8sObject service) {
        Selector selector = Selector.ofLabels(service.spec().path("selector"));
        return selector.isEmpty()
                ? List.of()
                : state.selected(service.namespace(), selector).stream()
                        .filter(each -> !each.finished() && !each.deleting())
                        .toList();
    }

    /** Minus one where the service has no such port, or a name that the pod does not have. */
    private static int targetPort(K8sObject service, int port, Pod target) {
        for (JsonNode each : service.items("/spec/ports")) {
            if (each.path("port").asInt() == port) {
                JsonNode to = each.path("targetPort");
                return to.isMissingNode() ? port : to.isInt() ? to.intValue() : named(target, to.asText());
            }
        }
        return -1;
    }

    private static int named(Pod pod, String name) {
        for (Container container : pod.containers()) {
            for (JsonNode each : container.ports()) {
                if (each.path("name").asText().equals(name)) {
                    return each.path("containerPort").asInt();
                }
            }
        }
        return -1;
    }

    /** Policies add up: one rule that allows is enough. */
    private static boolean allows(
            State state,
            List<Policy> policies,
            String side,
            String members,
            Peer peer,
            int port,
            String protocol,
            Optional<Pod> target) {
        for (Policy policy : policies) {
            for (JsonNode rule : policy.object().spec().path(side)) {
                if (port(rule.path("ports"), port, protocol, target)
                        && peer(state, policy.object().namespace(), rule.path(members), peer)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean port(JsonNode ports, int port, String protocol, Optional<Pod> target) {
        if (ports.isEmpty()) {
            return true;
        }
        for (JsonNode each : ports) {
            JsonNode from = each.path("port");
            int first = from.isTextual()
                    ? target.map(pod -> named(pod, from.textValue())).orElse(-1)
                    : from.asInt(port);
            int last = each.path("endPort").asInt(first);
            if (each.path("protocol").asText("TCP").equals(protocol) && first <= port && port <= last) {
                return true;
            }
        }
        return false;
    }

    private static boolean peer(State state, String own, JsonNode members, Peer peer) {
        if (members.isEmpty()) {
            return true;
        }
        for (JsonNode each : members) {
            if (each.has("ipBlock")) {
                if (peer.addresses().isEmpty()
                        || peer.addresses().stream().anyMatch(address -> inBlock(each.path("ipBlock"), address))) {
                    return true;
                }
            } else if ((each.has("namespaceSelector")
                            ? namespace(state, each.path("namespaceSelector"), peer.namespace())
                            : own.equals(peer.namespace()))
                    && (!each.has("podSelector")
                            || Selector.of(each.path("podSelector")).matches(peer.labels()))) {
                return true;
            }
        }
        return false;
    }

    /** Labels of a namespace that cannot be read may match: what is not known proves no isolation. */
    private static boolean namespace(State state, JsonNode selector, String name) {
        Selector wanted = Selector.of(selector);
        if (wanted.isEmpty()) {
            return true;
        }
        Map<String, String> byItself = Map.of("kubernetes.io/metadata.name", name);
        if (wanted.matches(byItself)) {
            return true;
        }
        boolean onlyName =
                wanted.expressions().isEmpty() && wanted.labels().keySet().equals(byItself.keySet());
        return !onlyName
                && state.find(Kinds.NAMESPACE, "", name)
                        .map(each -> wanted.matches(each.labels()))
                        .orElse(true);
    }

    private static boolean inBlock(JsonNode block, String address) {
        if (!Cidr.contains(block.path("cidr").asText(), address)) {
            return false;
        }
        for (JsonNode each : block.path("except")) {
            if (Cidr.contains(each.asText(), address)) {
                return false;
            }
        }
        return true;
    }

    /** A service with pods that no rule lets anybody reach on its port. */
    private static void unreachable(
            State state,
            K8sObject service,
            boolean fromOutside,
            Map<String, List<Policy>> policies,
            Consumer<Finding> found) {
        List<Pod> targets = targets(state, service);
        if (targets.isEmpty()) {
            return;
        }
        Pod target = targets.getFirst();
        List<Policy> in = covering(policies, target, true);
        if (in.isEmpty() || target.object().spec().path("hostNetwork").asBoolean()) {
            return;
        }
        for (JsonNode each : service.items("/spec/ports")) {
            int port = targetPort(service, each.path("port").asInt(), target);
            String protocol = each.path("protocol").asText("TCP");
            boolean open = in.stream().anyMatch(policy -> {
                for (JsonNode rule : policy.object().spec().path("ingress")) {
                    if (port(rule.path("ports"), port, protocol, Optional.of(target))) {
                        return true;
                    }
                }
                return false;
            });
            if (port > 0 && !open) {
                Ref policy = in.getFirst().object().ref();
                Finding finding = Finding.of(
                                CauseId.NETPOL_ISOLATION,
                                policy,
                                fromOutside ? 0.9 : 0.75,
                                policy.brief() + " lets nobody reach Service " + service.name()
                                        + ": no ingress rule allows" + " port " + port + " of its pods")
                        .part("nobody " + service.name() + " " + port)
                        .evidence(Evidence.field(
                                policy,
                                "spec.ingress",
                                brief(in.getFirst().object().spec().path("ingress"))))
                        .affects(service.ref())
                        .fixes(Fix.advice(
                                Fix.Risk.HIGH,
                                "Add an ingress rule for port " + port + " from those that are to reach the service"));
                found.accept(fromOutside ? finding : finding.warning());
            }
        }
    }
}
