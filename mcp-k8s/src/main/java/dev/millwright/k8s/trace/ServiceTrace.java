package dev.millwright.k8s.trace;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.trace.Hop.Step;
import dev.millwright.k8s.trace.Hop.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Follows a service both ways: what leads to it, and where it leads. */
public final class ServiceTrace {
    private static final int MOST_NOT_READY = 3;

    private final State state;
    private final K8sObject service;
    private final Optional<Pod> from;
    private final List<Hop> hops = new ArrayList<>();
    private final List<Pod> pods;
    private final Selector selector;
    private int ready;
    private int endpoints;

    private ServiceTrace(State state, K8sObject service, Optional<Pod> from) {
        this.state = state;
        this.service = service;
        this.from = from;
        this.selector = Selector.ofLabels(service.json().at("/spec/selector"));
        this.pods = selector.isEmpty()
                ? List.of()
                : state.pods().stream()
                        .filter(each -> each.namespace().equals(service.namespace())
                                && !each.finished()
                                && selector.matches(each.object().labels()))
                        .toList();
    }

    /** @param from the pod that calls; empty for anybody */
    public static ServiceTrace of(State state, K8sObject service, Optional<Pod> from) {
        ServiceTrace trace = new ServiceTrace(state, service, from);
        trace.ingresses();
        trace.service();
        if (!service.text("/spec/type").equals("ExternalName")) {
            trace.pods();
            trace.slices();
            trace.ports();
            trace.probes();
            trace.policies();
        }
        return trace;
    }

    public List<Hop> hops() {
        return hops;
    }

    /** As in {@code 2 of 3 ready}. */
    public String endpoints() {
        return ready + " of " + endpoints + " ready";
    }

    public Verdict verdict() {
        return hops.stream()
                .map(Hop::verdict)
                .filter(each -> each != Verdict.UNKNOWN)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.UNKNOWN);
    }

    private void hop(Step step, Ref object, Verdict verdict, String why) {
        hops.add(new Hop(step, object, verdict, why));
    }

    private void ingresses() {
        for (K8sObject ingress : state.all(Kinds.INGRESS)) {
            if (!ingress.namespace().equals(service.namespace())) {
                continue;
            }
            Set<String> ways = new LinkedHashSet<>();
            Set<String> wrong = new LinkedHashSet<>();
            backend(ingress.json().at("/spec/defaultBackend/service"), "*", ways, wrong);
            for (JsonNode rule : ingress.items("/spec/rules")) {
                for (JsonNode path : rule.at("/http/paths")) {
                    backend(
                            path.at("/backend/service"),
                            rule.path("host").asText("*") + path.path("path").asText("/"),
                            ways,
                            wrong);
                }
            }
            if (ways.isEmpty()) {
                continue;
            }
            for (JsonNode tls : ingress.items("/spec/tls")) {
                String secret = tls.path("secretName").asText();
                if (!secret.isEmpty()
                        && state.knows(Kinds.SECRET)
                        && state.find(Kinds.SECRET, ingress.namespace(), secret).isEmpty()) {
                    wrong.add("TLS secret " + secret + " is missing");
                }
            }
            String given = ingress.text("/spec/ingressClassName");
            if (!given.isEmpty()
                    && state.knows(Kinds.INGRESS_CLASS)
                    && state.find(Kinds.INGRESS_CLASS, "", given).isEmpty()) {
                wrong.add("class " + given + " does not exist");
            }
            hop(
                    Step.INGRESS,
                    ingress.ref(),
                    wrong.isEmpty() ? Verdict.OK : Verdict.BROKEN,
                    wrong.isEmpty() ? String.join(", ", ways) : String.join("; ", wrong));
        }
    }

    private void backend(JsonNode backend, String way, Set<String> ways, Set<String> wrong) {
        if (!backend.path("name").asText().equals(service.name())) {
            return;
        }
        ways.add(way);
        JsonNode number = backend.at("/port/number");
        String name = backend.at("/port/name").asText();
        boolean exists = service.items("/spec/ports").stream()
                .anyMatch(each -> number.isInt()
                        ? each.path("port").asInt() == number.asInt()
                        : each.path("name").asText().equals(name));
        if (!exists) {
            wrong.add(way + " leads to port " + (number.isInt() ? number.asText() : name)
                    + ", which the service has not");
        }
    }

    private void service() {
        String type = service.text("/spec/type");
        if (type.equals("ExternalName")) {
            String name = service.text("/spec/externalName");
            hop(
                    Step.SERVICE,
                    service.ref(),
                    name.isEmpty() ? Verdict.BROKEN : Verdict.UNKNOWN,
                    "leads out of the cluster, to " + (name.isEmpty() ? "nothing" : name));
            return;
        }
        boolean waits = type.equals("LoadBalancer")
                && service.items("/status/loadBalancer/ingress").isEmpty();
        hop(
                Step.SERVICE,
                service.ref(),
                waits ? Verdict.WARN : Verdict.OK,
                type
                        + (waits ? " without an address yet" : "")
                        + (service.text("/spec/clusterIP").equals("None") ? ", headless" : ""));
    }

    private void pods() {
        if (selector.isEmpty()) {
            hop(Step.PODS, service.ref(), Verdict.UNKNOWN, "no selector: its endpoints are made by someone else");
        } else if (pods.isEmpty()) {
            hop(
                    Step.PODS,
                    service.ref(),
                    state.knows(Kinds.POD) ? Verdict.BROKEN : Verdict.UNKNOWN,
                    "selector " + selector + " matches no pod" + nearest());
        } else {
            long well = pods.stream().filter(Pod::ready).count();
            hop(
                    Step.PODS,
                    service.ref(),
                    well == 0 ? Verdict.BROKEN : well < pods.size() ? Verdict.WARN : Verdict.OK,
                    "selector %s matches %d pods, %d ready".formatted(selector, pods.size(), well));
        }
    }

    /** The pod that has most of the labels. */
    private String nearest() {
        return state.pods().stream()
                .filter(each -> each.namespace().equals(service.namespace()))
                .max(Comparator.comparing(this::shared))
                .filter(each -> shared(each) > 0 || selector.labels().size() == 1)
                .map(each -> "; nearest is " + each.name() + " with "
                        + selector.labels().keySet().stream()
                                .map(key -> key + "=" + each.object().labels().getOrDefault(key, "(none)"))
                                .collect(Collectors.joining(",")))
                .orElse("");
    }

    private long shared(Pod pod) {
        Map<String, String> labels = pod.object().labels();
        return selector.labels().entrySet().stream()
                .filter(each -> each.getValue().equals(labels.get(each.getKey())))
                .count();
    }

    private void slices() {
        List<K8sObject> slices = state.all(Kinds.ENDPOINT_SLICE).stream()
                .filter(each -> each.namespace().equals(service.namespace())
                        && service.name().equals(each.labels().get("kubernetes.io/service-name")))
                .toList();
        for (K8sObject slice : slices) {
            for (JsonNode each : slice.items("/endpoints")) {
                endpoints++;
                ready += each.at("/conditions/ready").asBoolean(true) ? 1 : 0;
            }
        }
        boolean known = state.knows(Kinds.ENDPOINT_SLICE);
        hop(
                Step.SLICE,
                slices.isEmpty() ? service.ref() : slices.getFirst().ref(),
                !known ? Verdict.UNKNOWN : ready == 0 ? Verdict.BROKEN : ready < endpoints ? Verdict.WARN : Verdict.OK,
                !known ? "endpoint slices could not be read" : endpoints() + " in " + slices.size() + " slices");
    }

    private void ports() {
        for (JsonNode each : service.items("/spec/ports")) {
            String target = each.path("targetPort").asText(each.path("port").asText());
            String protocol = each.path("protocol").asText("TCP");
            String way = each.path("port").asText() + ">" + target + "/" + protocol;
            if (pods.isEmpty()) {
                continue;
            }
            List<Pod> without = pods.stream()
                    .filter(pod -> !declares(pod, target, protocol))
                    .toList();
            boolean named = !target.matches("\\d+");
            if (without.isEmpty()) {
                hop(Step.PORT, service.ref(), Verdict.OK, way);
            } else {
                hop(
                        Step.PORT,
                        without.getFirst().ref(),
                        named ? without.size() == pods.size() ? Verdict.BROKEN : Verdict.WARN : Verdict.WARN,
                        way
                                + (named
                                        ? ": no container has a port of that name"
                                        : ": not declared by a container, which need not matter; declared: "
                                                + declared(without.getFirst())));
            }
        }
    }

    private static boolean declares(Pod pod, String target, String protocol) {
        return pod.containers().stream()
                .flatMap(each -> each.ports().stream())
                .anyMatch(each -> (each.path("containerPort").asText().equals(target)
                                || each.path("name").asText().equals(target))
                        && each.path("protocol").asText("TCP").equals(protocol));
    }

    private static String declared(Pod pod) {
        String all = pod.containers().stream()
                .flatMap(each -> each.ports().stream())
                .map(each -> each.path("containerPort").asText())
                .collect(Collectors.joining(","));
        return all.isEmpty() ? "none" : all;
    }

    private void probes() {
        List<Pod> unready = pods.stream().filter(each -> !each.ready()).toList();
        for (Pod pod : unready.subList(0, Math.min(MOST_NOT_READY, unready.size()))) {
            Optional<Event> event = state.events(pod.object()).stream()
                    .filter(each -> each.reason().equals("Unhealthy"))
                    .findFirst();
            Optional<Container> container =
                    pod.containers().stream().filter(each -> !each.ready()).findFirst();
            String state = container
                    .map(each -> each.name() + " "
                            + (each.waiting().isEmpty()
                                    ? each.running() ? "runs, not ready" : "ended"
                                    : each.waiting()))
                    .orElse("not ready");
            hop(
                    Step.PROBE,
                    pod.ref(),
                    Verdict.BROKEN,
                    event.map(each -> state + ": " + each.message()).orElse(state));
        }
        if (unready.isEmpty() && !pods.isEmpty()) {
            boolean probed = pods.getFirst().containers().stream()
                    .anyMatch(each -> each.probe("readiness").isPresent());
            hop(
                    Step.PROBE,
                    pods.getFirst().ref(),
                    Verdict.OK,
                    probed ? "readiness probes pass" : "no readiness probe: ready as soon as it runs");
        }
    }

    private void policies() {
        if (pods.isEmpty()) {
            return;
        }
        Policies policies = new Policies(state);
        Pod target = pods.getFirst();
        for (JsonNode each : service.items("/spec/ports")) {
            String wanted = each.path("targetPort").asText(each.path("port").asText());
            int port = wanted.matches("\\d{1,5}")
                    ? Integer.parseInt(wanted)
                    : Policies.number(target, wanted).orElse(each.path("port").asInt());
            String protocol = each.path("protocol").asText("TCP");
            from.ifPresent(
                    caller -> decided(policies.out(caller, target, port, protocol), "out of " + caller.name(), port));
            decided(policies.in(target, from, port, protocol), "to " + target.name(), port);
        }
    }

    private void decided(Policies.Decision decision, String way, int port) {
        String names = decision.policies().stream().map(K8sObject::name).collect(Collectors.joining(", "));
        Ref object = decision.policies().isEmpty()
                ? service.ref()
                : decision.policies().getFirst().ref();
        switch (decision.answer()) {
            case OPEN -> hop(Step.POLICY, object, Verdict.OK, way + ":" + port + ": no policy");
            case ALLOWED -> hop(Step.POLICY, object, Verdict.OK, way + ":" + port + " allowed by " + names);
            case SOME ->
                hop(
                        Step.POLICY,
                        object,
                        Verdict.WARN,
                        way + ":" + port + ": only for some, by " + names + "; give from_pod");
            case DENIED ->
                hop(Step.POLICY, object, Verdict.BROKEN, way + ":" + port + ": nothing in " + names + " allows it");
        }
    }
}
