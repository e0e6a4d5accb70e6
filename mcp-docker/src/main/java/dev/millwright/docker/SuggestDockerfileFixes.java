package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.failure.PastBuild;
import dev.millwright.docker.lint.Rule;
import dev.millwright.docker.lint.Rules;
import dev.millwright.docker.lint.Severity;
import dev.millwright.docker.repair.Repaired;
import dev.millwright.docker.repair.Safety;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Tells what is wrong with a Dockerfile, worst first, and mends it. */
final class SuggestDockerfileFixes implements Tool<SuggestDockerfileFixes.Input, SuggestDockerfileFixes.Output> {
    /** What is done about it. */
    enum Mode {
        REPORT,
        PATCH,
        APPLY
    }

    record Input(
            @Doc("Path or text.") Optional<String> dockerfile,

            @Doc("") Optional<String> context,

            @Doc(value = "As DL3008.", max = 100) Optional<List<String>> rules,

            @Doc(name = "min_severity", value = "") Optional<Severity> minSeverity,

            @Doc("build_id or log.") Optional<String> failure,

            @Doc(value = "", orElse = "report") Mode mode,

            @Doc(value = "", orElse = "safe") Safety safety,

            @Doc(value = "", orElse = "parse") DockerfileRepair.Verify verify,

            @Flat Common common)
            implements Common.Taken {
        Input {
            rules = rules.map(List::copyOf);
            if (mode == Mode.APPLY && !DockerfileText.isFile(dockerfile, context)) {
                throw new IllegalArgumentException(
                        "/mode apply needs a file: /dockerfile as a path, or /context; of a text, mode patch gives the change");
            }
        }

        @Override
        public OptionalInt maxTokens() {
            OptionalInt asked = Common.Taken.super.maxTokens();
            return asked.isPresent() ? asked : OptionalInt.of(2_000);
        }
    }

    /**
     * @param patch that fixes it, a unified diff
     * @param fixes in that patch
     * @param left fixes that are not, and why
     * @param failure of the build that was told of
     * @param passes whether nothing is as bad as the project's failure-threshold, where it has one
     */
    record Output(
            String summary,
            List<LintReport.Refused> refused,
            List<LintReport.Found> findings,
            OptionalInt omitted,
            Optional<Boolean> passes,
            Optional<String> patch,
            Optional<List<Repaired.Made>> fixes,
            Optional<List<Repaired.Left>> left,
            Optional<FoundFailure> failure) {}

    static final ToolSpec<Input, Output> SPEC = reads("suggest_dockerfile_fixes", Input.class, Output.class)
            .description(
                    "What is wrong with a Dockerfile (hadolint's rules, BuildKit's checks), and fixes as a patch, proven.")
            .scopes("docker:read")
            .upTo(Effect.CHANGES, "docker:write")
            .deadline(Duration.ofMinutes(30));

    private static final int FRAME = 400;

    private final Roots roots;
    private final DockerfileRepair repair;
    private final Failures failures;

    SuggestDockerfileFixes(Roots roots, DockerfileRepair repair, Failures failures) {
        this.roots = roots;
        this.repair = repair;
        this.failures = failures;
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
        LintReport.Wanted wanted = wanted(input);
        Optional<PastBuild> kept = input.failure().flatMap(each -> failures.kept(call, "/failure", each));
        boolean named = input.dockerfile().isPresent() || input.context().isPresent();
        DockerfileText source = repair.known(
                call,
                kept.isPresent() && !named
                        ? DockerfileText.of(kept.get().dockerfile())
                        : DockerfileText.read(roots, call, input.dockerfile(), input.context()));
        Optional<Mending> mending = Optional.empty();
        if (input.failure().isPresent()) {
            String log = kept.map(PastBuild::log).orElse(input.failure().get());
            mending = Optional.of(failures.mending(call, log, kept, source));
        }
        boolean report = input.mode() == Mode.REPORT;
        int all = call.budget() * 4 - FRAME;
        Optional<FoundFailure> failure =
                mending.map(each -> FoundFailure.of(each.failure(), report ? 3 : 1, all / (report ? 2 : 4)));
        int room = all - failure.map(each -> Json.size(Json.tree(each))).orElse(0);
        LintReport now = LintReport.of(source, wanted, source.text(), room);
        if (!report) {
            return fixed(input, call, wanted, source, now, mending, failure, room);
        }
        return new Output(
                now.summary()
                        + failure.map(each -> "; the build: " + each.summary()).orElse(""),
                now.refused(),
                now.findings(),
                now.omitted(),
                now.passes(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                failure);
    }

    private static LintReport.Wanted wanted(Input input) {
        Set<String> codes = new TreeSet<>(input.rules().orElse(List.of()));
        for (String each : codes) {
            if (Rules.find(each).isEmpty()) {
                List<String> all = Rules.all().stream().map(Rule::code).toList();
                throw ToolException.invalidInput("/rules has \"%s\", which is no code%s; there are %s"
                        .formatted(
                                each,
                                Schema.nearest(each, all)
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse(""),
                                String.join(", ", all)));
            }
        }
        return new LintReport.Wanted(codes, input.minSeverity().orElse(Severity.IGNORE));
    }

    private Output fixed(
            Input input,
            Call call,
            LintReport.Wanted wanted,
            DockerfileText source,
            LintReport now,
            Optional<Mending> mending,
            Optional<FoundFailure> failure,
            int room)
            throws InterruptedException {
        DockerfileRepair.Fixed fixed = repair.fix(call, source, wanted::has, input.safety(), input.verify(), mending);
        boolean applied = input.mode() == Mode.APPLY && fixed.patch().isPresent() && fixed.proven();
        if (applied) {
            repair.apply(call, source, fixed);
        }
        Optional<String> patch = fixed.patch().filter(each -> each.length() + FRAME < room);
        int rest = room - patch.map(Json::write).orElse("").length();
        List<Repaired.Made> made = Shortened.first(fixed.repaired().made(), 1, rest / 2);
        List<Repaired.Left> left = Shortened.first(fixed.repaired().left(), 1, rest / 4);
        LintReport after = LintReport.of(source, wanted, fixed.repaired().text(), rest / 4);
        String large =
                fixed.patch().isPresent() && patch.isEmpty() ? "; the patch is longer than max_output_chars" : "";
        long mended = fixed.repaired().made().stream()
                .filter(each -> each.fixId().isPresent())
                .count();
        String summary = "%s: %d of %d findings fixed%s%s, %s%s"
                .formatted(
                        source.shown(),
                        fixed.repaired().made().size() - mended,
                        now.all(),
                        applied ? " and written" : "",
                        failure.map(each -> ", failure %s %s"
                                        .formatted(
                                                each.kind(),
                                                mended == 0
                                                        ? "not mended"
                                                        : input.verify() == DockerfileRepair.Verify.BUILD
                                                                ? "mended"
                                                                : "given a fix, unproven"))
                                .orElse(""),
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
                left.isEmpty() ? Optional.empty() : Optional.of(left),
                failure);
    }
}
