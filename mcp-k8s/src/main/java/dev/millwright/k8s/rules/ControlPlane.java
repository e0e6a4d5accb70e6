package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;

/** The control plane itself: health checks, leases of its parts, APIs it aggregates, webhooks it waits for. */
final class ControlPlane implements Rule {
    /** They renew every few seconds. */
    private static final Duration STALE = Duration.ofMinutes(2);

    @Override
    public void look(State state, Consumer<Finding> found) {
        boolean whole = state.namespace().isEmpty();
        Set<String> failing = new HashSet<>();
        for (Admission.Refused each : Admission.refused(state)) {
            Matcher matcher = Admission.WEBHOOK_FAILED.matcher(each.message());
            if (matcher.find()) {
                failing.add(matcher.group(1));
            }
        }
        if (whole) {
            health(state, found);
            leases(state, found);
        }
        if (whole || !failing.isEmpty()) {
            webhooks(state, failing, found);
        }
        boolean metrics = state.all(Kinds.AUTOSCALER).stream()
                .anyMatch(each -> each.condition("ScalingActive")
                        .filter(one -> one.isFalse() && one.message().contains("unable to handle the request"))
                        .isPresent());
        if (whole || metrics) {
            state.all(Kinds.API_SERVICE).forEach(each -> aggregated(each, found));
        }
    }

    private static void health(State state, Consumer<Finding> found) {
        String text = state.json("/readyz?verbose").map(JsonNode::asText).orElse("");
        List<String> bad = text.lines()
                .filter(each -> each.startsWith("[-]"))
                .map(String::strip)
                .toList();
        if (!bad.isEmpty()) {
            Ref server = Ref.of("APIServer", "", "kube-apiserver");
            found.accept(Finding.of(
                            CauseId.CONTROLPLANE,
                            server,
                            0.95,
                            "The API server is not ready: "
                                    + String.join(
                                            ", ",
                                            bad.stream()
                                                    .map(each -> each.substring(3))
                                                    .toList()))
                    .evidence(Evidence.field(server, "/readyz?verbose", String.join("; ", bad)))
                    .fixes(Fix.advice(Fix.Risk.HIGH, "The administrator of the control plane must see to it")));
        }
    }

    private static void leases(State state, Consumer<Finding> found) {
        for (K8sObject lease : state.elsewhere(Kinds.LEASE, "kube-system")) {
            boolean ours = Set.of("kube-scheduler", "kube-controller-manager").contains(lease.name());
            boolean stale = Times.of(lease.json().at("/spec/renewTime"))
                    .filter(at -> at.plus(STALE).isBefore(state.now()))
                    .isPresent();
            if (ours && stale) {
                found.accept(Finding.of(
                                CauseId.CONTROLPLANE,
                                lease.ref(),
                                0.85,
                                lease.name() + " seems to be down: it has not renewed its lease since "
                                        + lease.text("/spec/renewTime"))
                        .evidence(Evidence.field(lease.ref(), "spec.renewTime", lease.text("/spec/renewTime")))
                        .fixes(Fix.advice(Fix.Risk.HIGH, "The administrator of the control plane must bring it back")));
            }
        }
    }

    /** The configuration that holds a webhook of that name. */
    static Optional<Ref> webhook(State state, String name) {
        for (var kind : List.of(Kinds.VALIDATING_WEBHOOK, Kinds.MUTATING_WEBHOOK)) {
            for (K8sObject each : state.all(kind)) {
                if (each.items("/webhooks").stream()
                        .anyMatch(one -> one.path("name").asText().equals(name))) {
                    return Optional.of(each.ref());
                }
            }
        }
        return Optional.empty();
    }

    private static void webhooks(State state, Set<String> failing, Consumer<Finding> found) {
        Map<String, Endpoints> endpoints = new HashMap<>();
        for (var kind : List.of(Kinds.VALIDATING_WEBHOOK, Kinds.MUTATING_WEBHOOK)) {
            for (K8sObject configuration : state.all(kind)) {
                for (JsonNode each : configuration.items("/webhooks")) {
                    boolean concerns = state.namespace().isEmpty()
                            || failing.contains(each.path("name").asText());
                    if (concerns
                            && each.path("failurePolicy").asText("Fail").equals("Fail")
                            && each.at("/clientConfig/service").isObject()) {
                        webhook(state, configuration, each, endpoints, found);
                    }
                }
            }
        }
    }

    private static void webhook(
            State state,
            K8sObject configuration,
            JsonNode webhook,
            Map<String, Endpoints> endpoints,
            Consumer<Finding> found) {
        String namespace = webhook.at("/clientConfig/service/namespace").asText();
        Ref service =
                Services.ref(namespace, webhook.at("/clientConfig/service/name").asText());
        boolean there = state.elsewhere(Kinds.SERVICE, namespace).stream()
                .anyMatch(each -> each.name().equals(service.name()));
        boolean ready = endpoints
                .computeIfAbsent(namespace, key -> new Endpoints(state, key))
                .anyReady(service);
        boolean unread = state.partial().stream()
                .anyMatch(each -> (each.resource().equals(Kinds.SERVICE.resource())
                                || each.resource().equals(Kinds.ENDPOINT_SLICE.resource()))
                        && each.namespace().map(namespace::equals).orElse(true));
        if (ready || unread) {
            return;
        }
        found.accept(Finding.of(
                        CauseId.CONTROLPLANE,
                        configuration.ref(),
                        0.95,
                        configuration.ref().brief() + " makes the API wait for webhook "
                                + webhook.path("name").asText() + ", and its service " + namespace + "/"
                                + service.name()
                                + (there ? " has no ready endpoints" : " does not exist")
                                + ": what it covers is refused (failurePolicy Fail)")
                .part(webhook.path("name").asText())
                .evidence(
                        Evidence.field(configuration.ref(), "webhooks.failurePolicy", "Fail"),
                        Evidence.field(service, "endpoints ready", "0"))
                .because(service)
                .fixes(
                        Fix.advice(Fix.Risk.MEDIUM, "Bring back the pods behind " + namespace + "/" + service.name()),
                        Fix.command(
                                Fix.Risk.HIGH,
                                "Or delete the configuration, if what it guarded is gone",
                                "kubectl delete "
                                        + (configuration.kind().startsWith("V")
                                                ? "validatingwebhookconfiguration "
                                                : "mutatingwebhookconfiguration ")
                                        + configuration.name())));
    }

    private static void aggregated(K8sObject service, Consumer<Finding> found) {
        Optional<Condition> available = service.condition("Available").filter(each -> !each.isTrue());
        available.ifPresent(each -> found.accept(Finding.of(
                        CauseId.CONTROLPLANE,
                        service.ref(),
                        0.95,
                        service.ref().brief() + " is not available (" + each.reason() + "): " + each.message())
                .evidence(new Evidence(
                        service.ref(),
                        "status.conditions[Available]",
                        each.reason() + ": " + each.message(),
                        each.since()))
                .because(Services.ref(service.text("/spec/service/namespace"), service.text("/spec/service/name")))
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM, "Mend the service behind it, or delete the APIService if that is gone"))));
    }
}
