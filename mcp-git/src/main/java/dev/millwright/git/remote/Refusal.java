package dev.millwright.git.remote;

import dev.millwright.tool.ToolException;
import java.util.Optional;

/**
 * Why our side of a connection said no. JGit reports such a refusal as a failure of its own with words of its own; what
 * is kept here goes to the caller in its place.
 */
final class Refusal {
    private Optional<ToolException> first = Optional.empty();

    /** Keeps the first reason; later ones follow from it. */
    synchronized void because(ToolException reason) {
        first = first.or(() -> Optional.of(reason));
    }

    synchronized Optional<ToolException> reason() {
        return first;
    }
}
