package dev.millwright.k8s.api;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an object is deleted.
 *
 * @param uid delete only this very object
 * @param resourceVersion and only in this state
 * @param propagation Background, Foreground or Orphan
 */
public record Deletion(
        Optional<String> uid,
        Optional<String> resourceVersion,
        String propagation,
        OptionalInt graceSeconds,
        boolean dryRun) {
    public static final Deletion BACKGROUND =
            new Deletion(Optional.empty(), Optional.empty(), "Background", OptionalInt.empty(), false);
}
