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
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Autoscalers that cannot scale: no target, no metrics, requests missing, at their bound. */
final class Autoscalers implements Rule {
    @Override
    public void look(State state, Consumer<Finding> found) {
        for (K8sObject autoscaler : state.all(Kinds.AUTOSCALER)) {
            Optional<Condition> able = autoscaler.condition("AbleToScale").filter(Condition::isFalse);
            Optional<Condition> active = autoscaler
                    .condition("ScalingActive")
                    .filter(each -> each.isFalse() && !each.reason().equals("ScalingDisabled"))
                    .filter(each -> each.since()
                            .map(at -> at.plus(Unwell.STARTING).isBefore(state.now()))
                            .orElse(true));
            if (able.isPresent()) {
                notAble(state, autoscaler, able.get(), found);
            } else if (active.isPresent()) {
                notActive(state, autoscaler, active.get(), found);
            } else {
                atBound(autoscaler, found);
            }
        }
    }

    private static Evidence evidence(K8sObject autoscaler, Condition condition) {
        return new Evidence(
                autoscaler.ref(),
                "status.conditions[" + condition.type() + "]",
                condition.reason() + ": " + condition.message(),
                condition.since());
    }

    private static Ref target(K8sObject autoscaler) {
        return Ref.of(
                autoscaler.text("/spec/scaleTargetRef/kind"),
                autoscaler.namespace(),
                autoscaler.text("/spec/scaleTargetRef/name"));
    }

    private static void notAble(State state, K8sObject autoscaler, Condition able, Consumer<Finding> found) {
        Ref target = target(autoscaler);
        var kind = Kinds.named(target.kind());
        boolean gone = kind.isPresent()
                && state.knows(kind.get())
                && state.find(target).isEmpty();
        Optional<String> meant = gone
                ? Nearest.of(
                        target.name(),
                        state.all(kind.get()).stream()
                                .filter(each -> each.namespace().equals(autoscaler.namespace()))
                                .map(K8sObject::name)
                                .toList())
                : Optional.empty();
        Finding finding = Finding.of(
                        CauseId.HPA,
                        autoscaler.ref(),
                        gone ? 0.95 : 0.85,
                        autoscaler.ref().brief() + " cannot scale "
                                + (gone
                                        ? target.brief() + ", which does not exist"
                                                + meant.map(each -> "; there is \"" + each + "\"")
                                                        .orElse("")
                                        : target.brief() + " (" + able.reason() + "): " + able.message()))
                .part("target")
                .evidence(evidence(autoscaler, able));
        found.accept(
                meant.isPresent()
                        ? finding.fixes(Fix.patch(
                                Nearest.risk(target.name(), meant.get()),
                                "Scale " + target.kind() + " " + meant.get(),
                                autoscaler,
                                Fix.replace("/spec/scaleTargetRef/name", meant.get())))
                        : finding.fixes(
                                Fix.advice(Fix.Risk.LOW, "Correct spec.scaleTargetRef, or delete the autoscaler")));
    }

    private static void notActive(State state, K8sObject autoscaler, Condition active, Consumer<Finding> found) {
        Optional<K8sObject> target = state.find(target(autoscaler));
        String message = active.message();
        List<String> without = target.flatMap(Template::of)
                .map(template -> withoutRequests(autoscaler, template))
                .orElse(List.of());
        String start = autoscaler.ref().brief() + " cannot scale, it gets no metrics (" + active.reason() + "): ";
        Finding finding;
        if (message.contains("missing request")
                || message.contains("missing resource request")
                || !without.isEmpty() && usesUtilization(autoscaler) && !noApi(message)) {
            finding = Finding.of(
                            CauseId.HPA,
                            autoscaler.ref(),
                            0.95,
                            start + "utilization is a share of the request, and "
                                    + (without.isEmpty()
                                            ? "its pods have none"
                                            : String.join(", ", without) + " of "
                                                    + target(autoscaler).brief() + " has none"))
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM,
                            "Set the requests that the pods really use (" + String.join(", ", without) + ")"));
        } else if (noApi(message)) {
            finding = noApi(state, autoscaler, start);
        } else if (active.reason().equals("InvalidSelector") || active.reason().equals("AmbiguousSelector")) {
            finding = Finding.of(CauseId.HPA, autoscaler.ref(), 0.9, start + message)
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM, "Give each autoscaler a target whose selector matches its pods alone"));
        } else {
            finding = Finding.of(CauseId.HPA, autoscaler.ref(), 0.85, start + message)
                    .fixes(Fix.advice(
                            Fix.Risk.LOW,
                            active.reason().equals("FailedGetResourceMetric")
                                    ? "See that the target's pods run and are ready: metrics are of such alone"
                                    : "See that the metric exists and its adapter serves it"));
            List<Pod> unwell = target.map(state::podsOf).orElse(List.of()).stream()
                    .filter(each -> !each.ready())
                    .toList();
            finding = finding.because(Unwell.refs(unwell)).because(target(autoscaler));
        }
        found.accept(finding.evidence(evidence(autoscaler, active)).affects(target(autoscaler)));
    }

    private static boolean noApi(String message) {
        return message.contains("could not find the requested resource")
                || message.contains("the server is currently unable to handle the request")
                || message.contains("no matches for kind")
                || message.contains("no custom metrics API")
                || message.contains("no external metrics API");
    }

    private static Finding noApi(State state, K8sObject autoscaler, String start) {
        String group = autoscaler.items("/spec/metrics").stream()
                .map(each -> switch (each.path("type").asText()) {
                    case "Pods", "Object" -> "custom.metrics.k8s.io";
                    case "External" -> "external.metrics.k8s.io";
                    default -> "metrics.k8s.io";
                })
                .findFirst()
                .orElse("metrics.k8s.io");
        Optional<K8sObject> service = state.all(Kinds.API_SERVICE).stream()
                .filter(each -> each.text("/spec/group").equals(group))
                .findFirst();
        boolean absent = service.isEmpty() && state.knows(Kinds.API_SERVICE);
        Finding finding = Finding.of(
                        CauseId.HPA,
                        autoscaler.ref(),
                        absent || service.isPresent() ? 0.95 : 0.85,
                        start + "the metrics API " + group
                                + (absent
                                        ? " is not installed"
                                        : service.map(each -> " is not served, "
                                                        + each.ref().brief() + " is "
                                                        + each.condition("Available")
                                                                .map(Condition::reason)
                                                                .orElse("unavailable"))
                                                .orElse(" does not answer")))
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        absent
                                ? group.equals("metrics.k8s.io")
                                        ? "Install metrics-server"
                                        : "Install an adapter for " + group
                                : "Mend the service behind " + group));
        return finding.because(service.map(K8sObject::ref).stream().toList());
    }

    private static boolean usesUtilization(K8sObject autoscaler) {
        return autoscaler.items("/spec/metrics").stream()
                .anyMatch(each -> each.findValue("averageUtilization") != null);
    }

    /** {@code cpu of container app}, for each container that lacks what a utilization is a share of. */
    private static List<String> withoutRequests(K8sObject autoscaler, Template template) {
        List<String> without = new ArrayList<>();
        for (JsonNode metric : autoscaler.items("/spec/metrics")) {
            JsonNode resource =
                    metric.has("containerResource") ? metric.path("containerResource") : metric.path("resource");
            String name = resource.path("name").asText();
            if (!resource.at("/target/averageUtilization").isMissingNode()) {
                for (JsonNode container : template.containers()) {
                    boolean concerned = !resource.has("container")
                            || resource.path("container").equals(container.path("name"));
                    if (concerned
                            && container.at("/resources/requests").path(name).isMissingNode()
                            && container.at("/resources/limits").path(name).isMissingNode()) {
                        without.add(
                                name + " of container " + container.path("name").asText());
                    }
                }
            }
        }
        return without;
    }

    private static void atBound(K8sObject autoscaler, Consumer<Finding> found) {
        int most = autoscaler.number("/spec/maxReplicas", 0);
        Optional<Condition> limited = autoscaler
                .condition("ScalingLimited")
                .filter(each -> each.isTrue() && each.reason().equals("TooManyReplicas"));
        if (limited.isPresent() && autoscaler.number("/status/currentReplicas", 0) >= most) {
            found.accept(Finding.of(
                            CauseId.HPA,
                            autoscaler.ref(),
                            0.85,
                            autoscaler.ref().brief() + " wants more replicas than its maximum of " + most)
                    .part("bound")
                    .warning()
                    .evidence(evidence(autoscaler, limited.get()))
                    .affects(target(autoscaler))
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM, "Raise maxReplicas if nodes and quota allow it, or make a pod do more")));
        }
    }
}
