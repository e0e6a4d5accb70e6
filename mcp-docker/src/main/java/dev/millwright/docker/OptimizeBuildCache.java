package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildPolicy;
import dev.millwright.docker.cache.Advice;
import dev.millwright.docker.cache.CacheReview;
import dev.millwright.docker.cache.Context;
import dev.millwright.docker.cache.FolderContext;
import dev.millwright.docker.cache.Invalidation;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.dockerfile.IgnoreFile;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.docker.engine.UnifiedDiff;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says which change runs which steps again, and gives the patches that keep more of the cache. */
final class OptimizeBuildCache implements Tool<OptimizeBuildCache.Input, OptimizeBuildCache.Output> {
    record Input(
            Optional<String> dockerfile,

            Optional<String> path,
            Optional<String> context,

            @Doc(value = "Files, as src/app.js.", orElse = "[]")
            List<String> changed,

            @Doc(value = "Build before and after.", orElse = "false")
            boolean measure,

            @Flat Common common)
            implements Common.Taken {
        Input {
            changed = List.copyOf(changed);
            if (measure && context.isEmpty()) {
                throw new IllegalArgumentException("measure needs context, the folder to build");
            }
            if (dockerfile.isEmpty() && context.isEmpty()) {
                throw new IllegalArgumentException("give dockerfile, context, or both");
            }
        }
    }

    record Output(
            String summary,
            List<Invalidation> invalidations,
            List<Advice> advice,
            Optional<String> patch,
            @Doc(name = "dockerignore_patch", value = "") Optional<String> dockerignorePatch,
            Optional<MeasuredCache.Gain> measured) {}

    static final ToolSpec<Input, Output> SPEC = reads("optimize_build_cache", Input.class, Output.class)
            .description("Which change runs which build steps again; patches (order, cache mounts, .dockerignore).")
            .scopes("docker:read")
            .upTo(Effect.ADDS, "docker:write")
            .deadline(Duration.ofMinutes(30));

    private static final int LONGEST = 1_000_000;

    /** What people change most: programs, not manifests. */
    private static final Pattern SOURCE = Pattern.compile(
            "(?!(.*/)?(package(-lock)?\\.json|setup\\.py)$).*\\.(c|cc|cpp|cs|css|go|h|html|java|js|jsx|kt|php|py|rb|rs|scala|sh|swift|ts|tsx|vue|txt|md)");

    private final Roots roots;
    private final Engines engines;
    private final DockerConfig config;
    private final Clock clock;

    OptimizeBuildCache(Roots roots, Engines engines, DockerConfig config, Clock clock) {
        this.roots = roots;
        this.engines = engines;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.measure() ? Effect.ADDS : Effect.READS;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Context context = Context.UNKNOWN;
        String name = input.path().orElse("Dockerfile");
        String ignoreText = "";
        Optional<String> text = input.dockerfile();
        if (input.context().isPresent()) {
            Workspace workspace = roots.of(call.tenant());
            Target folder = workspace.at(input.context().get());
            context = new FolderContext(workspace, folder);
            ignoreText = context.text(name + ".dockerignore")
                    .or(() -> ignoreOf(workspace, folder))
                    .orElse("");
            text = text.or(() -> Optional.of(TextFiles.read(workspace, below(workspace, folder, name), LONGEST)));
        }
        CacheReview review;
        try {
            review = CacheReview.of(text.orElseThrow(), context, IgnoreFile.parse(ignoreText), input.changed());
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput(e.getMessage());
        }
        String before = text.get();
        return new Output(
                summary(review),
                review.invalidations(),
                review.advice(),
                UnifiedDiff.of(name, before, review.patched()),
                UnifiedDiff.of(".dockerignore", ignoreText, withLines(ignoreText, review.ignore())),
                input.measure() && !review.patched().equals(before)
                        ? Optional.of(measured(input, call, name, before, review.patched()))
                        : Optional.empty());
    }

    private MeasuredCache.Gain measured(Input input, Call call, String name, String before, String after)
            throws InterruptedException {
        Workspace workspace = roots.of(call.tenant());
        BuildContext context = BuildContext.read(
                workspace, workspace.at(input.context().orElseThrow()), name, config.maxContextBytes());
        String changed = input.changed().isEmpty()
                ? context.paths().stream()
                        .filter(path -> SOURCE.matcher(path).matches())
                        .findFirst()
                        .orElseThrow(() -> ToolException.invalidInput(
                                "/changed must name the file that changes: no source was found in the context"))
                : input.changed().getFirst();
        if (!context.paths().contains(changed)) {
            throw ToolException.invalidInput("/changed %s is no file that is sent to the build".formatted(changed));
        }
        return new MeasuredCache(new TrialBuilds(new BuildPolicy(engines.reach(call)), engines.of(call), call, clock))
                .of(context, before, after, changed);
    }

    private static Optional<String> ignoreOf(Workspace workspace, Target folder) {
        try {
            return Optional.of(TextFiles.read(workspace, below(workspace, folder, ".dockerignore"), LONGEST));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Target below(Workspace workspace, Target folder, String name) {
        return workspace.at(folder.root(), folder.path().isEmpty() ? name : folder.path() + "/" + name);
    }

    private static String withLines(String text, List<String> lines) {
        if (lines.isEmpty()) {
            return text;
        }
        return text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + String.join("\n", lines) + "\n";
    }

    private static String summary(CacheReview review) {
        long applied = review.advice().stream().filter(Advice::applied).count();
        long left = review.advice().size() - applied;
        return review.advice().isEmpty()
                ? "Nothing to improve was found."
                : "%d improvement%s in the patches%s"
                        .formatted(
                                applied,
                                applied == 1 ? "" : "s",
                                left == 0 ? "." : ", %d more to be decided by hand.".formatted(left));
    }
}
