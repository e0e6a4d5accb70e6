package dev.millwright.docker;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildResult;
import java.util.HashMap;
import java.util.Map;

/** Builds texts of a Dockerfile to see whether they can be built; keeps no image. */
final class ProvingBuilds {
    private final BuildContext context;
    private final TrialBuilds builds;
    private final Map<String, Boolean> known = new HashMap<>();

    ProvingBuilds(BuildContext context, TrialBuilds builds) {
        this.context = context;
        this.builds = builds;
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
        BuildResult result = builds.build(context.with(text));
        if (result.status() != BuildResult.Status.SUCCEEDED) {
            return false;
        }
        builds.remove(result.image());
        return true;
    }
}
