package dev.millwright.git.remote;

import java.util.List;
import java.util.Optional;

/**
 * What a fetch brought.
 *
 * @param moved refs that have another value now, or were refused it
 */
public record Fetched(List<Moved> moved) {
    public Fetched {
        moved = List.copyOf(moved);
    }

    /** What became of a local ref. */
    public enum How {
        NEW,
        FAST_FORWARD,
        FORCED,
        PRUNED,
        /** Left as it is: the move is no fast-forward. */
        REJECTED
    }

    /**
     * One local ref.
     *
     * @param from commit or tag before; empty for a new one
     * @param to what the remote has; empty for one that was pruned
     */
    public record Moved(String ref, How how, Optional<String> from, Optional<String> to) {}
}
