package dev.millwright.docker.cache;

import dev.millwright.docker.build.BuildStep;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.IgnoreFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a change invalidates in a build now, what would keep more of it, and the Dockerfile with that done.
 *
 * @param patched the whole Dockerfile; equal to what was given where there is nothing to do
 * @param ignore lines to add to {@code .dockerignore}
 */
public record CacheReview(List<Invalidation> invalidations, List<Advice> advice, String patched, List<String> ignore) {
    /** A patch makes way for at most so many others. */
    private static final int MOST = 50;

    public CacheReview {
        invalidations = List.copyOf(invalidations);
        advice = List.copyOf(advice);
        ignore = List.copyOf(ignore);
    }

    /**
     * Reviews it; what was already done is not advised again.
     *
     * @param changes paths in the context that change; none for one change behind each copying step
     * @param times of steps, from a build
     * @throws IllegalArgumentException when Docker would refuse the Dockerfile
     */
    public static CacheReview of(
            String dockerfile, Context context, String ignoreText, List<String> changes, StepTimes times) {
        IgnoreFile ignore = IgnoreFile.parse(ignoreText);
        Dockerfile file = parsed(dockerfile);
        List<Advice> advice = new ArrayList<>();
        String text = dockerfile;
        Set<String> done = new HashSet<>();
        for (int i = 0; i < MOST; i++) {
            Dockerfile now = parsed(text);
            Optional<ManifestsFirst.Found> found = ManifestsFirst.find(now, context, done);
            if (found.isEmpty()) {
                break;
            }
            advice.add(found.get().advice());
            if (found.get().edits().isEmpty()) {
                done.add(found.get().advice().step());
            }
            text = Edit.apply(text, found.get().edits());
        }
        for (int i = 0; i < MOST; i++) {
            Optional<Volatile.Found> found = Volatile.find(parsed(text));
            if (found.isEmpty()) {
                break;
            }
            advice.add(found.get().advice());
            text = Edit.apply(text, found.get().edits());
        }
        List<Edit> mounts = new ArrayList<>();
        for (CacheMounts.Found each : CacheMounts.find(parsed(text))) {
            advice.add(each.advice());
            mounts.addAll(each.edits());
        }
        text = Edit.apply(text, mounts);
        Ignored.Found ignored = Ignored.find(file, context, ignore);
        advice.addAll(ignored.advice());
        IgnoreFile more = IgnoreFile.parse(
                ignored.lines().isEmpty() ? ignoreText : ignoreText + "\n" + String.join("\n", ignored.lines()));
        List<Invalidation> invalidations = Invalidation.of(
                new Invalidation.Subject(file, ignore), new Invalidation.Subject(parsed(text), more), changes, times);
        return new CacheReview(invalidations, advice, text, ignored.lines());
    }

    /**
     * The times of the steps of a build.
     *
     * @param seconds it took in all; what its steps do not explain comes to every build
     */
    public static StepTimes times(String dockerfile, List<BuildStep> steps, double seconds) {
        Rerun all = Rerun.of(parsed(dockerfile), each -> true, new StepTimes(steps, 0));
        return new StepTimes(steps, Math.max(0, seconds - all.seconds()));
    }

    /** Whether a {@code RUN} of the file is among the times. */
    public static boolean knows(String dockerfile, StepTimes times) {
        return Rerun.of(parsed(dockerfile), each -> true, times).runs().stream()
                .anyMatch(each -> each.seconds().isPresent());
    }

    private static Dockerfile parsed(String text) {
        Dockerfile file = Dockerfile.parse(text);
        if (!file.problems().isEmpty()) {
            throw new IllegalArgumentException("Docker refuses this Dockerfile, line %d: %s"
                    .formatted(
                            file.problems().getFirst().line(),
                            file.problems().getFirst().message()));
        }
        return file;
    }
}
