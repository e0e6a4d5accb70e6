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
import dev.millwright.docker.stats.Thresholds;
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
    /** What is told of a container beside its findings. */
    enum Part {
        CPU,
        MEMORY,
        IO,
        PIDS
    }

    record Input(
            @Doc(value = "", orElse = "[]") List<String> containers,

            @Doc(value = "", min = 2, max = 120, orElse = "5")
            int samples,

            @Doc(name = "interval_ms", value = "", min = 100, orElse = "1000")
            int intervalMs,

            @Doc("") Optional<List<Part>> include,
            Optional<Thresholds> thresholds,

            @Doc(value = "", orElse = "true") boolean recommend,

            @Flat Common common)
            implements Common.Taken {
        boolean wants(Part part) {
            return include.map(parts -> parts.contains(part)).orElse(true);
        }

        List<Finding> findings(Sampling.Seen seen) {
            return Finding.of(seen.standing(), seen.course(), thresholds.orElse(Thresholds.USUAL));
        }
    }

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
        List<Judged> judged = new Sampling(containers, input.samples(), interval)
                .of(names).stream()
                        .map(seen -> new Judged(seen, input.findings(seen)))
                        .sorted(Comparator.comparingInt(Judged::worst)
                                .thenComparing(each -> -each.seen()
                                        .course()
                                        .map(course -> course.cpuPercent(1))
                                        .orElse(0.0))
                                .thenComparing(Judged::name))
                        .toList();
        List<Analysis> told = Shortened.first(
                judged.stream().map(each -> analysis(each, input)).toList(),
                1,
                call.budget() * BYTES_PER_TOKEN - FRAME);
        return new Output(summary(judged, input), told, judged.size() - told.size());
    }

    /** @param findings worst first */
    private record Judged(Sampling.Seen seen, List<Finding> findings) {
        String name() {
            return seen.standing().name();
        }

        int worst() {
            return findings.isEmpty()
                    ? Finding.Severity.values().length
                    : findings.getFirst().severity().ordinal();
        }
    }

    private static String summary(List<Judged> judged, Input input) {
        if (judged.isEmpty()) {
            return "no container runs";
        }
        long high = judged.stream().filter(each -> each.worst() == 0).count();
        String all = judged.size() == 1 ? "1 container" : judged.size() + " containers";
        Judged first = judged.getFirst();
        String trouble = high == 0
                ? "none in trouble"
                : high + " in trouble: " + first.name() + ": "
                        + first.findings().getFirst().text();
        return "%s over %d samples of %d ms, %s".formatted(all, input.samples(), input.intervalMs(), trouble);
    }

    private static Analysis analysis(Judged judged, Input input) {
        Standing standing = judged.seen().standing();
        Optional<Course> course = judged.seen().course();
        return new Analysis(
                standing.name(),
                standing.state(),
                judged.findings().stream()
                        .map(each -> Json.name(each.severity()) + ": " + each.text())
                        .toList(),
                course.filter(_ -> input.wants(Part.CPU))
                        .map(each -> new Cpu(
                                round(each.cpuPercent(0.5)),
                                round(each.cpuPercent(0.95)),
                                round(each.cpuPercent(1)),
                                round(each.throttledPercent()),
                                round(standing.cpuLimit()))),
                course.filter(_ -> input.wants(Part.MEMORY)).map(each -> memory(standing, each)),
                course.filter(_ -> input.wants(Part.IO))
                        .map(each -> new Io(
                                round(each.perSecond(Sample::received)),
                                round(each.perSecond(Sample::sent)),
                                round(each.perSecond(Sample::read)),
                                round(each.perSecond(Sample::written)))),
                course.filter(_ -> input.wants(Part.PIDS))
                        .map(each -> OptionalInt.of((int) each.last().processes()))
                        .orElse(OptionalInt.empty()),
                standing.restarts(),
                standing.oomKilled(),
                course.filter(_ -> input.recommend()).flatMap(Limits::fitting).map(Limits::options));
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
