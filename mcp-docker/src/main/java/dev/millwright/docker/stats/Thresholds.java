package dev.millwright.docker.stats;

import dev.millwright.json.Doc;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * From where on something about a container is trouble.
 *
 * @param memoryPercent of its limit; 90 unless given
 * @param cpuPercent that 95 % of the samples stay below, 100 for each processor; unless given it is no trouble
 * @param throttledPercent of its periods; 25 unless given, a fifth of it is worth a word
 * @param processesPercent of its limit; 90 unless given
 * @param minutesToLimit of memory that grows; 60 unless given
 * @param restarts by its policy; 3 unless given
 */
public record Thresholds(
        @Doc(name = "memory_percent", value = "") OptionalDouble memoryPercent,
        @Doc(name = "cpu_percent", value = "") OptionalDouble cpuPercent,
        @Doc(name = "throttled_percent", value = "") OptionalDouble throttledPercent,
        @Doc(name = "processes_percent", value = "") OptionalDouble processesPercent,
        @Doc(name = "minutes_to_limit", value = "") OptionalDouble minutesToLimit,
        OptionalInt restarts) {
    public static final Thresholds USUAL = new Thresholds(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty());

    public Thresholds {
        positive("memory_percent", memoryPercent);
        positive("cpu_percent", cpuPercent);
        positive("throttled_percent", throttledPercent);
        positive("processes_percent", processesPercent);
        positive("minutes_to_limit", minutesToLimit);
        positive("restarts", restarts.isPresent() ? OptionalDouble.of(restarts.getAsInt()) : OptionalDouble.empty());
    }

    private static void positive(String name, OptionalDouble value) {
        if (value.isPresent() && value.getAsDouble() <= 0) {
            throw new IllegalArgumentException(
                    "/thresholds/" + name + " must be more than 0, got " + value.getAsDouble());
        }
    }

    boolean nearMemory(long used, long limit) {
        return limit > 0 && used * 100.0 > limit * memoryPercent.orElse(90);
    }

    boolean nearProcesses(long used, long limit) {
        return limit > 0 && used * 100.0 > limit * processesPercent.orElse(90);
    }

    boolean muchThrottled(double percent) {
        return percent >= throttledPercent.orElse(25);
    }

    boolean throttled(double percent) {
        return percent >= throttledPercent.orElse(25) / 5;
    }

    boolean soon(double minutes) {
        return minutes < minutesToLimit.orElse(60);
    }

    boolean manyRestarts(int count) {
        return count >= restarts.orElse(3);
    }

    boolean busy(double percent) {
        return cpuPercent.isPresent() && percent > cpuPercent.getAsDouble();
    }
}
