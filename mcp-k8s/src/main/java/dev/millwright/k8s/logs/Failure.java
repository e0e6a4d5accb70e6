package dev.millwright.k8s.logs;

import java.time.Instant;
import java.util.Optional;

/**
 * An error that a log tells of, however often.
 *
 * @param quote the first of its lines, as a person would quote it
 * @param where whatever the reader was told the line came from, as a pod's name; empty where it was told nothing
 * @param weight how much it says: 1 a word like failed, 2 says that it is an error, 3 names what is wrong, 4 ends the
 *     program
 */
public record Failure(
        String quote, String where, int weight, long count, Optional<Instant> first, Optional<Instant> last) {}
