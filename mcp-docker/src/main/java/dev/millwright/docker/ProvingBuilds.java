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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds texts of a Dockerfile to see whether they can be built; keeps no image. */
final class ProvingBuilds {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Left of the call's own time for the answer. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final BuildContext context;
    private final BuildPolicy policy;
    private final Engine engine;
    private final Call call;
    private final Clock clock;
    private final Map<String, Boolean> known = new HashMap<>();

    ProvingBuilds(BuildContext context, BuildPolicy policy, Engine engine, Call call, Clock clock) {
        this.context = context;
        this.policy = policy;
        this.engine = engine;
        this.call = call;
        this.clock = clock;
    }

    /** Whether it can be built; a build that does not end in time cannot. */
    boolean builds(String text) {
        Boolean before = known.get(text);
        if (before != null) {
            return before;
        }
        try {
            boolean builds = build(text);
            known.put(text, builds);
            return builds;
        } catch (InterruptedException e) {
            throw new LocalBases.Interrupted();
        }
    }

    int count() {
        return known.size();
    }

    private boolean build(String text) throws InterruptedException {
        policy.checkFile(Dockerfile.parse(text));
        Duration left = call.deadline().equals(Instant.MAX)
                ? LONGEST
                : Duration.between(clock.instant(), call.deadline()).minus(MARGIN);
        if (left.isNegative() || left.isZero()) {
            throw ToolException.limit(
                    "the time of this call is over after %d builds; fix fewer rules at once".formatted(known.size()));
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
        call.progress(known.size() + 1, 0, "build " + (known.size() + 1));
        BuildResult result = new ImageBuilder(engine, clock).build(context.with(text), request, step -> {});
        if (result.status() != BuildResult.Status.SUCCEEDED) {
            return false;
        }
        remove(result.image());
        return true;
    }

    /** Unless somebody has a name for the same image. */
    private void remove(String image) throws InterruptedException {
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
