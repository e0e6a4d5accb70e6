package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Services that reach nobody: the wrong labels, pods that are not ready, the wrong port. */
final class Services implements Rule {
    /** What a service could be meant to select: the workload, and the labels its pods bear. */
    private record Candidate(K8sObject workload, Map<String, String> labels) {}

    @Override
    public void look(State state, Consumer<Finding> found) {
        if (state.all(Kinds.SERVICE).isEmpty()) {
            return;
        }
        Endpoints endpoints = new Endpoints(state);
        Map<String, List<Candidate>> candidates = new HashMap<>();
        for (K8sObject service : state.all(Kinds.SERVICE)) {
            if (service.deleted().isPresent()) {
                continue;
            }
            Selector selector = Selector.ofLabels(service.spec().path("selector"));
            if (!service.text("/spec/type").equals("ExternalName") && !selector.isEmpty()) {
                List<Pod> pods = state.selected(service.namespace(), selector).stream()
                        .filter(each -> !each.finished() && !each.deleting())
                        .toList();
                if (pods.isEmpty()) {
                    List<Candidate> near =
                            candidates.computeIfAbsent(service.namespace(), namespace -> candidates(state, namespace));
                    selectsNobody(state, service, selector, near, endpoints, found);
                } else {
                    notReady(state, service, pods, endpoints, found);
                    ports(service, pods, found);
                }
            }
        }
    }

    private static List<Candidate> candidates(State state, String namespace) {
        List<Candidate> all = new ArrayList<>();
        for (K8sObject each : Unwell.workloads(state)) {
            if (each.namespace().equals(namespace)
                    && !each.kind().equals("Job")
                    && !each.kind().equals("CronJob")) {
                Template.of(each).ifPresent(template -> all.add(new Candidate(each, template.labels())));
            }
        }
        for (Pod each : state.selected(namespace, new Selector(Map.of(), List.of()))) {
            if (each.object().controller().isEmpty() && !each.finished()) {
                all.add(new Candidate(each.object(), each.object().labels()));
            }
        }
        return all;
    }

    private static void selectsNobody(
            State state,
            K8sObject service,
            Selector selector,
            List<Candidate> candidates,
            Endpoints endpoints,
            Consumer<Finding> found) {
        List<K8sObject> meant = candidates.stream()
                .filter(each -> selector.matches(each.labels()))
                .map(Candidate::workload)
                .toList();
        if (!meant.isEmpty()) {
            List<K8sObject> wanting = meant.stream()
                    .filter(each ->
                            each.number("/spec/replicas", 1) > 0 && Unwell.isOlder(each, Unwell.STARTING, state.now()))
                    .toList();
            if (!wanting.isEmpty()) {
                found.accept(Finding.of(
                                CauseId.SERVICE_PODS_NOT_READY,
                                service.ref(),
                                0.9,
                                service.ref().brief() + " has no endpoints: "
                                        + wanting.getFirst().ref().brief() + ", which it selects, has no pod")
                        .evidence(Evidence.field(service.ref(), "spec.selector", selector.toString()))
                        .because(wanting.stream().map(K8sObject::ref).toList())
                        .fixes(Fix.advice(Fix.Risk.MEDIUM, "See why its pods are not created")));
            }
            return;
        }
        if (endpoints.anyReady(service.ref()) || !state.knows(Kinds.POD)) {
            return;
        }
        Optional<Candidate> nearest = nearest(service, selector, candidates);
        Finding finding = Finding.of(
                        CauseId.SERVICE_SELECTOR_MISMATCH,
                        service.ref(),
                        0.95,
                        service.ref().brief() + " has no endpoints: its selector " + selector + " matches no pod"
                                + nearest.map(each -> "; the nearest, "
                                                + each.workload().ref().brief() + ", has " + labels(each.labels()))
                                        .orElse(""))
                .evidence(Evidence.field(service.ref(), "spec.selector", selector.toString()));
        if (nearest.isPresent()) {
            finding = finding.evidence(Evidence.field(
                            nearest.get().workload().ref(),
                            "pod labels",
                            labels(nearest.get().labels())))
                    .fixes(Fix.patch(
                            Fix.Risk.LOW,
                            "Select the labels that the pods of "
                                    + nearest.get().workload().ref().brief() + " bear",
                            service,
                            select(selector, nearest.get())));
        } else {
            finding = finding.fixes(
                    Fix.advice(Fix.Risk.LOW, "Correct the selector, or delete the service if what it served is gone"));
        }
        found.accept(finding);
    }

    private static String labels(Map<String, String> labels) {
        Map<String, String> shown = new TreeMap<>(labels);
        shown.remove("pod-template-hash");
        return new Selector(shown, List.of()).toString();
    }

    /** The labels that differ least; one that has the service's name wins over another as near. */
    private static Optional<Candidate> nearest(K8sObject service, Selector selector, List<Candidate> candidates) {
        List<Candidate> near = candidates.stream()
                .filter(each -> shares(selector, each) || each.workload().name().equals(service.name()))
                .sorted(Comparator.comparing((Candidate each) -> distance(selector, each))
                        .thenComparing(each -> !each.workload().name().equals(service.name()))
                        .thenComparing(each -> each.workload().name()))
                .toList();
        boolean tie = near.size() > 1
                && distance(selector, near.get(0)) == distance(selector, near.get(1))
                && !near.getFirst().workload().name().equals(service.name());
        return tie ? Optional.empty() : near.stream().findFirst();
    }

    /** Whether one label is equal or nearly so. */
    private static boolean shares(Selector selector, Candidate candidate) {
        return selector.labels().entrySet().stream()
                .anyMatch(each ->
                        Nearest.isNear(each.getValue(), candidate.labels().getOrDefault(each.getKey(), "")));
    }

    /** 0 for a label that is equal, less than 1 for a value that is near, 1 for another value, 1.5 for none. */
    private static double distance(Selector selector, Candidate candidate) {
        double sum = 0;
        for (Map.Entry<String, String> each : selector.labels().entrySet()) {
            String there = candidate.labels().get(each.getKey());
            if (there == null) {
                sum += 1.5;
            } else if (!there.equals(each.getValue())) {
                sum += Nearest.isNear(each.getValue(), there)
                        ? (double) Nearest.distance(each.getValue(), there)
                                / Math.max(each.getValue().length(), there.length())
                        : 1;
            }
        }
        return sum;
    }

    private static ArrayNode select(Selector selector, Candidate candidate) {
        ArrayNode operations = Json.array();
        boolean shares = selector.labels().keySet().stream().anyMatch(candidate.labels()::containsKey);
        if (!shares) {
            Map<String, String> own = candidate.workload().texts("/spec/selector/matchLabels");
            operations
                    .addObject()
                    .put("op", "replace")
                    .put("path", "/spec/selector")
                    .set("value", Json.tree(own.isEmpty() ? candidate.labels() : own));
            return operations;
        }
        new TreeMap<>(selector.labels()).forEach((key, value) -> {
            String there = candidate.labels().get(key);
            String at = "/spec/selector/" + Fix.escape(key);
            if (there == null) {
                operations.addObject().put("op", "remove").put("path", at);
            } else if (!there.equals(value)) {
                operations.addObject().put("op", "replace").put("path", at).put("value", there);
            }
        });
        return operations;
    }

    private static void notReady(
            State state, K8sObject service, List<Pod> pods, Endpoints endpoints, Consumer<Finding> found) {
        if (service.spec().path("publishNotReadyAddresses").asBoolean()
                || pods.stream().anyMatch(Pod::ready)
                || !Unwell.anyOf(pods, state.now())
                || endpoints.anyReady(service.ref())) {
            return;
        }
        found.accept(Finding.of(
                        CauseId.SERVICE_PODS_NOT_READY,
                        service.ref(),
                        0.9,
                        service.ref().brief() + " has no ready endpoints: none of the "
                                + Unwell.count(pods.size(), "pod") + " it selects is ready")
                .evidence(Evidence.field(
                        service.ref(),
                        "endpoints ready",
                        "0 of "
                                + Math.max(
                                        pods.size(), endpoints.of(service.ref()).size())))
                .because(Unwell.refs(pods))
                .fixes(Fix.advice(Fix.Risk.MEDIUM, "Mend the pods; the service follows by itself")));
    }

    private static void ports(K8sObject service, List<Pod> pods, Consumer<Finding> found) {
        int index = -1;
        for (JsonNode port : service.items("/spec/ports")) {
            index++;
            JsonNode target = port.path("targetPort");
            String protocol = port.path("protocol").asText("TCP");
            String asked = target.isMissingNode() ? port.path("port").asText() : target.asText();
            Set<String> names = new TreeSet<>();
            Set<Integer> numbers = new TreeSet<>();
            boolean otherProtocol = false;
            boolean matches = false;
            for (Pod pod : pods) {
                for (Container container : pod.containers()) {
                    for (JsonNode each : container.ports()) {
                        boolean same = each.path("protocol").asText("TCP").equals(protocol);
                        boolean hit = each.path("name").asText().equals(asked)
                                || each.path("containerPort").asText().equals(asked);
                        matches |= hit && same;
                        otherProtocol |= hit && !same;
                        if (same) {
                            numbers.add(each.path("containerPort").asInt());
                            if (each.has("name")) {
                                names.add(each.path("name").asText());
                            }
                        }
                    }
                }
            }
            if (!matches) {
                boolean named = target.isTextual() && !asked.matches("[0-9]+");
                boolean alone = pods.stream()
                        .allMatch(pod -> pod.object().items("/spec/containers").size() == 1);
                mismatch(service, index, asked, named, alone, otherProtocol, protocol, names, numbers, found);
            }
        }
    }

    private static void mismatch(
            K8sObject service,
            int index,
            String asked,
            boolean named,
            boolean alone,
            boolean otherProtocol,
            String protocol,
            Set<String> names,
            Set<Integer> numbers,
            Consumer<Finding> found) {
        // A number need not be declared: that others are is a hint, none declared says nothing.
        if (!named && numbers.isEmpty() && !otherProtocol) {
            return;
        }
        String at = "/spec/ports/" + index;
        Finding finding = Finding.of(
                        CauseId.SERVICE_PORT_MISMATCH,
                        service.ref(),
                        named ? 0.95 : otherProtocol ? 0.8 : 0.6,
                        service.ref().brief() + " sends to "
                                + (otherProtocol
                                        ? protocol + " port " + asked + ", which its pods declare for another protocol"
                                        : named
                                                ? "port \"" + asked + "\", a name that no container of its pods has"
                                                : "port " + asked + ", which its pods do not declare")
                                + (numbers.isEmpty()
                                        ? ""
                                        : "; they declare " + numbers + (names.isEmpty() ? "" : " " + names)))
                .part(String.valueOf(index))
                .evidence(Evidence.field(service.ref(), "spec.ports[" + index + "].targetPort", asked));
        if (otherProtocol) {
            String other = protocol.equals("TCP") ? "UDP" : "TCP";
            finding = finding.fixes(Fix.patch(
                    Fix.Risk.LOW, "Speak " + other + " on this port", service, Fix.add(at + "/protocol", other)));
        } else if (numbers.size() == 1 && (named || alone)) {
            finding = finding.fixes(Fix.patch(
                    named ? Fix.Risk.LOW : Fix.Risk.MEDIUM,
                    "Send to port " + numbers.iterator().next() + ", the only one that the pods declare",
                    service,
                    Fix.add(at + "/targetPort", numbers.iterator().next())));
        } else {
            Optional<String> meant = Nearest.of(asked, names);
            finding = finding.fixes(
                    meant.isPresent()
                            ? Fix.patch(
                                    Nearest.risk(asked, meant.get()),
                                    "Send to the port named " + meant.get(),
                                    service,
                                    Fix.add(at + "/targetPort", meant.get()))
                            : Fix.advice(Fix.Risk.LOW, "Set targetPort to the port that the program listens on"));
        }
        found.accept(named || otherProtocol ? finding : finding.warning());
    }

    static Ref ref(String namespace, String name) {
        return Ref.of("Service", namespace, name);
    }
}
