package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.stats.Course;
import dev.millwright.docker.stats.Finding;
import dev.millwright.docker.stats.Limits;
import dev.millwright.docker.stats.Sample;
import dev.millwright.docker.stats.Sampling;
import dev.millwright.docker.stats.Standing;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Says what containers use, what of it is trouble, and which limits would fit. */
final class AnalyzeContainerStats implements Tool<AnalyzeContainerStats.Input, AnalyzeContainerStats.Output> {
    record Input(
            @Doc(value = "", orElse = "[]") List<String> containers,

            @Doc(value = "", min = 2, max = 120, orElse = "5")
            int samples,

            @Doc(name = "interval_ms", value = "", min = 100, max = 60_000, orElse = "1000")
            int intervalMs,

            @Flat Common common)
            implements Common.Taken {}

    record Output(
            String summary,
            List<Analysis> containers,
            @Doc(name = "left_out", value = "") int leftOut) {}

    /** @param options fitting limits, for docker update */
    record Analysis(
            String name,
            String state,
            List<String> findings,
            Optional<Cpu> cpu,
            Optional<Memory> memory,
            Optional<Io> io,
            OptionalInt pids,
            int restarts,
            @Doc(name = "oom_killed", value = "") boolean oomKilled,
            Optional<String> options) {}

    /** Percent, 100 for each processor. */
    record Cpu(
            double p50,
            double p95,
            double max,
            @Doc(name = "throttled_percent", value = "") double throttledPercent,
            @Doc(name = "limit_cpus", value = "") double limitCpus) {}

    record Memory(
            @Doc(name = "working_set", value = "") long workingSet,
            long peak,
            long limit,
            double percent,
            @Doc(name = "bytes_per_minute", value = "") OptionalDouble bytesPerMinute,
            @Doc(name = "minutes_to_limit", value = "") OptionalDouble minutesToLimit) {}

    /** Bytes in a second. */
    record Io(double received, double sent, double read, double written) {}

    static final ToolSpec<Input, Output> SPEC = reads("analyze_container_stats", Input.class, Output.class)
            .description(
                    "What containers use, worst first: CPU, throttling, memory and its growth, I/O, OOM; limits that"
                            + " would fit.")
            .scopes("docker:read")
            .deadline(Duration.ofMinutes(10));

    private static final int BYTES_PER_TOKEN = 4;
    private static final int FRAME = 300;
    private static final int MOST = 500;
    private static final Duration LONGEST = Duration.ofMinutes(9);

    private final Engines engines;

    AnalyzeContainerStats(Engines engines) {
        this.engines = engines;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Duration interval = Duration.ofMillis(input.intervalMs());
        if (interval.multipliedBy(input.samples()).compareTo(LONGEST) > 0) {
            throw ToolException.invalidInput("/samples times /interval_ms must be at most " + LONGEST.toMinutes()
                    + " minutes, got " + interval.multipliedBy(input.samples()).toSeconds() + " s");
        }
        Containers containers = engines.containers(call);
        List<String> names = new ArrayList<>(input.containers());
        if (names.isEmpty()) {
            for (JsonNode each : containers.list(false, Json.object())) {
                names.add(each.path("Id").asText());
            }
        }
        if (names.size() > MOST) {
            throw ToolException.invalidInput("/containers must name at most " + MOST + ", got " + names.size());
        }
        List<Sampling.Seen> seen = new ArrayList<>(new Sampling(containers, input.samples(), interval).of(names));
        seen.sort(Comparator.comparingInt((Sampling.Seen each) -> worst(each))
                .thenComparing(each ->
                        -each.course().map(course -> course.cpuPercent(1)).orElse(0.0))
                .thenComparing(each -> each.standing().name()));
        List<Analysis> told = new ArrayList<>();
        int room = call.budget() * BYTES_PER_TOKEN - FRAME;
        for (Sampling.Seen each : seen) {
            Analysis one = analysis(each);
            room -= Json.size(Json.tree(one)) + 1;
            if (room < 0 && !told.isEmpty()) {
                break;
            }
            told.add(one);
        }
        return new Output(summary(seen, input), told, seen.size() - told.size());
    }

    private static int worst(Sampling.Seen seen) {
        List<Finding> findings = Finding.of(seen.standing(), seen.course());
        return findings.isEmpty()
                ? Finding.Severity.values().length
                : findings.getFirst().severity().ordinal();
    }

    private static String summary(List<Sampling.Seen> seen, Input input) {
        if (seen.isEmpty()) {
            return "no container runs";
        }
        long high = seen.stream().filter(each -> worst(each) == 0).count();
        String all = seen.size() == 1 ? "1 container" : seen.size() + " containers";
        String trouble = high == 0
                ? "none in trouble"
                : high + " in trouble: " + seen.getFirst().standing().name() + ": "
                        + Finding.of(seen.getFirst().standing(), seen.getFirst().course())
                                .getFirst()
                                .text();
        return "%s over %d samples of %d ms, %s".formatted(all, input.samples(), input.intervalMs(), trouble);
    }

    private static Analysis analysis(Sampling.Seen seen) {
        Standing standing = seen.standing();
        Optional<Course> course = seen.course();
        return new Analysis(
                standing.name(),
                standing.state(),
                Finding.of(standing, course).stream()
                        .map(each -> Json.name(each.severity()) + ": " + each.text())
                        .toList(),
                course.map(each -> new Cpu(
                        round(each.cpuPercent(0.5)),
                        round(each.cpuPercent(0.95)),
                        round(each.cpuPercent(1)),
                        round(each.throttledPercent()),
                        round(standing.cpuLimit()))),
                course.map(each -> memory(standing, each)),
                course.map(each -> new Io(
                        round(each.perSecond(Sample::received)),
                        round(each.perSecond(Sample::sent)),
                        round(each.perSecond(Sample::read)),
                        round(each.perSecond(Sample::written)))),
                course.map(each -> OptionalInt.of((int) each.last().processes()))
                        .orElse(OptionalInt.empty()),
                standing.restarts(),
                standing.oomKilled(),
                course.flatMap(Limits::fitting).map(Limits::options));
    }

    private static Memory memory(Standing standing, Course course) {
        Sample last = course.last();
        return new Memory(
                last.memory(),
                course.memory(1),
                last.memoryLimit(),
                last.memoryLimit() == 0 ? 0 : round(100.0 * last.memory() / last.memoryLimit()),
                round(course.memoryPerMinute()),
                round(Finding.minutesToLimit(standing, course)));
    }

    private static OptionalDouble round(OptionalDouble value) {
        return value.isPresent() ? OptionalDouble.of(round(value.getAsDouble())) : value;
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
