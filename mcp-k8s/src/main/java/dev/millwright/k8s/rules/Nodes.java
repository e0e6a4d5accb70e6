package dev.millwright.k8s.rules;

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
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Nodes that are not ready, short of something, or too old or new for the control plane. */
final class Nodes implements Rule {
    /** Twice what the node controller waits before it calls a node unknown (50 s since Kubernetes 1.32). */
    private static final Duration SILENT = Duration.ofSeconds(100);

    private static final Set<String> TROUBLE =
            Set.of("ImageGCFailed", "FreeDiskSpaceFailed", "ContainerGCFailed", "EvictionThresholdMet", "SystemOOM");

    private static final Pattern MINOR = Pattern.compile("v?1\\.([0-9]{1,3})");

    @Override
    public void look(State state, Consumer<Finding> found) {
        boolean whole = state.namespace().isEmpty();
        Map<String, List<Pod>> unwell = new HashMap<>();
        boolean waiting = false;
        for (Pod pod : state.pods()) {
            boolean stuck = pod.deleting()
                    && pod.object()
                            .deleted()
                            .map(at -> at.plus(SILENT).isBefore(state.now()))
                            .orElse(false);
            if (Unwell.is(pod, state.now()) || stuck) {
                waiting |= pod.nodeName().isEmpty();
                unwell.computeIfAbsent(pod.nodeName(), key -> new ArrayList<>()).add(pod);
            }
        }
        // In one namespace a node matters when a pod on it, or one that finds none, is not well.
        if (!whole && unwell.isEmpty()) {
            return;
        }
        for (K8sObject node : state.all(Kinds.NODE)) {
            List<Pod> pods = unwell.getOrDefault(node.name(), List.of());
            if (whole || waiting || !pods.isEmpty()) {
                node(state, node, pods, found);
            }
        }
        if (whole) {
            leases(state, found);
            skew(state, found);
        }
    }

    private static void node(State state, K8sObject node, List<Pod> pods, Consumer<Finding> found) {
        Set<Ref> affected = new LinkedHashSet<>();
        for (Pod each : pods) {
            affected.add(each.ref());
            affected.add(state.workload(each.object()).ref());
        }
        List<Evidence> events = state.events(Ref.of("Node", "", node.name())).stream()
                .filter(each -> TROUBLE.contains(each.reason()))
                .limit(2)
                .map(Evidence::event)
                .toList();
        Optional<Condition> ready = node.condition("Ready").filter(each -> !each.isTrue());
        if (ready.isPresent()) {
            found.accept(Finding.of(
                            CauseId.NODE,
                            node.ref(),
                            0.95,
                            node.ref().brief() + " is not ready (" + ready.get().reason() + "): "
                                    + ready.get().message())
                    .evidence(evidence(node, ready.get()))
                    .evidence(events)
                    .affects(affected)
                    .fixes(
                            Fix.advice(
                                    Fix.Risk.HIGH,
                                    ready.get().status().equals("Unknown")
                                            ? "See whether the machine and its kubelet run and reach the API"
                                            : "See the kubelet's log on the node"),
                            Fix.command(
                                    Fix.Risk.HIGH,
                                    "Move its pods away, if it will not come back soon",
                                    "kubectl drain " + node.name() + " --ignore-daemonsets")));
            return;
        }
        for (Condition each : node.conditions()) {
            boolean network = each.type().equals("NetworkUnavailable");
            if (each.isTrue() && (network || each.type().endsWith("Pressure"))) {
                Finding finding = Finding.of(
                                CauseId.NODE,
                                node.ref(),
                                0.95,
                                node.ref().brief()
                                        + (network ? " has no network: " : " is under " + each.type() + ": ")
                                        + each.message())
                        .part(each.type())
                        .evidence(evidence(node, each))
                        .evidence(events)
                        .affects(network ? affected : Set.of())
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                network
                                        ? "See the network plugin's pod on the node"
                                        : "Free what is short on the node, or move pods that use most of it"));
                found.accept(network ? finding : finding.warning());
            }
        }
    }

    private static Evidence evidence(K8sObject node, Condition condition) {
        return new Evidence(
                node.ref(),
                "status.conditions[" + condition.type() + "]",
                condition.status() + " " + condition.reason() + ": " + condition.message(),
                condition.since());
    }

    /** A kubelet that has fallen silent before anybody noticed. */
    private static void leases(State state, Consumer<Finding> found) {
        for (K8sObject lease : state.elsewhere(Kinds.LEASE, "kube-node-lease")) {
            Optional<K8sObject> node = state.find(Kinds.NODE, "", lease.name())
                    .filter(each ->
                            each.condition("Ready").filter(Condition::isTrue).isPresent());
            boolean silent = Times.of(lease.json().at("/spec/renewTime"))
                    .filter(at -> at.plus(SILENT).isBefore(state.now()))
                    .isPresent();
            if (silent && node.isPresent()) {
                found.accept(Finding.of(
                                CauseId.NODE,
                                node.get().ref(),
                                0.85,
                                node.get().ref().brief()
                                        + " counts as ready, but its kubelet has not renewed its lease since "
                                        + lease.text("/spec/renewTime"))
                        .part("lease")
                        .evidence(Evidence.field(lease.ref(), "spec.renewTime", lease.text("/spec/renewTime")))
                        .fixes(Fix.advice(Fix.Risk.HIGH, "See whether the kubelet runs and reaches the API")));
            }
        }
    }

    /** Kubernetes, "Version Skew Policy": a kubelet is never newer than the API server, and at most 3 minors older. */
    private static void skew(State state, Consumer<Finding> found) {
        OptionalInt server = state.json("/version")
                .map(each -> minor(each.path("gitVersion").asText()))
                .orElse(OptionalInt.empty());
        if (server.isEmpty()) {
            return;
        }
        for (K8sObject node : state.all(Kinds.NODE)) {
            String version = node.text("/status/nodeInfo/kubeletVersion");
            OptionalInt kubelet = minor(version);
            int behind = server.getAsInt() - kubelet.orElse(server.getAsInt());
            if (behind < 0 || behind > 3) {
                found.accept(Finding.of(
                                CauseId.NODE,
                                node.ref(),
                                0.9,
                                node.ref().brief() + " runs kubelet " + version + ", "
                                        + (behind < 0
                                                ? "newer than the API server"
                                                : behind + " minor versions older than the API server"))
                        .part("version")
                        .warning()
                        .evidence(Evidence.field(node.ref(), "status.nodeInfo.kubeletVersion", version))
                        .fixes(Fix.advice(Fix.Risk.HIGH, "Upgrade the older of the two, one minor version at a time")));
            }
        }
    }

    private static OptionalInt minor(String version) {
        Matcher matcher = MINOR.matcher(version);
        return matcher.lookingAt() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
