package dev.millwright.docker.failure;

import dev.millwright.docker.build.BuildStep;
import java.util.List;

/**
 * A build that ended, kept for a diagnosis or for the times of its steps.
 *
 * @param failed whether there is no image of it
 * @param log of one that failed, its end where it was long
 * @param dockerfile its text
 * @param paths some of the context
 * @param ignore lines of the ignore file
 * @param windows scripts of the context whose lines end as on Windows
 * @param steps in the order they began, the first of many
 * @param seconds from the first byte of the context to the end
 */
public record PastBuild(
        boolean failed,
        String log,
        String dockerfile,
        List<String> paths,
        List<String> ignore,
        List<String> windows,
        List<BuildStep> steps,
        double seconds) {
    public PastBuild {
        paths = List.copyOf(paths);
        ignore = List.copyOf(ignore);
        windows = List.copyOf(windows);
        steps = List.copyOf(steps);
    }
}
