package dev.millwright.k8s;

import dev.millwright.json.Schema;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.LogQuery;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.logs.LogLine;
import dev.millwright.k8s.logs.LogText;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.State;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** The logs of pods: finds the pods, reads the runs of their containers, says what it did not read. */
final class PodLogs {
    /** Which runs are read. */
    enum Previous {
        /** The run before too, where there was a restart. */
        AUTO,
        YES,
        NO
    }

    /** @param where the pod, and the container where there are several */
    record Run(String where, boolean previous, List<LogLine> lines) {}

    private static final List<Kind> WORKLOADS = List.of(
            Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.JOB, Kinds.CRON_JOB, Kinds.REPLICA_SET);

    /** Pods and runs that one call reads at most: each run is a request. */
    private static final int MOST_PODS = 20;

    private static final int MOST_RUNS = 60;

    /** Bytes that a line seldom has more of. */
    private static final int NEAR = 16_384;

    private final Cluster cluster;
    private final K8sConfig config;
    private final String namespace;
    private final State state;
    private final List<Run> runs = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final List<Partial> partial = new ArrayList<>();

    PodLogs(Cluster cluster, K8sConfig config, String namespace, Clock clock) {
        this.cluster = cluster;
        this.config = config;
        this.namespace = namespace;
        this.state = new State(new LiveSource(cluster, config.maxObjects(), clock).orKept(), Optional.of(namespace));
    }

    List<Run> runs() {
        return List.copyOf(runs);
    }

    /** What was not read, and why. */
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** What may not be read. */
    List<String> partial() {
        List<Partial> all = new ArrayList<>(state.partial());
        all.addAll(partial);
        return Partial.fold(all.stream().distinct().toList());
    }

    List<Pod> pod(String name) {
        return List.of(new Pod(new K8sObject(cluster.get(Kinds.POD, Optional.of(namespace), name)
                .orElseThrow(() -> absent(
                        "/pod",
                        "pod",
                        name,
                        state.pods().stream().map(Pod::name).toList())))));
    }

    List<Pod> selected(Selector selector) {
        return some(
                state.pods().stream()
                        .filter(each -> selector.matches(each.object().labels()))
                        .toList(),
                "/selector " + selector + " matches no pod in " + namespace);
    }

    /** @param text {@code KIND/NAME}, or the name of the first workload that has it */
    List<Pod> workload(String text) {
        int slash = text.indexOf('/');
        String name = text.substring(slash + 1);
        List<Kind> kinds = slash < 0
                ? WORKLOADS
                : List.of(
                        Kinds.named(text.substring(0, slash))
                                .filter(WORKLOADS::contains)
                                .orElseThrow(
                                        () -> ToolException.invalidInput(
                                                "/workload " + text
                                                        + " must be a name or KIND/NAME with one of deployment, statefulset, daemonset, job, cronjob, replicaset")));
        List<String> names = new ArrayList<>();
        for (Kind kind : kinds) {
            Optional<K8sObject> found = state.find(kind, namespace, name);
            if (found.isPresent()) {
                return some(state.podsOf(found.get()), found.get().ref().brief() + " has no pod");
            }
            state.all(kind).forEach(each -> names.add(each.name()));
        }
        throw absent("/workload", "workload", name, names);
    }

    private List<Pod> some(List<Pod> pods, String otherwise) {
        if (!pods.isEmpty()) {
            return pods;
        }
        throw state.knows(Kinds.POD)
                ? ToolException.notFound(otherwise)
                : ToolException.denied("cannot " + state.partial().getFirst());
    }

    private ToolException absent(String field, String what, String name, List<String> known) {
        if (known.isEmpty() && !state.partial().isEmpty()) {
            return ToolException.denied("cannot " + state.partial().getFirst());
        }
        return ToolException.notFound("%s: no %s is called %s in %s%s"
                .formatted(
                        field,
                        what,
                        name,
                        namespace,
                        Schema.nearest(name, known)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("")));
    }

    /** Reads, the pods in trouble first. @param tail newest lines of each run */
    void read(List<Pod> pods, Optional<String> container, Previous previous, OptionalInt since, int tail) {
        container.ifPresent(name -> known(pods, name));
        List<Pod> ordered = pods.stream()
                .sorted(Comparator.comparing(Pod::ready)
                        .thenComparing(pod -> -restarts(pod))
                        .thenComparing(Pod::name))
                .toList();
        if (ordered.size() > MOST_PODS) {
            leftOut.add("%d of %d pods".formatted(ordered.size() - MOST_PODS, ordered.size()));
        }
        for (Pod pod : ordered.subList(0, Math.min(MOST_PODS, ordered.size()))) {
            List<Container> containers = pod.containers().stream()
                    .filter(each -> container.map(each.name()::equals).orElseGet(() -> speaks(each)))
                    .toList();
            for (Container each : containers) {
                String where = containers.size() > 1 ? pod.name() + "/" + each.name() : pod.name();
                boolean before = previous == Previous.YES || previous == Previous.AUTO && each.restarts() > 0;
                if (before && !read(pod, each, where, true, since, tail)
                        || previous != Previous.YES && !read(pod, each, where, false, since, tail)) {
                    return;
                }
            }
        }
    }

    private static int restarts(Pod pod) {
        return pod.containers().stream().mapToInt(Container::restarts).sum();
    }

    /** An init container that has done its work is seldom what is asked about. */
    private static boolean speaks(Container container) {
        return container.role() != Container.Role.INIT
                || container.ended().filter(each -> each.exitCode() == 0).isEmpty();
    }

    private void known(List<Pod> pods, String container) {
        List<String> names = pods.stream()
                .flatMap(each -> each.containers().stream())
                .map(Container::name)
                .distinct()
                .toList();
        if (!names.contains(container)) {
            throw ToolException.notFound(
                    "/container: none is called %s; there are %s".formatted(container, String.join(", ", names)));
        }
    }

    /** @return false when reading on is no use */
    private boolean read(Pod pod, Container container, String where, boolean previous, OptionalInt since, int tail) {
        if (runs.size() >= MOST_RUNS) {
            leftOut.add("all but %d runs of containers".formatted(MOST_RUNS));
            return false;
        }
        Optional<String> text;
        try {
            text = cluster.logs(new LogQuery(
                    namespace,
                    pod.name(),
                    container.name(),
                    previous,
                    true,
                    since,
                    Optional.empty(),
                    OptionalInt.of(tail),
                    config.maxLogBytes()));
        } catch (ApiError e) {
            if (e.isForbidden()) {
                partial.add(new Partial("get", "pods/log", Optional.of(namespace), "forbidden"));
                return false;
            } else if (e.isNotFound()) {
                leftOut.add(where + ", which is gone");
                return true;
            }
            throw e;
        }
        Optional<String> log = text.filter(LogText::isLog);
        if (log.isEmpty()) {
            if (!previous) {
                leftOut.add("%s, which has no log (%s)"
                        .formatted(where, container.waiting().isEmpty() ? "not started" : container.waiting()));
            }
            return true;
        }
        List<LogLine> lines = lines(log.get());
        // The bound cuts at the start of a line: what comes near it was cut, unless the lines are few and long.
        if (lines.size() >= tail || log.get().getBytes(StandardCharsets.UTF_8).length > config.maxLogBytes() - NEAR) {
            leftOut.add("what %s wrote before its last %d lines".formatted(where, lines.size()));
        }
        runs.add(new Run(where, previous, lines));
        return true;
    }

    private static List<LogLine> lines(String text) {
        UnaryOperator<String> keys = SecretText.keys();
        List<LogLine> lines = new ArrayList<>();
        text.lines().map(keys).forEach(line -> lines.add(LogLine.of(line, true)));
        return lines;
    }
}
