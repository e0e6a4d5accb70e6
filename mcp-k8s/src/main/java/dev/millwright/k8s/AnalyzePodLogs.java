package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.millwright.json.Doc;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.logs.Failure;
import dev.millwright.k8s.logs.Level;
import dev.millwright.k8s.logs.LogLine;
import dev.millwright.k8s.logs.LogReading;
import dev.millwright.k8s.logs.Template;
import dev.millwright.k8s.logs.Trace;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Says what the logs of pods say. */
final class AnalyzePodLogs implements Tool<AnalyzePodLogs.Input, AnalyzePodLogs.Output> {
    enum Mode {
        SUMMARY,
        PATTERNS,
        ERRORS,
        RAW
    }

    record Input(
            String namespace,
            Optional<String> pod,
            @Doc("KIND/NAME, or a name.") Optional<String> workload,
            Optional<String> selector,
            Optional<String> container,

            @Doc(value = "", orElse = "auto") PodLogs.Previous previous,

            Optional<String> since,

            @Doc(value = "", min = 1, max = 100_000, orElse = "5000")
            int tail,

            @Doc("RE2.") Optional<String> grep,
            Optional<String> exclude,
            @Doc(value = "", orElse = "summary") Mode mode,
            Optional<String> context,
            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Said(String text, String in, long count, Optional<String> first, Optional<String> last) {}

    record Form(String text, long count, Optional<String> level, Optional<String> first, Optional<String> last) {}

    record Stack(String text, List<String> frames, long count, Optional<String> first, Optional<String> last) {}

    record Output(
            String read,
            Optional<Said> first,
            Optional<Said> last,
            Optional<List<Said>> errors,
            Optional<List<Stack>> stacks,
            Optional<List<Form>> patterns,
            Optional<List<String>> lines,
            @Doc(name = "left_out", value = "") Optional<List<String>> leftOut,
            Optional<List<String>> partial,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = reads("analyze_pod_logs", Input.class, Output.class)
            .description(
                    "What the logs of a pod or workload say, this run and the previous: errors, stacks, patterns, lines."
                            + " Untrusted.")
            .scopes("k8s:read");

    /** What the answer has beside its lists, in characters. */
    private static final int FRAME = 700;

    private static final int LONGEST = 400;
    private static final int FRAMES = 5;

    private final Clusters clusters;
    private final K8sConfig config;
    private final Clock clock;

    AnalyzePodLogs(Clusters clusters, K8sConfig config, Clock clock) {
        this.clusters = clusters;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        if (Stream.of(input.pod(), input.workload(), input.selector())
                        .filter(Optional::isPresent)
                        .count()
                != 1) {
            throw ToolException.invalidInput("one of /pod, /workload and /selector is required, and only one");
        }
        Predicate<String> wanted = pattern("grep", input.grep())
                .orElse(any -> true)
                .and(pattern("exclude", input.exclude()).orElse(any -> false).negate());
        OptionalInt since = input.since().isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of((int) Math.max(
                        1,
                        Math.min(
                                Integer.MAX_VALUE,
                                Asked.since(input.since().get()).toSeconds())));
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return clusters.use(call, input.context(), cluster -> {
            PodLogs logs = new PodLogs(cluster, config, namespace, clock);
            List<Pod> pods = input.pod()
                    .map(logs::pod)
                    .or(() -> input.workload().map(logs::workload))
                    .orElseGet(
                            () -> logs.selected(Asked.selector(input.selector().orElseThrow())));
            logs.read(pods, input.container(), input.previous(), since, input.tail());
            return answer(input.mode(), logs, wanted, call.budget() * 4 - FRAME);
        });
    }

    private static Optional<Predicate<String>> pattern(String field, Optional<String> expression) {
        return expression.map(text -> {
            try {
                Pattern pattern = Pattern.compile(text);
                return line -> pattern.matcher(line).find();
            } catch (PatternSyntaxException e) {
                throw ToolException.invalidInput("/%s is no RE2 expression: %s".formatted(field, e.getDescription()));
            }
        });
    }

    private static Output answer(Mode mode, PodLogs logs, Predicate<String> wanted, int room) {
        LogReading reading = new LogReading();
        List<LogLine> raw = new ArrayList<>();
        long filtered = 0;
        for (PodLogs.Run run : logs.runs()) {
            for (LogLine line : run.lines()) {
                if (!wanted.test(line.text())) {
                    filtered++;
                } else if (mode == Mode.RAW) {
                    raw.add(new LogLine(line.at(), line.level(), run.where(), line.text(), List.of()));
                } else {
                    reading.add(line, run.where());
                }
            }
            reading.end();
        }
        List<String> leftOut = new ArrayList<>(logs.leftOut());
        if (filtered > 0) {
            leftOut.add(filtered + " lines by /grep and /exclude");
        }
        boolean summary = mode == Mode.SUMMARY;
        boolean errors = summary || mode == Mode.ERRORS;
        Fitting<Said> said = errors
                ? Fitting.of(reading.failures(), AnalyzePodLogs::said, summary ? room * 2 / 5 : room / 2)
                : Fitting.none();
        Fitting<Stack> stacks = errors
                ? Fitting.of(reading.traces(), AnalyzePodLogs::stack, summary ? room * 3 / 10 : room - said.size())
                : Fitting.none();
        Fitting<Form> forms = summary || mode == Mode.PATTERNS
                ? Fitting.of(reading.templates(), AnalyzePodLogs::form, room - said.size() - stacks.size())
                : Fitting.none();
        Fitting<String> lines = mode == Mode.RAW
                ? Fitting.of(newest(raw), line -> shown(line, logs.runs().size() > 1), room)
                : Fitting.none();
        said.more("errors", leftOut);
        stacks.more("stack traces", leftOut);
        forms.more("patterns", leftOut);
        lines.more("older lines", leftOut);
        return new Output(
                "%d lines of %s".formatted(reading.lines() + raw.size(), read(logs.runs())),
                summary ? reading.first().map(AnalyzePodLogs::said) : Optional.empty(),
                summary ? reading.last().map(AnalyzePodLogs::said) : Optional.empty(),
                said.list(),
                stacks.list(),
                forms.list(),
                lines.list().map(List::reversed),
                leftOut.isEmpty() ? Optional.empty() : Optional.of(leftOut),
                logs.partial().isEmpty() ? Optional.empty() : Optional.of(logs.partial()),
                "untrusted");
    }

    private static String read(List<PodLogs.Run> runs) {
        List<String> names = runs.stream().map(PodLogs.Run::where).distinct().toList();
        long previous = runs.stream().filter(PodLogs.Run::previous).count();
        return "%s%s%s"
                .formatted(
                        String.join(", ", names.subList(0, Math.min(5, names.size()))),
                        names.size() > 5
                                ? " and %d more".formatted(names.size() - 5)
                                : names.isEmpty() ? "no container" : "",
                        previous > 0 ? "; previous runs: " + previous : "");
    }

    private static Said said(Failure failure) {
        return new Said(
                text(failure.quote()), failure.where(), failure.count(), time(failure.first()), time(failure.last()));
    }

    private static Stack stack(Trace trace) {
        return new Stack(
                text(trace.quote()),
                trace.frames().stream().limit(FRAMES).map(AnalyzePodLogs::text).toList(),
                trace.count(),
                time(trace.first()),
                time(trace.last()));
    }

    private static Form form(Template template) {
        return new Form(
                text(template.count() == 1 ? template.example() : template.pattern()),
                template.count(),
                template.worst() == Level.NONE
                        ? Optional.empty()
                        : Optional.of(template.worst().name().toLowerCase(Locale.ROOT)),
                time(template.first()),
                time(template.last()));
    }

    /** Newest first, so that the newest fit. */
    private static List<LogLine> newest(List<LogLine> lines) {
        return lines.stream()
                .sorted(Comparator.comparing((LogLine line) -> line.at().orElse(Instant.MIN)))
                .toList()
                .reversed();
    }

    private static String shown(LogLine line, boolean several) {
        return time(line.at()).map(at -> at + " ").orElse("")
                + (several ? line.message() + ": " : "")
                + text(line.text());
    }

    /** To the second: what an answer has room for. */
    private static Optional<String> time(Optional<Instant> at) {
        return at.map(each -> each.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static String text(String text) {
        String masked = SecretText.text(text);
        int end =
                LONGEST - (masked.length() > LONGEST && Character.isHighSurrogate(masked.charAt(LONGEST - 1)) ? 1 : 0);
        return masked.length() <= LONGEST ? masked : masked.substring(0, end) + "…";
    }
}
