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
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
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

/** Tells what is wrong with a Dockerfile, worst first. */
final class SuggestDockerfileFixes implements Tool<SuggestDockerfileFixes.Input, SuggestDockerfileFixes.Output> {
    record Input(
            @Doc("The text; give this or path.") Optional<String> dockerfile,

            @Doc("In a root; left out, the Dockerfile of context.")
            Optional<String> path,

            @Doc("Folder that is built, for rules of .dockerignore.")
            Optional<String> context,

            @Doc(value = "Only these codes, as DL3008.", max = 100)
            Optional<List<String>> rules,

            @Doc(name = "min_severity", value = "") Optional<Severity> minSeverity,
            OptionalInt budget)
            implements Budgeted {
        Input {
            rules = rules.map(List::copyOf);
        }

        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(2_000);
        }
    }

    /** @param also the name under which BuildKit tells the same */
    record Found(int line, String code, Severity severity, String problem, String advice, Optional<String> also) {}

    /** Why Docker refuses the file. */
    record Refused(int line, String why) {}

    /** @param passes whether nothing is as bad as the project's failure-threshold, where it has one */
    record Output(
            String summary,
            List<Refused> refused,
            List<Found> findings,
            OptionalInt omitted,
            Optional<Boolean> passes) {}

    static final ToolSpec<Input, Output> SPEC = reads("suggest_dockerfile_fixes", Input.class, Output.class)
            .description("What is wrong with a Dockerfile: hadolint's rules, BuildKit's checks and more, worst first."
                    + " Heeds inline ignores and .hadolint.yaml.")
            .scopes("docker:read");

    private static final int FRAME = 400;

    private final Roots roots;

    SuggestDockerfileFixes(Roots roots) {
        this.roots = roots;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
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
        Dockerfile file = Dockerfile.parse(source.text());
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
        return fitted(source.shown(), file.problems(), found, passes, call.budget() * 4 - FRAME);
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
                passes);
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
