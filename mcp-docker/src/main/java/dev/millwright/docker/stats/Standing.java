package dev.millwright.docker.stats;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Containers;

/**
 * What inspection tells of a container beside its counters.
 *
 * @param state {@code running}, {@code exited} and so on
 * @param oomKilled whether the kernel killed a process of it for memory, since it was started last
 * @param memoryLimit bytes, 0 for none
 * @param cpuLimit processors, 0 for none
 */
public record Standing(
        String id,
        String name,
        String state,
        int exitCode,
        boolean oomKilled,
        int restarts,
        String health,
        long memoryLimit,
        double cpuLimit) {
    /** What {@code GET /containers/{id}/json} tells. */
    public static Standing of(JsonNode container) {
        JsonNode state = container.path("State");
        JsonNode host = container.path("HostConfig");
        double cpus = host.path("NanoCpus").asLong() / 1e9;
        long quota = host.path("CpuQuota").asLong();
        if (cpus == 0 && quota > 0) {
            long period = host.path("CpuPeriod").asLong();
            cpus = (double) quota / (period > 0 ? period : 100_000); // the kernel's own period
        }
        return new Standing(
                container.path("Id").asText(),
                Containers.name(container),
                state.path("Status").asText(),
                state.path("ExitCode").asInt(),
                state.path("OOMKilled").asBoolean(),
                container.path("RestartCount").asInt(),
                state.path("Health").path("Status").asText("none"),
                host.path("Memory").asLong(),
                cpus);
    }

    /** Whether it has counters to sample: of one that has stopped an engine tells none, and some never answer. */
    public boolean isRunning() {
        return state.equals("running") || state.equals("paused");
    }
}
