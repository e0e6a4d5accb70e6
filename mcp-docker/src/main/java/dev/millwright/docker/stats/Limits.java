package dev.millwright.docker.stats;

import java.util.Optional;

/**
 * Limits that fit what was seen: what 99 % of the samples stay below, and 30 % more.
 *
 * @param memoryBytes in whole MiB, at least the 6 MiB that Docker demands
 * @param cpus in steps of 0.05, at least one
 */
public record Limits(long memoryBytes, double cpus) {
    private static final double SHARE = 0.99;
    private static final double HEADROOM = 1.3;
    private static final long MEBIBYTE = 1L << 20;
    private static final long LEAST_MEBIBYTES = 6;
    private static final double STEP = 0.05;

    public static Limits of(Course course) {
        long mebibytes = (long) Math.ceil(course.memory(SHARE) * HEADROOM / MEBIBYTE);
        double steps = Math.ceil(course.cpuPercent(SHARE) / 100 * HEADROOM / STEP - 1e-9);
        return new Limits(
                Math.max(LEAST_MEBIBYTES, mebibytes) * MEBIBYTE, Math.round(Math.max(1, steps) * STEP * 100) / 100.0);
    }

    /** As options of {@code docker update}. */
    public String options() {
        return "--memory %dm --memory-swap %dm --cpus %s"
                .formatted(memoryBytes / MEBIBYTE, memoryBytes / MEBIBYTE, cpus);
    }

    /** Only where there is something to gain: growth that goes on makes every limit wrong. */
    public static Optional<Limits> fitting(Course course) {
        return course.memoryPerMinute().orElse(0) > course.last().memory() * 0.05
                ? Optional.empty()
                : Optional.of(of(course));
    }
}
