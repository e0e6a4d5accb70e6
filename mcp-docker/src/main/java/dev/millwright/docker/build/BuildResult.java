package dev.millwright.docker.build;

import java.util.List;

/**
 * How a build ended.
 *
 * @param builder that built: {@code buildkit} or {@code legacy}
 * @param image its id, {@code sha256:…}; empty text unless it succeeded
 * @param seconds from the first byte of the context to the end
 * @param steps in the order they began
 * @param warnings of the builder
 * @param log in the form of {@code docker build --progress=plain}, or of the older builder; its end where it is long
 */
public record BuildResult(
        Status status,
        String builder,
        String image,
        double seconds,
        List<BuildStep> steps,
        List<String> warnings,
        String log) {
    /** How it ended. */
    public enum Status {
        SUCCEEDED,
        FAILED,
        /** Ended here, for its time was over. */
        TIMED_OUT
    }

    public BuildResult {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }
}
