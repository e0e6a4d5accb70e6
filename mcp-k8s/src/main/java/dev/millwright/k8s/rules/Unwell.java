package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pods that do not do what they are there for, and the workloads they belong to. */
final class Unwell {
    /** What is younger may just be starting. */
    static final Duration STARTING = Duration.ofSeconds(60);

    /** Workloads whose logs are looked at for one question. */
    private static final int MOST_READ = 8;

    private static final int MOST_READ_OF_READY = 4;

    /** Kinds that people write and that make pods. */
    static final List<Kind> WORKLOADS =
            List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.JOB, Kinds.CRON_JOB);

    /** The end of a log, or of that before the last restart. */
    record Log(Pod pod, String container, String text) {}

    private Unwell() {}

    /** Should be ready, is not, and had time to become so. */
    static boolean is(Pod pod, Instant now) {
        return !pod.deleting() && !pod.finished() && !pod.ready() && isOlder(pod.object(), STARTING, now);
    }

    /** Whether it was made longer ago than that; also when it does not say when. */
    static boolean isOlder(K8sObject object, Duration age, Instant now) {
        return object.created().map(at -> at.plus(age).isBefore(now)).orElse(true);
    }

    /** What is written to make pods, and is not itself made by such. */
    static List<K8sObject> workloads(State state) {
        List<K8sObject> all = new ArrayList<>();
        WORKLOADS.forEach(kind -> state.all(kind).stream()
                .filter(each -> each.controller().isEmpty())
                .forEach(all::add));
        return all;
    }

    static List<Ref> refs(List<Pod> pods) {
        return pods.stream().map(Pod::ref).toList();
    }

    static boolean anyOf(List<Pod> pods, Instant now) {
        return pods.stream().anyMatch(each -> is(each, now));
    }

    /** Logs of what is not well: one pod of a workload, its containers that are not ready or ended badly, both runs. */
    static List<Log> logs(State state) {
        List<Log> logs = new ArrayList<>();
        Set<Ref> seen = new HashSet<>();
        for (Pod pod : state.pods()) {
            boolean failed = pod.phase().equals("Failed");
            if (seen.size() < MOST_READ
                    && !pod.deleting()
                    && (failed || is(pod, state.now()))
                    && !pod.nodeName().isEmpty()
                    && seen.add(state.workload(pod.object()).ref())) {
                for (Container each : pod.containers()) {
                    if (!each.ready() && (each.running() || each.lastEnd().isPresent())) {
                        read(state, pod, each.name(), false, logs);
                        if (each.restarts() > 0) {
                            read(state, pod, each.name(), true, logs);
                        }
                    }
                }
            }
        }
        return logs;
    }

    /** Logs of pods that run well under an identity of their own, and so may talk to the API. */
    static List<Log> logsOfIdentified(State state) {
        List<Log> logs = new ArrayList<>();
        Set<Ref> seen = new HashSet<>();
        for (Pod pod : state.pods()) {
            if (seen.size() < MOST_READ_OF_READY
                    && pod.ready()
                    && !pod.serviceAccount().equals("default")
                    && seen.add(state.workload(pod.object()).ref())) {
                pod.containers().stream()
                        .filter(each -> each.role() == Container.Role.MAIN)
                        .findFirst()
                        .ifPresent(each -> read(state, pod, each.name(), false, logs));
            }
        }
        return logs;
    }

    private static void read(State state, Pod pod, String container, boolean previous, List<Log> to) {
        Optional<String> text = state.log(pod, container, previous);
        text.filter(each -> !each.isBlank()).ifPresent(each -> to.add(new Log(pod, container, each)));
    }

    /** {@code 1 pod}, {@code 3 pods}. */
    static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
