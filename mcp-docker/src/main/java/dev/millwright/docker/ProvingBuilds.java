package dev.millwright.docker;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildResult;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Builds texts of a Dockerfile to see whether they can be built; keeps no image. */
final class ProvingBuilds {
    private final BuildContext context;
    private final TrialBuilds builds;

    /** What a build said when it failed, by text. */
    private final Map<String, Optional<String>> known = new HashMap<>();

    ProvingBuilds(BuildContext context, TrialBuilds builds) {
        this.context = context;
        this.builds = builds;
    }

    /** Whether it can be built; a build that does not end in time cannot. */
    boolean builds(String text) {
        return failure(text).isEmpty();
    }

    /** The log of the build where it failed. */
    Optional<String> failure(String text) {
        Optional<String> before = known.get(text);
        if (before != null) {
            return before;
        }
        try {
            Optional<String> failure = build(text);
            known.put(text, failure);
            return failure;
        } catch (InterruptedException e) {
            throw new LocalBases.Interrupted();
        }
    }

    int count() {
        return known.size();
    }

    private Optional<String> build(String text) throws InterruptedException {
        BuildResult result = builds.build(context.with(text));
        if (result.status() != BuildResult.Status.SUCCEEDED) {
            return Optional.of(result.log());
        }
        builds.remove(result.image());
        return Optional.empty();
    }
}
