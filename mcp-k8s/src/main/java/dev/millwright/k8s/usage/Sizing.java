package dev.millwright.k8s.usage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a container should ask for, by what it used.
 *
 * <p>CPU request: the 95th percentile and headroom; a CPU limit is raised where use came near it and never invented.
 * Memory request: the largest working set and headroom; a memory limit twice that headroom; memory is never lowered for
 * a container that was killed for want of it. Percentile by nearest rank.
 *
 * @param workload whose container it is, as in {@code Deployment web}
 * @param samples readings, over all pods
 * @param cpu p95 of use, as in {@code 120m}
 * @param memory largest use, as in {@code 300Mi}
 * @param now requests and limits as they are
 * @param then as they should be; only what changes
 */
public record Sizing(
        String workload,
        String container,
        int samples,
        String cpu,
        String memory,
        Ask now,
        Ask then,
        List<String> notes) {
    /** Requests and limits; empty for none. */
    public record Ask(
            Optional<String> cpuRequest,
            Optional<String> cpuLimit,
            Optional<String> memoryRequest,
            Optional<String> memoryLimit) {
        boolean isEmpty() {
            return cpuRequest.isEmpty() && cpuLimit.isEmpty() && memoryRequest.isEmpty() && memoryLimit.isEmpty();
        }
    }

    private static final Quantity LEAST_CPU = new Quantity(new BigDecimal("0.01"));
    private static final Quantity LEAST_MEMORY = Quantity.of(16L << 20);
    private static final BigDecimal STEP = BigDecimal.valueOf(8L << 20);
    /** Differences below this share of the present figure are left alone. */
    private static final double WORTH_IT = 0.2;

    public Sizing {
        notes = List.copyOf(notes);
    }

    /** @param headroom percent over what was used */
    static Sizing of(String workload, Container container, boolean killed, List<Sample> samples, int headroom) {
        Quantity cpu = p95(samples);
        Quantity memory = samples.stream().map(Sample::memory).reduce(Quantity.ZERO, Quantity::max);
        double factor = 1 + headroom / 100.0;
        List<String> notes = new ArrayList<>();
        Optional<Quantity> cpuRequest =
                changed(container.request("cpu"), cpu.times(factor).max(LEAST_CPU));
        Optional<Quantity> cpuLimit =
                container.limit("cpu").filter(limit -> cpu.per(limit) > 0.8).map(limit -> cpu.times(2 * factor));
        if (cpuLimit.isPresent()) {
            notes.add("uses %.0f %% of its CPU limit: it is throttled"
                    .formatted(cpu.per(container.limit("cpu").orElseThrow()) * 100));
        }
        Quantity wanted = steps(memory.times(factor).max(LEAST_MEMORY));
        Quantity most = steps(memory.times(1 + 2 * headroom / 100.0).max(LEAST_MEMORY));
        Optional<Quantity> memoryRequest = changed(container.request("memory"), wanted);
        Optional<Quantity> memoryLimit =
                container.limit("memory").isPresent() ? changed(container.limit("memory"), most) : Optional.empty();
        if (killed) {
            notes.add("was killed for want of memory: its memory is not lowered");
            memoryRequest = memoryRequest.filter(
                    each -> each.compareTo(container.request("memory").orElse(Quantity.ZERO)) > 0);
            memoryLimit = memoryLimit.filter(
                    each -> each.compareTo(container.limit("memory").orElseThrow()) > 0);
        }
        // A request above its limit is refused by the API.
        Quantity limit = memoryLimit.or(() -> container.limit("memory")).orElse(wanted);
        memoryRequest = memoryRequest.map(each -> each.compareTo(limit) > 0 ? limit : each);
        Quantity cores = cpuLimit.or(() -> container.limit("cpu"))
                .orElse(cpu.times(factor).max(LEAST_CPU));
        cpuRequest = cpuRequest.map(each -> each.compareTo(cores) > 0 ? cores : each);
        return new Sizing(
                workload,
                container.name(),
                samples.size(),
                cpu.cores(),
                memory.bytes(),
                new Ask(
                        container.request("cpu").map(Quantity::cores),
                        container.limit("cpu").map(Quantity::cores),
                        container.request("memory").map(Quantity::bytes),
                        container.limit("memory").map(Quantity::bytes)),
                new Ask(
                        cpuRequest.map(Quantity::cores),
                        cpuLimit.map(Quantity::cores),
                        memoryRequest.map(Quantity::bytes),
                        memoryLimit.map(Quantity::bytes)),
                notes);
    }

    private static Quantity p95(List<Sample> samples) {
        List<Quantity> sorted = samples.stream()
                .map(Sample::cpu)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1);
    }

    private static Quantity steps(Quantity bytes) {
        return new Quantity(bytes.value().divide(STEP, 0, RoundingMode.CEILING).multiply(STEP));
    }

    private static Optional<Quantity> changed(Optional<Quantity> now, Quantity then) {
        return now.filter(each -> !each.isZero() && Math.abs(then.per(each) - 1) < WORTH_IT)
                        .isPresent()
                ? Optional.empty()
                : Optional.of(then);
    }

    public boolean changes() {
        return !then.isEmpty();
    }

    /** A strategic merge patch's entry of this container. */
    ObjectNode patch() {
        ObjectNode entry = Json.object().put("name", container);
        ObjectNode resources = entry.putObject("resources");
        then.cpuRequest()
                .ifPresent(each -> resources.withObjectProperty("requests").put("cpu", each));
        then.memoryRequest()
                .ifPresent(each -> resources.withObjectProperty("requests").put("memory", each));
        then.cpuLimit().ifPresent(each -> resources.withObjectProperty("limits").put("cpu", each));
        then.memoryLimit()
                .ifPresent(each -> resources.withObjectProperty("limits").put("memory", each));
        return entry;
    }
}
