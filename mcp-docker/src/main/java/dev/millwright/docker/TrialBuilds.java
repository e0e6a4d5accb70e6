package dev.millwright.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildPolicy;
import dev.millwright.docker.build.BuildRequest;
import dev.millwright.docker.build.BuildResult;
import dev.millwright.docker.build.ImageBuilder;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds without a name, for what they show; the images are removed again. */
final class TrialBuilds {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Left of the call's own time for the answer. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final BuildPolicy policy;
    private final Engine engine;
    private final Call call;
    private final Clock clock;
    private int count;

    TrialBuilds(BuildPolicy policy, Engine engine, Call call, Clock clock) {
        this.policy = policy;
        this.engine = engine;
        this.call = call;
        this.clock = clock;
    }

    /**
     * Builds once, within what is left of the call's time.
     *
     * @throws ToolException {@code LIMIT} when nothing of it is left, {@code DENIED} for what the tenant may not build
     */
    BuildResult build(BuildContext context) throws InterruptedException {
        policy.checkFile(Dockerfile.parse(context.dockerfile()));
        Duration left = call.deadline().equals(Instant.MAX)
                ? LONGEST
                : Duration.between(clock.instant(), call.deadline()).minus(MARGIN);
        if (left.isNegative() || left.isZero()) {
            throw ToolException.limit(
                    "the time of this call is over after %d builds; ask for less at once".formatted(count));
        }
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
        count++;
        call.progress(count, 0, "build " + count);
        return new ImageBuilder(engine, clock).build(context, request, step -> {});
    }

    /** Unless somebody has a name for the same image. */
    void remove(String image) throws InterruptedException {
        try {
            JsonNode found = engine.json(Ask.get("/images/{}/json", image));
            if (found.path("RepoTags").isEmpty() && found.path("RepoDigests").isEmpty()) {
                engine.done(Ask.delete("/images/{}", image));
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND && e.kind() != ToolException.Kind.CONFLICT) {
                throw e;
            }
        }
    }
}
