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
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.Listing;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Pods that no node takes: which filter of the scheduler keeps them out, and what the nearest node lacks. */
final class Scheduling implements Rule {
    /** How the scheduler (v1.28 to v1.36) says which filter it was, in the order in which we look. */
    private static final Map<String, CauseId> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("Insufficient", CauseId.SCHED_RESOURCES);
        WORDS.put("Too many pods", CauseId.SCHED_RESOURCES);
        WORDS.put("taint", CauseId.SCHED_TAINT);
        WORDS.put("were unschedulable", CauseId.SCHED_CORDON);
        WORDS.put("node affinity/selector", CauseId.SCHED_NODE_AFFINITY);
        WORDS.put("affinity rules", CauseId.SCHED_POD_AFFINITY_OR_SPREAD);
        WORDS.put("spread constraints", CauseId.SCHED_POD_AFFINITY_OR_SPREAD);
        WORDS.put("free ports", CauseId.SCHED_PORT_NAME_GATE);
        WORDS.put("node name", CauseId.SCHED_PORT_NAME_GATE);
    }

    private static final Duration STALE_LEASE = Duration.ofMinutes(1);

    @Override
    public void look(State state, Consumer<Finding> found) {
        Map<Ref, List<Pod>> waiting = new LinkedHashMap<>();
        Map<Ref, K8sObject> workloads = new HashMap<>();
        for (Pod pod : state.pods()) {
            if (!pod.deleting()
                    && pod.phase().equals("Pending")
                    && pod.nodeName().isEmpty()) {
                K8sObject workload = state.workload(pod.object());
                workloads.putIfAbsent(workload.ref(), workload);
                waiting.computeIfAbsent(workload.ref(), key -> new ArrayList<>())
                        .add(pod);
            } else if (pod.phase().equals("Failed") && !pod.deleting()) {
                rejected(state, pod, found);
            }
        }
        Nodes nodes = new Nodes(state);
        waiting.forEach((ref, pods) ->
                waits(state, workloads.getOrDefault(ref, pods.getFirst().object()), pods, nodes, found));
    }

    /** The nodes with what runs on them, read only when needed: first what a namespace shows, then all pods. */
    private static final class Nodes {
        private final State state;
        private Optional<Placement> here = Optional.empty();
        private Optional<Placement> everywhere = Optional.empty();

        Nodes(State state) {
            this.state = state;
        }

        boolean known() {
            return state.knows(Kinds.NODE) && !state.all(Kinds.NODE).isEmpty();
        }

        List<Placement.Verdict> of(Pod pod) {
            if (here.isEmpty()) {
                here = Optional.of(new Placement(state.all(Kinds.NODE), state.pods()));
            }
            List<Placement.Verdict> seen = here.get().of(pod);
            boolean settled = state.namespace().isEmpty()
                    || seen.stream()
                            .allMatch(each -> each.lacks().stream()
                                    .anyMatch(lack -> lack.never() || lack.id() != CauseId.SCHED_RESOURCES));
            return settled ? seen : withAllPods().map(each -> each.of(pod)).orElse(seen);
        }

        private Optional<Placement> withAllPods() {
            if (everywhere.isEmpty()) {
                Listing all = state.everywhere(Kinds.POD);
                if (all.missing().isPresent()) {
                    return Optional.empty();
                }
                everywhere = Optional.of(new Placement(
                        state.all(Kinds.NODE),
                        all.items().stream().map(Pod::new).toList()));
            }
            return everywhere;
        }
    }

    private static void waits(State state, K8sObject workload, List<Pod> pods, Nodes nodes, Consumer<Finding> found) {
        Pod pod = pods.getFirst();
        Optional<Condition> scheduled = pod.object().condition("PodScheduled").filter(Condition::isFalse);
        if (scheduled.isEmpty()) {
            unattended(state, workload, pod, pods, found);
            return;
        }
        String message = decisive(scheduled.get().message());
        Evidence condition = new Evidence(
                pod.ref(),
                "status.conditions[PodScheduled]",
                scheduled.get().reason() + ": " + message,
                scheduled.get().since());
        if (scheduled.get().reason().equals("SchedulingGated")) {
            List<String> gates = pod.object().items("/spec/schedulingGates").stream()
                    .map(each -> each.path("name").asText())
                    .toList();
            found.accept(Finding.of(
                            CauseId.SCHED_PORT_NAME_GATE,
                            workload.ref(),
                            0.95,
                            workload.ref().brief() + " is held back by scheduling gate " + String.join(", ", gates)
                                    + ", which whatever set it has not lifted")
                    .part("gate")
                    .evidence(condition)
                    .affects(Unwell.refs(pods))
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM,
                            "See why the controller that owns the gate " + String.join(", ", gates)
                                    + " does not lift it")));
        } else if (volumes(state, workload, pod, pods, condition, found)) {
            return;
        } else if (!nodes.known()) {
            byMessage(workload, pods, message, condition, 0.7, found);
        } else {
            List<Placement.Verdict> verdicts = nodes.of(pod);
            if (verdicts.stream().anyMatch(each -> each.lacks().isEmpty())) {
                // It would fit by all that can be seen: what the scheduler says is all there is.
                byMessage(workload, pods, message, condition, 0.6, found);
            } else {
                NoRoom.decide(state, workload, pods, verdicts, condition, found);
            }
        }
    }

    /** The part of the scheduler's message about filters: what follows speaks of preemption and repeats the counts. */
    static String decisive(String message) {
        int end = message.length();
        for (String from : List.of("no new claims to deallocate", "preemption:")) {
            int at = message.indexOf(from);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return message.substring(0, end).strip().replaceAll("[,. ]+$", "");
    }

    /** Claims block a pod before any node is looked at. */
    private static boolean volumes(
            State state, K8sObject workload, Pod pod, List<Pod> pods, Evidence condition, Consumer<Finding> found) {
        List<String> problems = new ArrayList<>();
        List<Ref> claims = new ArrayList<>();
        for (String name : claims(pod)) {
            Ref ref = Ref.of("PersistentVolumeClaim", pod.namespace(), name);
            Optional<K8sObject> claim = state.find(Kinds.CLAIM, pod.namespace(), name);
            if (claim.isEmpty() && state.knows(Kinds.CLAIM)) {
                problems.add("claim \"" + name + "\" does not exist");
                claims.add(ref);
            } else if (claim.isPresent()
                    && !claim.get().text("/status/phase").equals("Bound")
                    && !Claims.waitsForConsumer(state, claim.get())) {
                problems.add("claim \"" + name + "\" is " + claim.get().text("/status/phase") + ", not bound");
                claims.add(ref);
            } else if (claim.isPresent()
                    && claim.get().items("/spec/accessModes").stream()
                            .anyMatch(each -> each.asText().equals("ReadWriteOncePod"))
                    && state.pods().stream()
                            .anyMatch(other -> !other.finished()
                                    && !other.nodeName().isEmpty()
                                    && other.namespace().equals(pod.namespace())
                                    && claims(other).contains(name))) {
                problems.add("claim \"" + name + "\" is ReadWriteOncePod and in use by another pod");
            }
        }
        if (problems.isEmpty() && condition.value().contains("volume")) {
            problems.addAll(volumeMessage(condition.value()));
            claims(pod).forEach(each -> claims.add(Ref.of("PersistentVolumeClaim", pod.namespace(), each)));
        }
        if (problems.isEmpty()) {
            return false;
        }
        boolean missing = problems.stream().anyMatch(each -> each.endsWith("does not exist"));
        found.accept(Finding.of(
                        CauseId.SCHED_VOLUME,
                        workload.ref(),
                        missing ? 0.95 : 0.9,
                        workload.ref().brief() + " waits for its storage (" + Unwell.count(pods.size(), "pod") + "): "
                                + String.join("; ", problems))
                .evidence(condition)
                .affects(Unwell.refs(pods))
                .because(claims)
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        missing
                                ? "Create the claim, or correct its name in the pod template"
                                : "Mend the claim or the volume; the pod then starts by itself")));
        return true;
    }

    private static List<String> volumeMessage(String message) {
        return List.of(
                        "didn't find available persistent volumes to bind",
                        "didn't match PersistentVolume's node affinity",
                        "had no available volume zone",
                        "exceed max volume count",
                        "ReadWriteOncePod access mode already in-use")
                .stream()
                .filter(message::contains)
                .map(each -> "its nodes " + each)
                .toList();
    }

    static List<String> claims(Pod pod) {
        return pod.volumes().stream()
                .map(each -> each.has("ephemeral")
                        ? pod.name() + "-" + each.path("name").asText()
                        : each.at("/persistentVolumeClaim/claimName").asText())
                .filter(each -> !each.isEmpty())
                .toList();
    }

    /** Where nodes cannot be read, or nothing is seen to be in the way. */
    private static void byMessage(
            K8sObject workload,
            List<Pod> pods,
            String message,
            Evidence condition,
            double confidence,
            Consumer<Finding> found) {
        Optional<CauseId> id =
                WORDS.keySet().stream().filter(message::contains).findFirst().map(WORDS::get);
        found.accept(Finding.of(
                        id.orElse(CauseId.SCHED_RESOURCES),
                        workload.ref(),
                        id.isPresent() ? confidence : 0.5,
                        workload.ref().brief() + " waits for a node (" + Unwell.count(pods.size(), "pod") + "): "
                                + message.replace("Insufficient", "insufficient"))
                .evidence(condition)
                .affects(Unwell.refs(pods))
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM, "Look at the nodes with an identity that may read them and all pods")));
    }

    /** The scheduler has not looked at the pod at all. */
    private static void unattended(State state, K8sObject workload, Pod pod, List<Pod> pods, Consumer<Finding> found) {
        if (pod.object().condition("PodScheduled").isPresent()
                || !Unwell.isOlder(pod.object(), Unwell.STARTING, state.now())) {
            return;
        }
        String scheduler = pod.object().text("/spec/schedulerName");
        boolean own = !scheduler.isEmpty() && !scheduler.equals("default-scheduler");
        Optional<K8sObject> lease = own
                ? Optional.empty()
                : state.elsewhere(Kinds.LEASE, "kube-system").stream()
                        .filter(each -> each.name().equals("kube-scheduler"))
                        .findFirst();
        boolean stale = lease.flatMap(each -> Times.of(each.json().at("/spec/renewTime")))
                .filter(at -> at.plus(STALE_LEASE).isBefore(state.now()))
                .isPresent();
        if (!own && !stale) {
            return;
        }
        Finding finding = Finding.of(
                        CauseId.SCHED_PORT_NAME_GATE,
                        workload.ref(),
                        own ? 0.9 : 0.85,
                        workload.ref().brief() + " waits for a node (" + Unwell.count(pods.size(), "pod") + "): "
                                + (own
                                        ? "it names scheduler \"" + scheduler
                                                + "\", and none of that name has looked at it"
                                        : "the scheduler has not looked at it, and its lease is stale"))
                .part("scheduler")
                .affects(Unwell.refs(pods))
                .evidence(
                        own
                                ? Evidence.field(pod.ref(), "spec.schedulerName", scheduler)
                                : Evidence.field(
                                        lease.orElseThrow().ref(),
                                        "spec.renewTime",
                                        lease.orElseThrow().text("/spec/renewTime")));
        Optional<Template> template =
                Template.of(workload).filter(Template::changeable).filter(each -> own);
        found.accept(
                template.isPresent()
                        ? finding.fixes(Fix.patch(
                                Fix.Risk.LOW,
                                "Let the default scheduler place it, unless that scheduler is to be installed",
                                workload,
                                Fix.replace(template.get().at() + "/spec/schedulerName", "default-scheduler")))
                        : finding.fixes(Fix.advice(Fix.Risk.HIGH, "Bring the scheduler back")));
    }

    /** A kubelet refused what the scheduler had given it; its workload makes another pod, so only a shortage matters. */
    private static void rejected(State state, Pod pod, Consumer<Finding> found) {
        String reason = pod.object().text("/status/reason");
        if (!List.of("OutOfcpu", "OutOfmemory", "OutOfpods", "OutOfephemeral-storage")
                .contains(reason)) {
            return;
        }
        K8sObject workload = state.workload(pod.object());
        boolean replaced = !workload.equals(pod.object())
                && state.podsOf(workload).stream().filter(Pod::ready).count() >= workload.number("/spec/replicas", 1);
        if (!replaced) {
            JsonNode message = pod.object().json().at("/status/message");
            found.accept(Finding.of(
                            CauseId.SCHED_RESOURCES,
                            workload.ref(),
                            0.85,
                            workload.ref().brief() + " was refused by its node: insufficient "
                                    + reason.substring("OutOf".length()) + " on " + pod.nodeName())
                    .part("kubelet")
                    .evidence(Evidence.field(pod.ref(), "status.reason", reason + ": " + message.asText()))
                    .affects(pod.ref())
                    .fixes(Fix.advice(Fix.Risk.MEDIUM, "Lower the requests, or give the node fewer pods")));
        }
    }
}
