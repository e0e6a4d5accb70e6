package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Times as the API writes them, RFC 3339. */
public final class Times {
    private Times() {}

    /** Empty for what is missing, null or no time. */
    public static Optional<Instant> of(JsonNode json) {
        if (!json.isTextual() || json.textValue().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(json.textValue()).toInstant());
        } catch (DateTimeException e) {
            // Not a time: as good as none.
            return Optional.empty();
        }
    }
}
