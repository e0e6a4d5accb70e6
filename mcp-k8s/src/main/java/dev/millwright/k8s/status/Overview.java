package dev.millwright.k8s.status;

import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.view.PodWord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts the things of a cluster and tells what each is like, worst first. */
public final class Overview {
    /** What can be looked at. */
    public enum Part {
        NODES,
        WORKLOADS,
        PODS,
        STORAGE,
        RELEASES
    }

    /**
     * One thing.
     *
     * @param weight how bad it is, 0 for well
     * @param is in a few words
     */
    public record Item(Ref object, String is, int weight) {}

    /** What is read of each kind it looks at. */
    public static final Map<Kind, Members> READ = Map.of(
            Kinds.NODE, Members.only("status.conditions", "spec.unschedulable"),
            Kinds.POD,
                    Members.only(
                            "metadata.labels.pod-template-hash",
                            "metadata.ownerReferences",
                            "metadata.deletionTimestamp",
                            "spec.nodeName",
                            "spec.containers.name",
                            "spec.initContainers.name",
                            "spec.initContainers.restartPolicy",
                            "spec.ephemeralContainers.name",
                            "status.phase",
                            "status.reason",
                            "status.conditions.type",
                            "status.conditions.status",
                            "status.containerStatuses.name",
                            "status.containerStatuses.state",
                            "status.initContainerStatuses.name",
                            "status.initContainerStatuses.state",
                            "status.ephemeralContainerStatuses.name",
                            "status.ephemeralContainerStatuses.state"),
            Kinds.DEPLOYMENT, Members.only("spec.replicas", "status"),
            Kinds.STATEFUL_SET, Members.only("spec.replicas", "status"),
            Kinds.DAEMON_SET, Members.only("status"),
            Kinds.JOB, Members.only("status.conditions"),
            Kinds.CLAIM, Members.only("spec.storageClassName", "status.phase"),
            Kinds.VOLUME, Members.only("status.phase"));

    private static final int DOWN = 1_000;
    private static final int PARTLY = 500;
    private static final int SLIGHTLY = 100;
    private static final int MOST_WORDS = 5;

    private final State state;
    private final Map<Part, String> counts = new LinkedHashMap<>();
    private final List<Item> items = new ArrayList<>();

    private Overview(State state) {
        this.state = state;
    }

    /** The kinds that are listed for these parts. */
    public static Set<Kind> kinds(Collection<Part> parts) {
        Set<Kind> kinds = new LinkedHashSet<>();
        for (Part each : parts) {
            kinds.addAll(
                    switch (each) {
                        case NODES -> List.of(Kinds.NODE);
                        case WORKLOADS ->
                            List.of(Kinds.POD, Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.JOB);
                        case PODS -> List.of(Kinds.POD);
                        case STORAGE -> List.of(Kinds.CLAIM, Kinds.VOLUME);
                        case RELEASES -> List.of();
                    });
        }
        return kinds;
    }

    /** @param releases the objects in which Helm keeps revisions that are current */
    public static Overview of(State state, Collection<Part> parts, List<K8sObject> releases) {
        Overview overview = new Overview(state);
        for (Part each : parts) {
            switch (each) {
                case NODES -> overview.nodes();
                case WORKLOADS -> overview.workloads();
                case PODS -> overview.pods(parts.contains(Part.WORKLOADS));
                case STORAGE -> overview.storage();
                case RELEASES -> overview.releases(releases);
            }
        }
        overview.items.sort(Comparator.comparing((Item item) -> -item.weight())
                .thenComparing(item -> item.object().toString()));
        return overview;
    }

    /** One line for each part. */
    public Map<Part, String> counts() {
        return counts;
    }

    /** Worst first. */
    public List<Item> items() {
        return items;
    }

    private void nodes() {
        List<K8sObject> nodes = state.all(Kinds.NODE);
        int ready = 0;
        for (K8sObject node : nodes) {
            List<String> wrong = new ArrayList<>();
            boolean up = node.condition("Ready").filter(Condition::isTrue).isPresent();
            ready += up ? 1 : 0;
            if (!up) {
                wrong.add("not ready"
                        + node.condition("Ready")
                                .map(each -> ": " + each.reason())
                                .orElse(""));
            }
            node.conditions().stream()
                    .filter(each -> !each.type().equals("Ready") && each.isTrue())
                    .forEach(each -> wrong.add(each.type()));
            boolean cordoned = node.spec().path("unschedulable").asBoolean();
            if (cordoned) {
                wrong.add("cordoned");
            }
            items.add(new Item(
                    node.ref(),
                    wrong.isEmpty() ? "ready" : String.join(", ", wrong),
                    !up ? 2 * DOWN : wrong.size() > (cordoned ? 1 : 0) ? DOWN : cordoned ? SLIGHTLY : 0));
        }
        counts.put(Part.NODES, unread(Kinds.NODE, "%d of %d ready".formatted(ready, nodes.size())));
    }

    /** What is there, or that it could not be read. */
    private String unread(Kind kind, String count) {
        return state.knows(kind) ? count : state.all(kind).isEmpty() ? "could not be read" : "at least " + count;
    }

    private void workloads() {
        Map<Ref, List<Pod>> byOwner = new HashMap<>();
        state.pods()
                .forEach(each -> byOwner.computeIfAbsent(owner(each), key -> new ArrayList<>())
                        .add(each));
        int all = 0;
        int well = 0;
        for (Kind kind : List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET)) {
            boolean daemons = kind.equals(Kinds.DAEMON_SET);
            for (K8sObject each : state.all(kind)) {
                int wanted =
                        daemons ? each.number("/status/desiredNumberScheduled", 0) : each.number("/spec/replicas", 1);
                int ready = daemons ? each.number("/status/numberReady", 0) : each.number("/status/readyReplicas", 0);
                all++;
                well += ready >= wanted ? 1 : 0;
                String why = words(byOwner.getOrDefault(each.ref(), List.of()).stream()
                        .filter(pod -> !PodWord.well(pod))
                        .toList());
                boolean stuck =
                        each.condition("Progressing").filter(Condition::isFalse).isPresent();
                items.add(new Item(
                        each.ref(),
                        "%d of %d ready%s%s"
                                .formatted(
                                        ready, wanted, why.isEmpty() ? "" : ": " + why, stuck ? ", rollout stuck" : ""),
                        ready < wanted
                                ? (ready == 0 ? DOWN : PARTLY) + Math.min(99, wanted - ready)
                                : stuck ? SLIGHTLY : 0));
            }
        }
        for (K8sObject each : state.all(Kinds.JOB)) {
            boolean failed = each.condition("Failed").filter(Condition::isTrue).isPresent();
            all++;
            well += failed ? 0 : 1;
            if (failed) {
                items.add(new Item(
                        each.ref(),
                        "failed: "
                                + each.condition("Failed")
                                        .map(Condition::reason)
                                        .orElse(""),
                        SLIGHTLY));
            }
        }
        counts.put(Part.WORKLOADS, unread(Kinds.DEPLOYMENT, "%d of %d well".formatted(well, all)));
    }

    /** Of a deployment's pod the deployment, told by the hash in the name of its replica set: no list of those is needed. */
    private static Ref owner(Pod pod) {
        return pod.object()
                .controller()
                .map(owner -> {
                    String hash = pod.object().labels().getOrDefault("pod-template-hash", "");
                    boolean deployed = owner.kind().equals("ReplicaSet")
                            && !hash.isEmpty()
                            && owner.name().endsWith("-" + hash);
                    return deployed
                            ? Ref.of(
                                    "Deployment",
                                    pod.namespace(),
                                    owner.name().substring(0, owner.name().length() - hash.length() - 1))
                            : Ref.of(owner.kind(), pod.namespace(), owner.name());
                })
                .orElseGet(pod::ref);
    }

    private void pods(boolean workloadsToo) {
        List<Pod> pods = state.pods();
        List<Pod> unwell = pods.stream().filter(each -> !PodWord.well(each)).toList();
        long done =
                pods.stream().filter(each -> each.phase().equals("Succeeded")).count();
        long expected = pods.size() - done;
        String words = words(unwell);
        counts.put(
                Part.PODS,
                unread(
                        Kinds.POD,
                        "%d of %d ready%s"
                                .formatted(expected - unwell.size(), expected, words.isEmpty() ? "" : ": " + words)));
        Map<Ref, List<Pod>> byOwner = new LinkedHashMap<>();
        unwell.forEach(each ->
                byOwner.computeIfAbsent(owner(each), key -> new ArrayList<>()).add(each));
        byOwner.forEach((owner, its) -> {
            boolean told = workloadsToo
                    && List.of("Deployment", "StatefulSet", "DaemonSet").contains(owner.kind());
            if (!told) {
                items.add(new Item(
                        owner,
                        owner.kind().equals("Pod") ? PodWord.of(its.getFirst()) : "pods: " + words(its),
                        PARTLY));
            }
        });
    }

    private static String words(List<Pod> pods) {
        Map<String, Long> words =
                pods.stream().collect(Collectors.groupingBy(PodWord::of, TreeMap::new, Collectors.counting()));
        return words.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Long> each) -> -each.getValue()))
                .limit(MOST_WORDS)
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    private void storage() {
        List<K8sObject> claims = state.all(Kinds.CLAIM);
        Function<K8sObject, String> phase = each -> each.text("/status/phase");
        long bound = claims.stream()
                .filter(each -> phase.apply(each).equals("Bound"))
                .count();
        counts.put(Part.STORAGE, unread(Kinds.CLAIM, "%d of %d claims bound".formatted(bound, claims.size())));
        for (K8sObject each : claims) {
            boolean well = phase.apply(each).equals("Bound");
            items.add(new Item(
                    each.ref(),
                    phase.apply(each) + (well ? "" : ", class " + each.text("/spec/storageClassName")),
                    well ? 0 : phase.apply(each).equals("Lost") ? DOWN : PARTLY));
        }
        for (K8sObject each : state.all(Kinds.VOLUME)) {
            if (phase.apply(each).equals("Failed") || phase.apply(each).equals("Released")) {
                items.add(new Item(
                        each.ref(), phase.apply(each), phase.apply(each).equals("Failed") ? PARTLY : SLIGHTLY));
            }
        }
    }

    private void releases(List<K8sObject> releases) {
        Map<String, K8sObject> newest = new TreeMap<>();
        for (K8sObject each : releases) {
            newest.merge(
                    each.namespace() + "/" + each.labels().getOrDefault("name", each.name()),
                    each,
                    (one, other) -> revision(one) >= revision(other) ? one : other);
        }
        Map<String, Integer> states = new TreeMap<>();
        newest.forEach((name, each) -> {
            String status = each.labels().getOrDefault("status", "unknown");
            states.merge(status, 1, Integer::sum);
            items.add(new Item(
                    Ref.of("Release", each.namespace(), each.labels().getOrDefault("name", each.name())),
                    status + ", revision " + revision(each),
                    status.equals("deployed") ? 0 : status.equals("failed") ? PARTLY : SLIGHTLY));
        });
        counts.put(
                Part.RELEASES,
                states.isEmpty()
                        ? "none"
                        : states.entrySet().stream()
                                .map(each -> each.getValue() + " " + each.getKey())
                                .collect(Collectors.joining(", ")));
    }

    private static int revision(K8sObject release) {
        String version = release.labels().getOrDefault("version", "");
        return version.matches("\\d{1,8}") ? Integer.parseInt(version) : 0;
    }
}
