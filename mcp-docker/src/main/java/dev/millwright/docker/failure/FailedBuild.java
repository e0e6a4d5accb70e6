package dev.millwright.docker.failure;

import java.util.List;

/**
 * A build that failed, kept for a diagnosis later.
 *
 * @param log its end where it was long
 * @param dockerfile its text
 * @param paths some of the context
 * @param ignore lines of the ignore file
 * @param windows scripts of the context whose lines end as on Windows
 */
public record FailedBuild(
        String log, String dockerfile, List<String> paths, List<String> ignore, List<String> windows) {
    public FailedBuild {
        paths = List.copyOf(paths);
        ignore = List.copyOf(ignore);
        windows = List.copyOf(windows);
    }
}
