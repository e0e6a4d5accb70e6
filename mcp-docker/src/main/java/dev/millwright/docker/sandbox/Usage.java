package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Ask;
import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a container uses, asked of the engine again and again while it runs: afterwards nobody knows. On control groups of
 * version 1 the kernel's own peak is told, on version 2 it is the largest that was seen.
 */
final class Usage implements AutoCloseable {
    /** No exit code: the time was over. */
    static final int LATE = -1;

    private static final Duration FIRST = Duration.ofMillis(300);
    private static final Duration NEXT = Duration.ofMillis(500);

    private final Throwaway container;
    private final Thread asking;
    private volatile long cpuNanos = -1;
    private volatile long peak = -1;

    Usage(Throwaway container) {
        this.container = container;
        this.asking = Thread.ofVirtual().name("usage of a sandbox").start(this::ask);
    }

    private void ask() {
        try {
            Thread.sleep(FIRST);
            while (true) {
                JsonNode stats = container
                        .engine()
                        .json(Ask.get("/containers/{}/stats", container.id())
                                .with("stream", false)
                                .with("one-shot", true));
                JsonNode memory = stats.path("memory_stats");
                cpuNanos = Math.max(
                        cpuNanos,
                        stats.path("cpu_stats")
                                .path("cpu_usage")
                                .path("total_usage")
                                .asLong());
                peak = Math.max(
                        peak,
                        Math.max(
                                memory.path("usage").asLong(),
                                memory.path("max_usage").asLong()));
                Thread.sleep(NEXT);
            }
        } catch (InterruptedException e) {
            // the run is over
        } catch (ToolException e) {
            // the run is over, or the engine cannot tell: what was seen stays
        }
    }

    Optional<Duration> cpu() {
        return cpuNanos > 0 ? Optional.of(Duration.ofNanos(cpuNanos)) : Optional.empty();
    }

    OptionalLong peakMemoryBytes() {
        return peak > 0 ? OptionalLong.of(peak) : OptionalLong.empty();
    }

    @Override
    public void close() {
        asking.interrupt();
    }
}
