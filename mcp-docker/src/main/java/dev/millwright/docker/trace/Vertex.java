package dev.millwright.docker.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One step of a build.
 *
 * @param name as in {@code [2/3] RUN make}
 * @param error empty text for a step that did not fail
 */
public record Vertex(
        String digest,
        String name,
        boolean cached,
        Optional<Instant> started,
        Optional<Instant> completed,
        String error) {
    /** How long it took; empty for one that did not end. */
    public Optional<Duration> took() {
        return started.flatMap(from -> completed.map(to -> Duration.between(from, to)));
    }

    /** Steps of BuildKit's own, such as loading the Dockerfile. */
    public boolean isInternal() {
        return name.startsWith("[internal]") || !name.startsWith("[");
    }

    Vertex and(Vertex later) {
        return new Vertex(
                digest,
                later.name.isEmpty() ? name : later.name,
                cached || later.cached,
                started.or(later::started),
                later.completed.or(() -> completed),
                later.error.isEmpty() ? error : later.error);
    }
}
