package dev.millwright.docker.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Something about a container that somebody should know. */
public record Finding(Severity severity, String text) {
    /** Worst first. */
    public enum Severity {
        HIGH,
        MEDIUM,
        LOW
    }

    /** A limit this many times what is needed is waste. */
    private static final double OVERSIZED = 4;

    /** What the samples and the state of a container say, worst first. */
    public static List<Finding> of(Standing standing, Optional<Course> course, Thresholds thresholds) {
        List<Finding> found = new ArrayList<>();
        if (standing.oomKilled()) {
            found.add(new Finding(Severity.HIGH, "the kernel killed a process of it for memory (OOM)"));
        }
        if (standing.restarts() > 0) {
            found.add(new Finding(
                    thresholds.manyRestarts(standing.restarts()) ? Severity.HIGH : Severity.MEDIUM,
                    "restarted " + standing.restarts() + " times by its policy"));
        }
        if (standing.health().equals("unhealthy")) {
            found.add(new Finding(Severity.HIGH, "its health check fails"));
        }
        if (standing.state().equals("restarting") || standing.state().equals("dead")) {
            found.add(new Finding(Severity.HIGH, "it is " + standing.state()));
        } else if (standing.state().equals("exited") && standing.exitCode() != 0) {
            found.add(new Finding(Severity.MEDIUM, "it ended with exit code " + standing.exitCode()));
        }
        course.ifPresent(seen -> {
            memory(standing, seen, thresholds, found);
            processors(standing, seen, thresholds, found);
            Sample last = seen.last();
            if (thresholds.nearProcesses(last.processes(), last.processLimit())) {
                found.add(new Finding(
                        Severity.HIGH,
                        last.processes() + " of " + last.processLimit() + " processes: the next ones will be refused"));
            }
        });
        found.sort(Comparator.comparing(Finding::severity));
        return found;
    }

    private static void memory(Standing standing, Course course, Thresholds thresholds, List<Finding> found) {
        long now = course.last().memory();
        if (thresholds.nearMemory(now, standing.memoryLimit())) {
            found.add(new Finding(
                    Severity.HIGH,
                    "memory is at %.0f %% of its limit".formatted(100.0 * now / standing.memoryLimit())));
        }
        OptionalDouble minutes = minutesToLimit(standing, course);
        if (minutes.isPresent()) {
            found.add(new Finding(
                    thresholds.soon(minutes.getAsDouble()) ? Severity.HIGH : Severity.MEDIUM,
                    String.format(
                            Locale.ROOT,
                            "memory grows by %.1f MiB a minute: at its limit in %.1f minutes if that goes on",
                            course.memoryPerMinute().orElse(0) / (1 << 20),
                            minutes.getAsDouble())));
        }
        if (standing.memoryLimit() == 0) {
            found.add(new Finding(Severity.LOW, "no memory limit: it can take all the machine has"));
        } else if (standing.memoryLimit() > Limits.of(course).memoryBytes() * OVERSIZED) {
            found.add(new Finding(Severity.LOW, "its memory limit is more than four times what it was seen to need"));
        }
    }

    private static void processors(Standing standing, Course course, Thresholds thresholds, List<Finding> found) {
        double throttled = course.throttledPercent();
        if (thresholds.busy(course.cpuPercent(0.95))) {
            found.add(new Finding(
                    Severity.HIGH, String.format(Locale.ROOT, "uses %.0f %% of a processor", course.cpuPercent(0.95))));
        }
        if (thresholds.throttled(throttled)) {
            found.add(new Finding(
                    thresholds.muchThrottled(throttled) ? Severity.HIGH : Severity.MEDIUM,
                    String.format(
                            Locale.ROOT,
                            "throttled in %.0f %% of its periods: its limit of %.2f processors is too low",
                            throttled,
                            standing.cpuLimit())));
        }
    }

    /** Minutes until memory meets its limit, where it has one and grows towards it. */
    public static OptionalDouble minutesToLimit(Standing standing, Course course) {
        double growth = course.memoryPerMinute().orElse(0);
        long limit = standing.memoryLimit();
        // Slower than 1 % of the limit in an hour is noise over the seconds that samples take.
        if (limit == 0 || growth * 60 < limit * 0.01) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Math.max(0, limit - course.last().memory()) / growth);
    }
}
