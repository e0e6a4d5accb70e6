package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A container of a workload, with the pods in which it is in the same trouble; one finding for all of them.
 *
 * @param pods at least one, by name
 */
record Place(State state, K8sObject workload, String name, List<Pod> pods) {
    /** Whether a container is in trouble, and what tells troubles apart that need findings of their own. */
    @FunctionalInterface
    interface Trouble {
        Optional<String> of(Pod pod, Container container);
    }

    private record Key(Ref workload, String container, String trouble) {}

    /** Those a change of whose template reaches the pods; what a Job or a bare Pod runs cannot be changed. */
    private static final Set<String> CHANGEABLE = Set.of("Deployment", "StatefulSet", "DaemonSet", "CronJob");

    /** The places of a trouble, over the pods that ought to run. */
    static List<Place> of(State state, Trouble trouble) {
        Map<Key, List<Pod>> pods = new LinkedHashMap<>();
        Map<Ref, K8sObject> workloads = new LinkedHashMap<>();
        for (Pod pod : wanted(state)) {
            for (Container container : pod.containers()) {
                if (container.role() == Container.Role.EPHEMERAL) {
                    continue;
                }
                trouble.of(pod, container).ifPresent(what -> {
                    K8sObject workload = state.workload(pod.object());
                    workloads.put(workload.ref(), workload);
                    pods.computeIfAbsent(new Key(workload.ref(), container.name(), what), key -> new ArrayList<>())
                            .add(pod);
                });
            }
        }
        List<Place> places = new ArrayList<>();
        pods.forEach((key, its) -> places.add(new Place(
                state,
                workloads.getOrDefault(key.workload(), its.getFirst().object()),
                key.container(),
                its.stream().sorted(Comparator.comparing(Pod::name)).toList())));
        return places;
    }

    /** Pods that are meant to run or whose end is a failure: none that is going, has succeeded, or is history. */
    static List<Pod> wanted(State state) {
        return state.pods().stream()
                .filter(pod -> !pod.deleting() && !pod.phase().equals("Succeeded"))
                .filter(pod -> !pod.phase().equals("Failed") || failureMatters(state, pod))
                .toList();
    }

    /** A failed pod is replaced, and matters only where its job has not got over it; evictions are told elsewhere. */
    private static boolean failureMatters(State state, Pod pod) {
        if (!pod.object().text("/status/reason").isEmpty()) {
            return false;
        }
        Optional<K8sObject.Owner> owner = pod.object().controller();
        if (owner.isEmpty()) {
            return true;
        }
        Optional<K8sObject> job = owner.filter(each -> each.kind().equals("Job"))
                .flatMap(each -> state.find(Kinds.JOB, pod.namespace(), each.name()));
        return job.filter(each ->
                        each.condition("Complete").filter(c -> c.isTrue()).isEmpty()
                                && each.number("/status/succeeded", 0) == 0
                                && isNewest(state, each))
                .isPresent();
    }

    /** Of the jobs of a cron job only the last one says how things are. */
    private static boolean isNewest(State state, K8sObject job) {
        Optional<String> cron = job.controller().map(K8sObject.Owner::uid);
        return cron.isEmpty()
                || state.all(Kinds.JOB).stream()
                        .filter(each ->
                                each.controller().map(K8sObject.Owner::uid).equals(cron))
                        .noneMatch(each -> each.created()
                                .flatMap(at -> job.created().map(at::isAfter))
                                .orElse(false));
    }

    /** The pod that speaks for all. */
    Pod pod() {
        return pods.getFirst();
    }

    Container container() {
        return pod().container(name).orElseThrow();
    }

    Ref ref() {
        return workload.ref();
    }

    /** As in {@code container app of Deployment web}. */
    String subject() {
        String role = switch (container().role()) {
            case INIT -> "init container ";
            case SIDECAR -> "sidecar ";
            case MAIN, EPHEMERAL -> "container ";
        };
        return role + name + " of " + ref().brief();
    }

    /** The pods, and what they belong to. */
    List<Ref> affected() {
        List<Ref> all = new ArrayList<>(pods.stream().map(Pod::ref).toList());
        all.add(ref());
        return all;
    }

    /** At fault is the workload. */
    Finding finding(CauseId id, double confidence, String why) {
        Finding finding = Finding.of(id, ref(), confidence, why).part(name).affects(affected());
        return pods.stream().allMatch(Pod::ready) ? finding.warning() : finding;
    }

    /** What the pod's status says of the container. @param path as in {@code state.waiting.reason} */
    Evidence status(String path, String value) {
        String list = container().role() == Container.Role.MAIN ? "containerStatuses" : "initContainerStatuses";
        return Evidence.field(pod().ref(), "status.%s[%s].%s".formatted(list, name, path), value);
    }

    /** The newest event about the container, of a reason, whose message has some text. */
    Optional<Event> event(String reason, String text) {
        return events().stream()
                .filter(each -> each.reason().equals(reason) && each.message().contains(text))
                .findFirst();
    }

    /** What was noticed about the container, or about its pod as a whole; newest first. */
    List<Event> events() {
        return state.events(pod().object()).stream()
                .filter(each -> each.container().isEmpty() || each.container().equals(name))
                .toList();
    }

    /** Where the pod's spec is in the workload. */
    private String template() {
        return switch (workload.kind()) {
            case "Pod" -> "";
            case "CronJob" -> "/spec/jobTemplate/spec/template";
            default -> "/spec/template";
        };
    }

    boolean changeable() {
        return CHANGEABLE.contains(workload.kind());
    }

    /** Pointer to the pod's spec in the workload; empty where a change of it would reach no pod. */
    Optional<String> podSpec() {
        return changeable() ? Optional.of(template() + "/spec") : Optional.empty();
    }

    /** Pointer to the container in the workload; empty where a change of it would reach no pod, or it was injected. */
    Optional<String> pointer() {
        if (!changeable()) {
            return Optional.empty();
        }
        for (String list : List.of("/spec/containers", "/spec/initContainers")) {
            List<JsonNode> all = workload.items(template() + list);
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).path("name").asText().equals(name)) {
                    return Optional.of(template() + list + "/" + i);
                }
            }
        }
        return Optional.empty();
    }

    /** A patch of one value of the container, where the workload still says what the pod does. */
    Optional<Fix> set(Fix.Risk risk, String what, String member, Object value) {
        return pointer()
                .filter(at -> workload.json()
                        .at(at + member)
                        .equals(container().spec().at(member)))
                .map(at -> Fix.patch(
                        risk,
                        what,
                        workload,
                        workload.json().at(at + member).isMissingNode()
                                ? Fix.add(at + member, value)
                                : Fix.replace(at + member, value)));
    }

    /**
     * Back to the revision before, the changed fields only: where these pods are of the newest one, and that one never
     * was as good as the one before.
     */
    Optional<Fix> undo() {
        if (!workload.kind().equals("Deployment")) {
            return Optional.empty();
        }
        Optional<Revisions> revisions = Revisions.of(state, workload);
        boolean newest = revisions
                .filter(each -> pods.stream()
                        .anyMatch(pod -> pod.object()
                                .controller()
                                .filter(owner ->
                                        owner.uid().equals(each.newest().uid()))
                                .isPresent()))
                .isPresent();
        boolean serves = revisions
                .flatMap(Revisions::previous)
                .filter(each -> each.number("/status/readyReplicas", 0) > 0)
                .isPresent();
        boolean cameUp = workload.condition("Progressing")
                .filter(each -> each.reason().equals("NewReplicaSetAvailable"))
                .isPresent();
        return newest && (serves || !cameUp) ? revisions.orElseThrow().undo() : Optional.empty();
    }

    /** {@code -n shop}, for commands. */
    String inNamespace() {
        return "-n " + pod().namespace();
    }

    /** What to run to read on. */
    Fix readLog() {
        return Fix.command(
                Fix.Risk.LOW,
                "Read the whole log",
                "kubectl logs %s %s -c %s%s"
                        .formatted(
                                inNamespace(), pod().name(), name, container().restarts() > 0 ? " --previous" : ""));
    }
}
