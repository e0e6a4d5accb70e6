package dev.millwright.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * One change to the world, and what is needed to take it back.
 *
 * @param id the call's
 * @param before what the server needs to undo it
 * @param after what the world must still look like for an undo to be safe
 */
public record Operation(
        String id,
        String tenant,
        String server,
        String tool,
        String caller,
        Instant started,
        State state,
        JsonNode before,
        Optional<JsonNode> after) {
    /** How far it came. */
    public enum State {
        /** About to be done; found at start-up, it may or may not have been. */
        INTENT,
        DONE,
        UNDONE
    }
}
