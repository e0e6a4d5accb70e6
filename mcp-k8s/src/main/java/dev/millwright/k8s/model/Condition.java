package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/** One entry of {@code status.conditions}. */
public record Condition(String type, String status, String reason, String message, Optional<Instant> since) {
    static Condition of(JsonNode json) {
        return new Condition(
                json.path("type").asText(),
                json.path("status").asText(),
                json.path("reason").asText(),
                json.path("message").asText(),
                Times.of(json.path("lastTransitionTime")));
    }

    public boolean isTrue() {
        return status.equals("True");
    }

    public boolean isFalse() {
        return status.equals("False");
    }
}
