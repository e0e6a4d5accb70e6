package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Problem;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.lint.Finding;
import dev.millwright.docker.lint.Linter;
import dev.millwright.docker.lint.Rule;
import dev.millwright.docker.lint.Rules;
import dev.millwright.docker.lint.Severity;
import dev.millwright.docker.repair.Repaired;
import dev.millwright.docker.repair.Safety;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells what is wrong with a Dockerfile, worst first, and mends it. */
final class SuggestDockerfileFixes implements Tool<SuggestDockerfileFixes.Input, SuggestDockerfileFixes.Output> {
    /** What is done about it. */
    enum Mode {
        REPORT,
        PATCH,
        APPLY
    }

    record Input(
            @Doc("") Optional<String> dockerfile,

            @Doc("") Optional<String> path,

            @Doc("") Optional<String> context,

            @Doc(value = "As DL3008.", max = 100) Optional<List<String>> rules,

            @Doc(name = "min_severity", value = "") Optional<Severity> minSeverity,

            @Doc(value = "", orElse = "report") Mode mode,

            @Doc(value = "", orElse = "safe") Safety safety,

            @Doc(value = "", orElse = "parse") DockerfileRepair.Verify verify,

            @Flat Common common)
            implements Common.Taken {
        Input {
            rules = rules.map(List::copyOf);
            if (mode == Mode.APPLY && dockerfile.isPresent()) {
                throw new IllegalArgumentException(
                        "mode apply needs path or context, not the text: patch gives the change");
            }
        }

        @Override
        public OptionalInt maxTokens() {
            OptionalInt asked = Common.Taken.super.maxTokens();
            return asked.isPresent() ? asked : OptionalInt.of(2_000);
        }
    }

    /** @param also the name under which BuildKit tells the same */
    record Found(int line, String code, Severity severity, String problem, String advice, Optional<String> also) {}

    /** Why Docker refuses the file. */
    record Refused(int line, String why) {}

    /**
     * @param patch that fixes it, a unified diff
     * @param fixes in that patch
     * @param left fixes that are not, and why
     * @param passes whether nothing is as bad as the project's failure-threshold, where it has one
     */
    record Output(
            String summary,
            List<Refused> refused,
            List<Found> findings,
            OptionalInt omitted,
            Optional<Boolean> passes,
            Optional<String> patch,
            Optional<List<Repaired.Made>> fixes,
            Optional<List<Repaired.Left>> left) {}

    static final ToolSpec<Input, Output> SPEC = reads("suggest_dockerfile_fixes", Input.class, Output.class)
            .description(
                    "What is wrong with a Dockerfile (hadolint's rules, BuildKit's checks), and fixes as a patch, proven.")
            .scopes("docker:read")
            .upTo(Effect.CHANGES, "docker:write");

    private static final int FRAME = 400;

    private final Roots roots;
    private final DockerfileRepair repair;

    SuggestDockerfileFixes(Roots roots, DockerfileRepair repair) {
        this.roots = roots;
        this.repair = repair;
    }

    @Override
    public Effect effectOf(Input input) {
        boolean builds = input.mode() != Mode.REPORT && input.verify() == DockerfileRepair.Verify.BUILD;
        return input.mode() == Mode.APPLY || builds ? Effect.CHANGES : Effect.READS;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Set<String> wanted = new HashSet<>(input.rules().orElse(List.of()));
        wanted.stream()
                .filter(each -> Rules.find(each).isEmpty())
                .sorted()
                .findFirst()
                .ifPresent(each -> {
                    throw ToolException.invalidInput(
                            "/rules has \"%s\", which is no code; there are %s".formatted(each, all()));
                });
        DockerfileText source = DockerfileText.read(roots, call, input.dockerfile(), input.path(), input.context());
        Output now = report(source, input, wanted, source.text(), call.budget() * 4 - FRAME);
        if (input.mode() == Mode.REPORT) {
            return now;
        }
        DockerfileRepair.Fixed fixed = repair.fix(
                call, source, input.context(), each -> wanted(each, input, wanted), input.safety(), input.verify());
        boolean applied = input.mode() == Mode.APPLY && fixed.patch().isPresent() && fixed.proven();
        if (applied) {
            repair.apply(call, source, fixed);
        }
        int room = call.budget() * 4 - FRAME;
        Optional<String> patch = fixed.patch().filter(each -> each.length() + FRAME < room);
        int rest = room - patch.map(Json::write).orElse("").length();
        List<Repaired.Made> made = some(fixed.repaired().made(), rest / 2);
        List<Repaired.Left> left = some(fixed.repaired().left(), rest / 4);
        Output after = report(source, input, wanted, fixed.repaired().text(), rest / 4);
        String large =
                fixed.patch().isPresent() && patch.isEmpty() ? "; the patch is longer than max_output_chars" : "";
        String summary = "%s: %d of %d findings fixed%s, %s%s"
                .formatted(
                        source.shown(),
                        fixed.repaired().made().size(),
                        count(now),
                        applied ? " and written" : "",
                        fixed.proof(),
                        large);
        return new Output(
                summary,
                after.refused(),
                after.findings(),
                after.omitted(),
                after.passes(),
                patch,
                Optional.of(made),
                left.isEmpty() ? Optional.empty() : Optional.of(left));
    }

    private static int count(Output report) {
        return report.findings().size() + report.omitted().orElse(0);
    }

    private static <T> List<T> some(List<T> all, int room) {
        List<T> some = new ArrayList<>();
        int left = room;
        for (T each : all) {
            left -= Json.size(Json.tree(each)) + 1;
            if (left < 0 && !some.isEmpty()) {
                break;
            }
            some.add(each);
        }
        return some;
    }

    private static boolean wanted(Finding finding, Input input, Set<String> wanted) {
        return (wanted.isEmpty() || wanted.contains(finding.code()))
                && finding.severity().isAtLeast(input.minSeverity().orElse(Severity.IGNORE));
    }

    /** What is wrong with a text of the file. */
    private static Output report(DockerfileText source, Input input, Set<String> wanted, String text, int room) {
        Dockerfile file = Dockerfile.parse(text);
        List<Finding> findings = Linter.lint(file, source.config().alsoTelling(wanted), source.around()).stream()
                .filter(each -> wanted.isEmpty() || wanted.contains(each.code()))
                .toList();
        List<Found> found = merged(findings).stream()
                .filter(each -> each.severity().isAtLeast(input.minSeverity().orElse(Severity.IGNORE)))
                .sorted(Comparator.comparing(Found::severity).thenComparingInt(Found::line))
                .toList();
        Optional<Boolean> passes = source.config()
                .failureThreshold()
                .map(worst ->
                        findings.stream().noneMatch(each -> each.severity().isAtLeast(worst)));
        return fitted(source.shown(), file.problems(), found, passes, room);
    }

    private static String all() {
        return Rules.all().stream().map(Rule::code).collect(Collectors.joining(", "));
    }

    /** What hadolint and BuildKit both tell is told once, under hadolint's code. */
    private static List<Found> merged(List<Finding> findings) {
        Set<Place> places = new HashSet<>();
        Map<Place, String> twins = new HashMap<>();
        for (Finding each : findings) {
            places.add(new Place(each.code(), each.span()));
            Rules.twin(each.code()).ifPresent(twin -> twins.put(new Place(twin, each.span()), each.code()));
        }
        List<Found> found = new ArrayList<>();
        for (Finding each : findings) {
            boolean told = Rules.twin(each.code())
                    .filter(twin -> places.contains(new Place(twin, each.span())))
                    .isPresent();
            if (!told) {
                found.add(new Found(
                        each.line(),
                        each.code(),
                        each.severity(),
                        each.message(),
                        Rules.find(each.code()).orElseThrow().summary(),
                        Optional.ofNullable(twins.get(new Place(each.code(), each.span())))));
            }
        }
        return found;
    }

    private record Place(String code, Span span) {}

    private static Output fitted(
            String shown, List<Problem> problems, List<Found> all, Optional<Boolean> passes, int room) {
        int left = room;
        List<Refused> refused = new ArrayList<>();
        for (Problem each : problems) {
            Refused one = new Refused(each.line(), shortened(each.message()));
            left -= Json.size(Json.tree(one)) + 1;
            if (left < 0 && !refused.isEmpty()) {
                break;
            }
            refused.add(one);
        }
        List<Found> some = new ArrayList<>();
        for (Found each : all) {
            left -= Json.size(Json.tree(each)) + 1;
            if (left < 0) {
                break;
            }
            some.add(each);
        }
        int omitted = all.size() - some.size();
        return new Output(
                summary(shown, problems, all),
                refused,
                some,
                omitted > 0 ? OptionalInt.of(omitted) : OptionalInt.empty(),
                passes,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static String summary(String shown, List<Problem> problems, List<Found> all) {
        StringBuilder text = new StringBuilder(shown).append(": ");
        if (!problems.isEmpty()) {
            text.append("Docker refuses it; ");
        }
        text.append(all.size()).append(all.size() == 1 ? " finding" : " findings");
        for (Severity each : Severity.values()) {
            long count = all.stream().filter(one -> one.severity() == each).count();
            if (count > 0) {
                text.append(", ").append(count).append(' ').append(Json.name(each));
            }
        }
        return text.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
