package dev.millwright.docker.failure;

import java.util.List;

/**
 * A build that failed, kept for a diagnosis later.
 *
 * @param log its end where it was long
 * @param dockerfile its text
 * @param paths some of the context
 * @param ignore lines of the ignore file
 */
public record FailedBuild(String log, String dockerfile, List<String> paths, List<String> ignore) {
    public FailedBuild {
        paths = List.copyOf(paths);
        ignore = List.copyOf(ignore);
    }
}
