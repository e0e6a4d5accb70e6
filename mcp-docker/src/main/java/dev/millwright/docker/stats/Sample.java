package dev.millwright.docker.stats;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The counters of a container at one time, on control groups of version 1 and 2.
 *
 * @param cpuNanos processor time of all its processes
 * @param systemNanos processor time of the whole machine, idle too
 * @param cpus processors the machine has online
 * @param periods of its quota that were enforced, and how many of them it was throttled in
 * @param memory bytes used, without the page cache that can be dropped, as {@code docker stats} tells it
 * @param memoryLimit bytes; that of the machine where the container has none
 * @param received and sent: bytes over all networks
 * @param read and written: bytes of block devices
 * @param processLimit 0 where there is none
 */
public record Sample(
        Instant at,
        long cpuNanos,
        long systemNanos,
        int cpus,
        long periods,
        long throttledPeriods,
        long memory,
        long memoryLimit,
        long received,
        long sent,
        long read,
        long written,
        long processes,
        long processLimit) {
    /** What {@code GET /containers/{id}/stats} tells, or nothing of a container that does not run. */
    public static Optional<Sample> of(JsonNode told) {
        Instant at;
        try {
            at = OffsetDateTime.parse(told.path("read").asText("")).toInstant();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
        JsonNode memory = told.path("memory_stats");
        if (at.isBefore(Instant.EPOCH) || !memory.has("usage")) {
            return Optional.empty();
        }
        JsonNode cpu = told.path("cpu_stats");
        JsonNode throttling = cpu.path("throttling_data");
        long limit = told.path("pids_stats").path("limit").asLong();
        return Optional.of(new Sample(
                at,
                cpu.path("cpu_usage").path("total_usage").asLong(),
                cpu.path("system_cpu_usage").asLong(),
                cpus(cpu),
                throttling.path("periods").asLong(),
                throttling.path("throttled_periods").asLong(),
                workingSet(memory),
                memory.path("limit").asLong(),
                network(told, "rx_bytes"),
                network(told, "tx_bytes"),
                disk(told, "read"),
                disk(told, "write"),
                told.path("pids_stats").path("current").asLong(),
                limit < 0 || limit > Integer.MAX_VALUE ? 0 : limit));
    }

    private static int cpus(JsonNode cpu) {
        int online = cpu.path("online_cpus").asInt();
        return online > 0
                ? online
                : Math.max(1, cpu.path("cpu_usage").path("percpu_usage").size());
    }

    /** {@code calculateMemUsageUnixNoCache} of the Docker command line. */
    private static long workingSet(JsonNode memory) {
        long usage = memory.path("usage").asLong();
        JsonNode stats = memory.path("stats");
        for (String cache : new String[] {"total_inactive_file", "inactive_file"}) {
            if (stats.has(cache) && stats.path(cache).asLong() < usage) {
                return usage - stats.path(cache).asLong();
            }
        }
        return usage;
    }

    private static long network(JsonNode told, String counter) {
        long bytes = 0;
        for (JsonNode each : told.path("networks")) {
            bytes += each.path(counter).asLong();
        }
        return bytes;
    }

    private static long disk(JsonNode told, String operation) {
        long bytes = 0;
        for (JsonNode each : told.path("blkio_stats").path("io_service_bytes_recursive")) {
            if (each.path("op").asText().equalsIgnoreCase(operation)) {
                bytes += each.path("value").asLong();
            }
        }
        return bytes;
    }

    /** Processor use since an earlier sample, 100 for each processor, as {@code docker stats} tells it. */
    public double cpuPercent(Sample before) {
        double own = cpuNanos - before.cpuNanos();
        double all = systemNanos - before.systemNanos();
        return own > 0 && all > 0 ? own / all * cpus * 100 : 0;
    }
}
