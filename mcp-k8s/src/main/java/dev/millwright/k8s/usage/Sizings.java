package dev.millwright.k8s.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.state.State;
import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Sizes of the workloads of a namespace. */
public final class Sizings {
    /** The metrics API brings new figures every 15 s, a kubelet every 10 s. */
    private static final Duration STEP = Duration.ofSeconds(15);

    private final State state;
    private final Meter meter;

    public Sizings(State state, Meter meter) {
        this.state = state;
        this.meter = meter;
    }

    /**
     * Measures for a while, then sizes each container.
     *
     * @param workload name of one; empty for all
     * @param progress takes seconds done and in all
     */
    public List<Sizing> measure(
            Optional<String> workload, Duration window, int headroom, BiConsumer<Long, Long> progress)
            throws InterruptedException {
        Map<K8sObject, List<Pod>> workloads = workloads(workload);
        List<Pod> pods = workloads.values().stream().flatMap(List::stream).toList();
        Set<Sample> samples = new LinkedHashSet<>(meter.read(pods));
        for (Duration done = Duration.ZERO; done.compareTo(window) < 0; ) {
            Duration next = window.minus(done).compareTo(STEP) < 0 ? window.minus(done) : STEP;
            Thread.sleep(next);
            done = done.plus(next);
            progress.accept(done.toSeconds(), window.toSeconds());
            samples.addAll(meter.read(pods));
        }
        List<Sizing> sizings = new ArrayList<>();
        workloads.forEach((owner, its) -> sizings.addAll(sized(owner, its, samples, headroom)));
        return sizings;
    }

    private Map<K8sObject, List<Pod>> workloads(Optional<String> name) {
        Map<K8sObject, List<Pod>> workloads = new LinkedHashMap<>();
        for (Pod pod : state.pods()) {
            if (!pod.finished() && !pod.deleting()) {
                K8sObject owner = state.workload(pod.object());
                if (name.isEmpty() || owner.name().equals(name.get())) {
                    workloads.computeIfAbsent(owner, key -> new ArrayList<>()).add(pod);
                }
            }
        }
        if (workloads.isEmpty() && name.isPresent()) {
            throw ToolException.notFound("/workload %s has no running pods in %s"
                    .formatted(name.get(), state.namespace().orElse("any namespace")));
        }
        return workloads;
    }

    private static List<Sizing> sized(K8sObject owner, List<Pod> pods, Set<Sample> samples, int headroom) {
        Set<String> names = new HashSet<>();
        pods.forEach(each -> names.add(each.name()));
        List<Sizing> sizings = new ArrayList<>();
        for (Container container : pods.getFirst().containers()) {
            List<Sample> its = samples.stream()
                    .filter(each ->
                            names.contains(each.pod()) && each.container().equals(container.name()))
                    .toList();
            boolean killed = pods.stream()
                    .flatMap(each -> each.container(container.name()).stream())
                    .flatMap(each -> each.lastEnd().stream())
                    .anyMatch(each -> each.reason().equals("OOMKilled"));
            if (!its.isEmpty()) {
                sizings.add(Sizing.of(owner.kind() + " " + owner.name(), container, killed, its, headroom));
            }
        }
        return sizings;
    }

    /** A strategic merge patch for each workload that changes, by {@code KIND NAME}. */
    public static Map<String, JsonNode> patches(List<Sizing> sizings) {
        Map<String, JsonNode> patches = new LinkedHashMap<>();
        for (Sizing each : sizings) {
            if (each.changes() && !each.workload().startsWith("Pod ")) {
                ObjectNode patch = (ObjectNode) patches.computeIfAbsent(each.workload(), key -> Json.object());
                patch.withObject("/spec/template/spec")
                        .withArrayProperty("containers")
                        .add(each.patch());
            }
        }
        return patches;
    }

    /** Autoscalers that reckon by requests, which a change of requests would upset. */
    public List<String> autoscaled(List<Sizing> sizings) {
        Set<String> changed = new HashSet<>();
        sizings.stream().filter(Sizing::changes).forEach(each -> changed.add(each.workload()));
        return state.all(Kinds.AUTOSCALER).stream()
                .filter(each -> changed.contains(
                        each.text("/spec/scaleTargetRef/kind") + " " + each.text("/spec/scaleTargetRef/name")))
                .map(each -> "autoscaler %s reckons by the requests of %s: other requests move its target"
                        .formatted(each.name(), each.text("/spec/scaleTargetRef/name")))
                .toList();
    }
}
