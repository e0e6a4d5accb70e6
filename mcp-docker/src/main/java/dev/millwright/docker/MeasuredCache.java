package dev.millwright.docker;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildResult;
import dev.millwright.docker.build.BuildStep;
import dev.millwright.json.Doc;
import dev.millwright.tool.ToolException;
import java.util.LinkedHashSet;
import java.util.List;
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

    private static final int MOST_BREAKS = 500;
    private static final int LONGEST_STEP = 80;
    private static final int END = 500;

    private final TrialBuilds builds;
    private final Set<String> images = new LinkedHashSet<>();

    MeasuredCache(TrialBuilds builds) {
        this.builds = builds;
    }

    /**
     * Measures it: four builds.
     *
     * @throws ToolException {@code CONFLICT} when one of them fails
     */
    Gain of(BuildContext context, String before, String after, String changed) throws InterruptedException {
        try {
            // Other in each build: what an earlier one left in the cache is not the change.
            int breaks = ThreadLocalRandom.current().nextInt(1, MOST_BREAKS);
            Rebuild old = rebuild(context.with(before), changed, breaks);
            Rebuild patched = rebuild(context.with(after), changed, breaks + MOST_BREAKS);
            return new Gain(changed, old, patched, Math.round(old.seconds() / patched.seconds() * 10) / 10.0);
        } finally {
            for (String each : images) {
                builds.remove(each);
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
        BuildResult result = builds.build(context);
        if (result.status() != BuildResult.Status.SUCCEEDED) {
            String log = result.log();
            throw ToolException.conflict("nothing to measure: a build failed; build_image says why. Its end: "
                    + log.substring(Math.max(0, log.length() - END)).strip());
        }
        images.add(result.image());
        return result;
    }
}
