package dev.millwright.docker;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildPolicy;
import dev.millwright.docker.build.BuildRequest;
import dev.millwright.docker.build.BuildResult;
import dev.millwright.docker.build.BuildStep;
import dev.millwright.docker.build.ImageBuilder;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Builds before and after a patch, each again after one file has changed; keeps no image. */
final class MeasuredCache {
    /**
     * One Dockerfile.
     *
     * @param seconds of the build after the change
     * @param ran steps that ran again
     * @param cached steps that came from the cache
     */
    record Rebuild(double seconds, List<String> ran, int cached) {}

    /**
     * Both.
     *
     * @param changed the file that was taken to have changed
     * @param faster how many times faster the build after the change is with the patch
     */
    record Gain(
            String changed,
            Rebuild before,
            Rebuild after,
            @Doc(name = "times_faster", value = "") double faster) {}

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration MARGIN = Duration.ofSeconds(5);
    private static final int MOST_BREAKS = 500;
    private static final int LONGEST_STEP = 80;

    private final Engine engine;
    private final BuildPolicy policy;
    private final Call call;
    private final Clock clock;
    private final Set<String> images = new LinkedHashSet<>();

    MeasuredCache(Engine engine, BuildPolicy policy, Call call, Clock clock) {
        this.engine = engine;
        this.policy = policy;
        this.call = call;
        this.clock = clock;
    }

    /**
     * Measures it: four builds.
     *
     * @throws ToolException {@code CONFLICT} when one of them fails
     */
    Gain of(BuildContext context, String before, String after, String changed) throws InterruptedException {
        try {
            // Other in each call: what an earlier one left in the cache is not the change.
            int breaks = ThreadLocalRandom.current().nextInt(1, MOST_BREAKS);
            Rebuild old = rebuild(context.with(before), changed, breaks);
            Rebuild patched = rebuild(context.with(after), changed, breaks);
            return new Gain(changed, old, patched, Math.round(old.seconds() / patched.seconds() * 10) / 10.0);
        } finally {
            for (String each : images) {
                remove(each);
            }
        }
    }

    private Rebuild rebuild(BuildContext context, String changed, int breaks) throws InterruptedException {
        build(context);
        BuildResult again = build(context.changing(changed, breaks));
        List<String> ran = again.steps().stream()
                .filter(step -> !step.cached() && step.name().matches("(?s)(\\[.*\\] )?(RUN|COPY|ADD|WORKDIR)\\b.*"))
                .map(step -> step.name().length() > LONGEST_STEP
                        ? step.name().substring(0, LONGEST_STEP) + "…"
                        : step.name())
                .toList();
        int cached = (int) again.steps().stream().filter(BuildStep::cached).count();
        return new Rebuild(Math.round(again.seconds() * 100) / 100.0, ran, cached);
    }

    private BuildResult build(BuildContext context) throws InterruptedException {
        policy.checkFile(Dockerfile.parse(context.dockerfile()));
        Duration left = call.deadline().equals(Instant.MAX)
                ? LONGEST
                : Duration.between(clock.instant(), call.deadline()).minus(MARGIN);
        if (left.isNegative() || left.isZero()) {
            throw ToolException.limit("the time of this call is over before all four builds were done");
        }
        call.progress(images.size() + 1, 4, "build " + (images.size() + 1) + " of 4");
        BuildRequest request = new BuildRequest(
                List.of(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                BuildRequest.Builder.AUTO,
                false,
                policy.network(Optional.empty()),
                OptionalLong.empty(),
                0,
                left.compareTo(LONGEST) < 0 ? left : LONGEST);
        BuildResult result = new ImageBuilder(engine, clock).build(context, request, step -> {});
        if (result.status() != BuildResult.Status.SUCCEEDED) {
            String log = result.log();
            throw ToolException.conflict("nothing to measure: a build failed; build_image says why. Its end: "
                    + log.substring(Math.max(0, log.length() - 500)).strip());
        }
        images.add(result.image());
        return result;
    }

    /** Unless somebody has a name for the same image. */
    private void remove(String image) throws InterruptedException {
        try {
            if (engine.json(Ask.get("/images/{}/json", image)).path("RepoTags").isEmpty()) {
                engine.done(Ask.delete("/images/{}", image));
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND && e.kind() != ToolException.Kind.CONFLICT) {
                throw e;
            }
        }
    }
}
