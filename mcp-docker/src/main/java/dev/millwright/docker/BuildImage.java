package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildPolicy;
import dev.millwright.docker.build.BuildRequest;
import dev.millwright.docker.build.BuildResult;
import dev.millwright.docker.build.BuildStep;
import dev.millwright.docker.build.ImageBuilder;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.failure.Diagnosis;
import dev.millwright.docker.failure.Learning;
import dev.millwright.docker.failure.PastBuild;
import dev.millwright.docker.failure.PastBuilds;
import dev.millwright.docker.failure.Recipe;
import dev.millwright.docker.failure.Surroundings;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Workspace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Builds an image of a folder; says why when that fails. */
final class BuildImage implements Tool<BuildImage.Input, BuildImage.Output> {
    record Input(
            String context,

            @Doc(value = "", orElse = "Dockerfile") String dockerfile,

            @Doc(value = "", max = 20, orElse = "[]") List<String> tags,
            Optional<String> target,

            @Doc(name = "build_args", value = "", max = 100, orElse = "{}")
            Map<String, String> buildArgs,

            @Doc(value = "", orElse = "auto") BuildRequest.Builder builder,

            @Doc(name = "no_cache", value = "", orElse = "false")
            boolean noCache,

            @Doc("") Optional<String> network,

            Optional<Limits> limits,

            @Flat Common common)
            implements Common.Taken {
        Duration time() {
            return common.timeout().orElse(USUAL);
        }

        /** The build's time, and what it takes to answer. */
        @Override
        public Optional<Duration> timeout() {
            return common.timeout().map(time -> time.plus(MARGIN));
        }
    }

    /** Of each step; the older builder alone can hold to them. */
    record Limits(
            @Doc(name = "memory_mb", value = "", min = 16, max = 1_048_576)
            OptionalInt memoryMb,

            @Doc(value = "", min = 1, max = 1024) OptionalInt cpus) {
        static final Limits NONE = new Limits(OptionalInt.empty(), OptionalInt.empty());
    }

    record Output(
            String summary,
            String status,
            Optional<String> image,
            String builder,
            double seconds,
            List<BuildStep> steps,
            Optional<List<String>> warnings,
            @Doc(name = "context_bytes", value = "") long contextBytes,
            @Doc(name = "build_id", value = "") Optional<String> buildId,
            Optional<FoundFailure> failure) {}

    static final ToolSpec<Input, Output> SPEC = changes("build_image", Input.class, Output.class)
            .description("Build an image of a folder: time and cache of each step; a failure is diagnosed.")
            .scopes("docker:write")
            .deadline(Duration.ofHours(1));

    /** Left of the call's own time for the answer. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private static final Duration USUAL = Duration.ofMinutes(10);

    private static final int STEP_SIZE = 130;

    private final Engines engines;
    private final Roots roots;
    private final DockerConfig config;
    private final PastBuilds builds;
    private final Learning learning;
    private final Consumer<Collection<String>> hide;
    private final Clock clock;

    /** @param hide takes secrets that were met */
    BuildImage(
            Engines engines,
            Roots roots,
            DockerConfig config,
            PastBuilds builds,
            Learning learning,
            Consumer<Collection<String>> hide,
            Clock clock) {
        this.engines = engines;
        this.roots = roots;
        this.config = config;
        this.builds = builds;
        this.learning = learning;
        this.hide = hide;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        DockerReach reach = engines.reach(call);
        BuildPolicy policy = new BuildPolicy(reach);
        policy.checkTags(input.tags());
        Workspace workspace = roots.of(call.tenant());
        BuildContext context = BuildContext.read(
                workspace, workspace.at(input.context()), input.dockerfile(), config.maxContextBytes());
        Dockerfile file = Dockerfile.parse(context.dockerfile());
        policy.checkFile(file);
        hide.accept(input.buildArgs().entrySet().stream()
                .filter(each -> SecretText.isSecretName(each.getKey())
                        && each.getValue().length() > 5)
                .map(Map.Entry::getValue)
                .toList());
        AtomicInteger begun = new AtomicInteger();
        BuildResult result = new ImageBuilder(engines.of(call), clock)
                .build(
                        context,
                        request(input, call, reach, policy),
                        step -> call.progress(begun.incrementAndGet(), 0, SecretText.text(step)));
        return result.status() == BuildResult.Status.SUCCEEDED
                ? built(input, call, context, result)
                : failed(call, context, result);
    }

    private BuildRequest request(Input input, Call call, DockerReach reach, BuildPolicy policy) {
        Limits limits = input.limits().orElse(Limits.NONE);
        if (limits.memoryMb().isPresent() && (long) limits.memoryMb().getAsInt() << 20 > reach.maxMemory()) {
            throw ToolException.denied("/limits/memory_mb must be at most %d here, got %d"
                    .formatted(reach.maxMemory() >> 20, limits.memoryMb().getAsInt()));
        }
        if (limits.cpus().isPresent() && limits.cpus().getAsInt() > reach.maxCpus()) {
            throw ToolException.denied("/limits/cpus must be at most %d here, got %d"
                    .formatted(reach.maxCpus(), limits.cpus().getAsInt()));
        }
        boolean legacy =
                input.builder() == BuildRequest.Builder.LEGACY || input.limits().isPresent();
        Map<String, String> labels = new HashMap<>();
        reach.label().map(label -> label.split("=", 2)).ifPresent(label -> labels.put(label[0], label[1]));
        Duration left = call.deadline().equals(Instant.MAX)
                ? input.time()
                : Duration.between(clock.instant(), call.deadline()).minus(MARGIN);
        Duration time = input.time();
        return new BuildRequest(
                input.tags(),
                input.target(),
                input.buildArgs(),
                labels,
                input.builder(),
                input.noCache(),
                policy.network(input.network()),
                legacy
                        ? OptionalLong.of(
                                limits.memoryMb().isPresent()
                                        ? (long) limits.memoryMb().getAsInt() << 20
                                        : reach.maxMemory())
                        : OptionalLong.empty(),
                legacy ? limits.cpus().orElse(reach.maxCpus()) : 0,
                left.compareTo(time) < 0 ? left : time);
    }

    private Output built(Input input, Call call, BuildContext context, BuildResult result) {
        learning.passed(call.tenant().name(), context.name(), context.dockerfile());
        long cached = result.steps().stream().filter(BuildStep::cached).count();
        String summary = "Built %s in %.1f s, %d of %d steps from the cache"
                .formatted(
                        input.tags().isEmpty() ? result.image() : String.join(", ", input.tags()),
                        result.seconds(),
                        cached,
                        result.steps().size());
        String id = kept(call, context, result, List.of());
        return output(summary, call, context, result, Optional.of(id), Optional.empty());
    }

    private String kept(Call call, BuildContext context, BuildResult result, List<String> windows) {
        return builds.keep(
                call,
                new PastBuild(
                        result.status() != BuildResult.Status.SUCCEEDED,
                        result.log(),
                        context.dockerfile(),
                        context.paths(),
                        context.ignore(),
                        windows,
                        result.steps(),
                        result.seconds()));
    }

    private Output failed(Call call, BuildContext context, BuildResult result) throws InterruptedException {
        String tenant = call.tenant().name();
        Surroundings around = new Surroundings(
                Optional.of(Recipe.of(context.dockerfile())),
                context.paths(),
                context.ignore(),
                engines.images(call).names(),
                context.windowsScripts());
        String id = kept(call, context, result, around.windows());
        if (result.status() == BuildResult.Status.TIMED_OUT) {
            return output(
                    "Ended after %.1f s: its time was over".formatted(result.seconds()),
                    call,
                    context,
                    result,
                    Optional.of(id),
                    Optional.empty());
        }
        Diagnosis diagnosis = learning.ranked(tenant, Diagnosis.of(result.log(), around), around);
        learning.failed(tenant, context.name(), diagnosis, context.dockerfile());
        FoundFailure found = FoundFailure.of(diagnosis, 3, call.budget() * 3);
        return output(found.summary(), call, context, result, Optional.of(id), Optional.of(found));
    }

    private static Output output(
            String summary,
            Call call,
            BuildContext context,
            BuildResult result,
            Optional<String> id,
            Optional<FoundFailure> failure) {
        int most = Math.max(5, call.budget() * (failure.isPresent() ? 1 : 3) / STEP_SIZE);
        List<BuildStep> steps = result.steps().stream()
                .map(each -> new BuildStep(
                        shortened(SecretText.text(each.name())), each.seconds(), each.cached(), each.failed()))
                .toList();
        int over = Math.max(0, steps.size() - most);
        List<String> warnings =
                result.warnings().stream().limit(10).map(SecretText::text).toList();
        return new Output(
                summary + (over > 0 ? "; the first %d steps are left out".formatted(over) : ""),
                result.status().name().toLowerCase(Locale.ROOT),
                Optional.of(result.image()).filter(image -> !image.isEmpty()),
                result.builder(),
                result.seconds(),
                steps.subList(over, steps.size()),
                warnings.isEmpty() ? Optional.empty() : Optional.of(warnings),
                context.bytes(),
                id,
                failure);
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }
}
