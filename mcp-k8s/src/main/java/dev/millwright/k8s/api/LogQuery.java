package dev.millwright.k8s.api;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which log of which container.
 *
 * @param previous of the run before the last restart
 * @param since seconds back from now
 * @param tail last lines only
 * @param maxBytes at most so many bytes, the newest kept where {@code tail} is given
 */
public record LogQuery(
        String namespace,
        String pod,
        String container,
        boolean previous,
        boolean timestamps,
        OptionalInt since,
        Optional<String> sinceTime,
        OptionalInt tail,
        int maxBytes) {}
