package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that do not resolve: the cluster's DNS is down, or a pod is told not to use it. */
final class Dns implements Rule {
    private static final String SYSTEM = "kube-system";

    private static final Pattern UNRESOLVED = Pattern.compile(
            "no such host|UnknownHostException|EAI_AGAIN|ENOTFOUND|[Tt]emporary failure in name resolution"
                    + "|Name or service not known|could not translate host name|server misbehaving");

    /** How the usual resolvers name the host they looked for. */
    private static final Pattern HOST = Pattern.compile(
            "lookup ([A-Za-z0-9.-]+)|UnknownHostException: ([A-Za-z0-9.-]+)|(?:EAI_AGAIN|ENOTFOUND) ([A-Za-z0-9.-]+)"
                    + "|host name \"([^\"]+)\"");

    private static final Duration FRESH = Duration.ofHours(1);

    /** A line of a log that says a name was not resolved. */
    private record Unresolved(Unwell.Log log, String line) {
        Optional<String> host() {
            Matcher matcher = HOST.matcher(line);
            if (!matcher.find()) {
                return Optional.empty();
            }
            for (int i = 1; i <= matcher.groupCount(); i++) {
                if (matcher.group(i) != null) {
                    return Optional.of(matcher.group(i));
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public void look(State state, Consumer<Finding> found) {
        List<Unresolved> unresolved = new ArrayList<>();
        for (Unwell.Log log : Unwell.logs(state)) {
            log.text()
                    .lines()
                    .filter(line -> UNRESOLVED.matcher(line).find())
                    .findFirst()
                    .ifPresent(line -> unresolved.add(new Unresolved(log, line.strip())));
        }
        if (!unresolved.isEmpty() || state.namespace().isEmpty()) {
            if (!serverDown(state, unresolved, found)) {
                unresolved.forEach(each -> policy(state, each, found));
            }
        }
        for (Pod pod : state.pods()) {
            if (Unwell.is(pod, state.now())) {
                formed(state, pod, found);
            }
        }
    }

    private static boolean serverDown(State state, List<Unresolved> unresolved, Consumer<Finding> found) {
        Optional<K8sObject> service = state.elsewhere(Kinds.SERVICE, SYSTEM).stream()
                .filter(each -> each.name().equals("kube-dns")
                        || "kube-dns".equals(each.labels().get("k8s-app")))
                .findFirst();
        if (service.isEmpty()) {
            return false;
        }
        Endpoints endpoints = new Endpoints(state, SYSTEM);
        if (endpoints.anyReady(service.get().ref())
                || state.partial().stream()
                        .anyMatch(each -> each.resource().equals(Kinds.ENDPOINT_SLICE.resource())
                                && each.namespace().map(SYSTEM::equals).orElse(true))) {
            return false;
        }
        Selector selector = Selector.ofLabels(service.get().spec().path("selector"));
        List<Pod> servers = state.elsewhere(Kinds.POD, SYSTEM).stream()
                .filter(each -> selector.matches(each.labels()))
                .map(Pod::new)
                .toList();
        Set<Ref> affected = new LinkedHashSet<>();
        for (Unresolved each : unresolved) {
            affected.add(each.log().pod().ref());
            affected.add(state.workload(each.log().pod().object()).ref());
        }
        Finding finding = Finding.of(
                        CauseId.DNS,
                        service.get().ref(),
                        0.95,
                        "The cluster's DNS is down: Service " + service.get().name() + " has no ready endpoints"
                                + (servers.isEmpty()
                                        ? ", and there is no CoreDNS pod"
                                        : ", " + Unwell.count(servers.size(), "CoreDNS pod") + " not ready"))
                .evidence(Evidence.field(service.get().ref(), "endpoints ready", "0"))
                .affects(affected)
                .because(Unwell.refs(servers))
                .fixes(Fix.advice(Fix.Risk.HIGH, "Mend or scale up CoreDNS in " + SYSTEM));
        for (Unresolved each : unresolved) {
            finding = finding.evidence(
                    Evidence.log(each.log().pod().ref(), each.log().container(), each.line()));
        }
        found.accept(finding);
        return true;
    }

    /** A name of the cluster that the pod's own settings keep from the cluster's DNS. */
    private static void policy(State state, Unresolved unresolved, Consumer<Finding> found) {
        Pod pod = unresolved.log().pod();
        K8sObject workload = state.workload(pod.object());
        String policy = pod.object().json().at("/spec/dnsPolicy").asText("ClusterFirst");
        boolean hostNetwork = pod.object().spec().path("hostNetwork").asBoolean();
        boolean around = policy.equals("Default")
                || policy.equals("None")
                        && pod.object().items("/spec/dnsConfig/nameservers").isEmpty()
                || policy.equals("ClusterFirst") && hostNetwork;
        boolean ours = unresolved
                .host()
                .filter(host -> host.endsWith(".cluster.local")
                        || host.matches("[^.]+\\.[^.]+\\.svc")
                        || host.indexOf('.') < 0
                                && state.find(Kinds.SERVICE, pod.namespace(), host)
                                        .isPresent())
                .isPresent();
        if (!around || !ours) {
            return;
        }
        String better = hostNetwork ? "ClusterFirstWithHostNet" : "ClusterFirst";
        Finding finding = Finding.of(
                        CauseId.DNS,
                        workload.ref(),
                        0.9,
                        workload.ref().brief() + " does not ask the cluster's DNS (dnsPolicy " + policy
                                + (hostNetwork ? " with hostNetwork" : "") + "), and so cannot resolve "
                                + unresolved.host().orElse("names of services"))
                .evidence(
                        Evidence.field(pod.ref(), "spec.dnsPolicy", policy),
                        Evidence.log(pod.ref(), unresolved.log().container(), unresolved.line()))
                .affects(pod.ref());
        Optional<Template> template = Template.of(workload).filter(Template::changeable);
        found.accept(
                template.isPresent()
                        ? finding.fixes(Fix.patch(
                                Fix.Risk.LOW,
                                "Ask the cluster's DNS",
                                workload,
                                Fix.add(template.get().at() + "/spec/dnsPolicy", better)))
                        : finding.fixes(Fix.advice(Fix.Risk.LOW, "Set dnsPolicy " + better)));
    }

    private static void formed(State state, Pod pod, Consumer<Finding> found) {
        Map<String, String> meaning = Map.of(
                "DNSConfigForming", "its DNS settings exceed what a resolver takes and were cut",
                "MissingClusterDNS", "its node does not know the cluster's DNS");
        Optional<Event> event = state.events(pod.object()).stream()
                .filter(each -> meaning.containsKey(each.reason())
                        && each.last()
                                .map(at -> at.plus(FRESH).isAfter(state.now()))
                                .orElse(false))
                .findFirst();
        event.ifPresent(said -> found.accept(Finding.of(
                        CauseId.DNS,
                        state.workload(pod.object()).ref(),
                        0.6,
                        pod.ref().brief() + ": " + meaning.get(said.reason()))
                .part(said.reason())
                .warning()
                .evidence(Evidence.event(said))
                .affects(pod.ref())
                .fixes(Fix.advice(
                        Fix.Risk.LOW,
                        said.reason().equals("DNSConfigForming")
                                ? "Keep to 3 nameservers and 32 search domains"
                                : "Set clusterDNS of the kubelet, or dnsPolicy Default"))));
    }
}
