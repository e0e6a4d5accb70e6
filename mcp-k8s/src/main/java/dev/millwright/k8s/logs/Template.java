package dev.millwright.k8s.logs;

import java.time.Instant;
import java.util.Optional;

/**
 * What many lines have in common.
 *
 * @param pattern their words, {@code <*>} where they differ
 * @param example the first of them
 * @param worst level that any of them has
 */
public record Template(
        String pattern, long count, Optional<Instant> first, Optional<Instant> last, Level worst, String example) {}
