package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildPolicy;
import dev.millwright.docker.cache.Advice;
import dev.millwright.docker.cache.CacheReview;
import dev.millwright.docker.cache.Context;
import dev.millwright.docker.cache.FolderContext;
import dev.millwright.docker.cache.Invalidation;
import dev.millwright.docker.cache.StepTimes;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.docker.engine.UnifiedDiff;
import dev.millwright.docker.failure.LoggedTimes;
import dev.millwright.docker.failure.PastBuild;
import dev.millwright.docker.failure.PastBuilds;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Schema;
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
            @Doc("Path or text.") Optional<String> dockerfile,

            @Doc("") Optional<String> context,

            @Doc(name = "build_trace", value = "build_id, log or its path.")
            Optional<String> buildTrace,

            @Doc(name = "change_set", value = "Files, as src/app.js.", orElse = "[]")
            List<String> changeSet,

            @Doc(value = "Build before and after.", orElse = "false")
            boolean measure,

            @Flat Common common)
            implements Common.Taken {
        Input {
            changeSet = changeSet.stream()
                    .map(each -> each.replaceFirst("^(\\./)+", ""))
                    .toList();
            if (changeSet.stream().anyMatch(each -> each.isBlank() || each.startsWith("/") || each.contains(".."))) {
                throw new IllegalArgumentException(
                        "/change_set must hold paths below the context, as src/app.js, got \"%s\""
                                .formatted(String.join("\", \"", changeSet)));
            }
            if (measure && context.isEmpty()) {
                throw new IllegalArgumentException("/measure needs /context, the folder to build");
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
    private final PastBuilds builds;
    private final Clock clock;

    OptimizeBuildCache(Roots roots, Engines engines, DockerConfig config, PastBuilds builds, Clock clock) {
        this.builds = builds;
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
        Workspace workspace = roots.of(call.tenant());
        DockerfileText source = DockerfileText.read(roots, call, input.dockerfile(), input.context());
        Context context = Context.UNKNOWN;
        Ignore ignore = new Ignore(".dockerignore", "");
        if (input.context().isPresent()) {
            Target folder = source.folder().orElseThrow();
            context = new FolderContext(workspace, folder);
            ignore = ignore(workspace, source, folder);
        }
        Optional<BuildContext> built = input.measure()
                ? Optional.of(source.context(workspace, "/measure", config.maxContextBytes()))
                : Optional.empty();
        Optional<String> changed = built.map(each -> changed(input.changeSet(), each));
        List<String> changes = input.changeSet().isEmpty() ? changed.stream().toList() : input.changeSet();
        CacheReview review;
        try {
            StepTimes times = input.buildTrace().isPresent() ? times(input, call, source) : StepTimes.NONE;
            review = CacheReview.of(source.text(), context, ignore.text(), changes, times);
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput(e.getMessage());
        }
        boolean same = review.patched().equals(source.text());
        return new Output(
                summary(review) + (input.measure() && same ? " There is no patch to measure." : ""),
                review.invalidations(),
                review.advice(),
                UnifiedDiff.of(source.name(), source.text(), review.patched()),
                UnifiedDiff.of(ignore.name(), ignore.text(), withLines(ignore.text(), review.ignore())),
                built.isPresent() && !same
                        ? Optional.of(new MeasuredCache(new TrialBuilds(
                                        new BuildPolicy(engines.reach(call)), engines.of(call), call, clock))
                                .of(built.get(), source.text(), review.patched(), changed.orElseThrow()))
                        : Optional.empty());
    }

    /** The first of them, or a source of the context. */
    private static String changed(List<String> changes, BuildContext context) {
        String changed = changes.isEmpty()
                ? context.paths().stream()
                        .filter(path -> SOURCE.matcher(path).matches())
                        .findFirst()
                        .orElseThrow(() -> ToolException.invalidInput(
                                "/change_set must name the file that changes: no source was found in the context"))
                : changes.getFirst();
        if (!context.paths().contains(changed)) {
            throw ToolException.invalidInput("/change_set has %s, which is no file that is sent to the build%s"
                    .formatted(
                            changed,
                            Schema.nearest(changed, context.paths())
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse("")));
        }
        return changed;
    }

    private StepTimes times(Input input, Call call, DockerfileText source) {
        String given = input.buildTrace().orElseThrow().strip();
        if (given.isEmpty()) {
            throw ToolException.invalidInput("/build_trace must be a build_id, a log or the path of one, got nothing");
        }
        boolean isLog = DockerfileText.isText(given) || given.startsWith("{");
        Optional<PastBuild> kept = isLog ? Optional.empty() : kept(call, given);
        StepTimes times;
        if (kept.isPresent()) {
            times = CacheReview.times(
                    source.text(), kept.get().steps(), kept.get().seconds());
        } else {
            LoggedTimes logged = LoggedTimes.of(isLog ? given : log(call, given));
            times = new StepTimes(logged.steps(), logged.beside());
        }
        if (times.isEmpty()) {
            throw ToolException.invalidInput(
                    "/build_trace tells no time of a step: it must be of a build that ran steps,"
                            + " and a log of --progress=plain or rawjson; of a step from the cache no time is known");
        } else if (!CacheReview.knows(source.text(), times)) {
            throw ToolException.invalidInput(
                    "/build_trace has no RUN step of " + source.shown() + "; it must be of a build of this file");
        }
        return times;
    }

    private Optional<PastBuild> kept(Call call, String id) {
        try {
            return Optional.of(builds.find(call, "/build_trace", id));
        } catch (ToolException e) {
            return Optional.empty();
        }
    }

    private String log(Call call, String path) {
        try {
            return DetectBuildFailures.text(roots.of(call.tenant()), "/build_trace", path);
        } catch (ToolException e) {
            throw e.kind() == ToolException.Kind.NOT_FOUND
                    ? e.saying("/build_trace \"" + path + "\" is neither a build of yours nor a file")
                    : e;
        }
    }

    /** @param name of the file that counts for the build */
    private record Ignore(String name, String text) {}

    private static Ignore ignore(Workspace workspace, DockerfileText source, Target folder) {
        String own = source.name() + ".dockerignore";
        String name = folder.path().isEmpty() ? ".dockerignore" : folder.path() + "/.dockerignore";
        return ignore(workspace, workspace.at(folder.root(), own), own)
                .filter(each -> source.file().isPresent())
                .or(() -> ignore(workspace, workspace.at(folder.root(), name), name))
                .orElse(new Ignore(name, ""));
    }

    private static Optional<Ignore> ignore(Workspace workspace, Target file, String name) {
        try {
            return Optional.of(new Ignore(name, TextFiles.read(workspace, file, LONGEST)));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
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
