package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that was noticed about an object; a hint, never a proof.
 *
 * @param fieldPath which part of the object, as in {@code spec.containers{app}}
 * @param last newest time it is known to have happened
 */
public record Event(
        Ref object,
        String objectUid,
        String fieldPath,
        String type,
        String reason,
        String message,
        int count,
        Optional<Instant> first,
        Optional<Instant> last) {
    private static final String FOLDED = "(combined from similar events): ";

    /** Of an {@code Event} of either API, core or {@code events.k8s.io}. */
    public static Event of(JsonNode json) {
        JsonNode about = json.has("regarding") ? json.path("regarding") : json.path("involvedObject");
        String message = json.path("message").asText(json.path("note").asText());
        Optional<Instant> last = Stream.of(
                        json.at("/series/lastObservedTime"),
                        json.path("lastTimestamp"),
                        json.path("deprecatedLastTimestamp"),
                        json.path("eventTime"),
                        json.path("firstTimestamp"))
                .flatMap(each -> Times.of(each).stream())
                .max(Comparator.naturalOrder());
        Optional<Instant> first = Stream.of(
                        json.path("firstTimestamp"),
                        json.path("deprecatedFirstTimestamp"),
                        json.path("eventTime"),
                        json.at("/metadata/creationTimestamp"))
                .flatMap(each -> Times.of(each).stream())
                .min(Comparator.naturalOrder());
        int count = Math.max(
                1,
                Math.max(
                        json.at("/series/count").asInt(),
                        json.path("count").asInt(json.path("deprecatedCount").asInt())));
        return new Event(
                Ref.of(
                        about.path("kind").asText(),
                        about.path("namespace").asText(),
                        about.path("name").asText()),
                about.path("uid").asText(),
                about.path("fieldPath").asText(),
                json.path("type").asText(),
                json.path("reason").asText(),
                message.startsWith(FOLDED) ? message.substring(FOLDED.length()) : message,
                count,
                first,
                last);
    }

    /** The container it speaks of; empty where it speaks of the whole object. */
    public String container() {
        int brace = fieldPath.indexOf('{');
        return brace < 0 || !fieldPath.endsWith("}") ? "" : fieldPath.substring(brace + 1, fieldPath.length() - 1);
    }
}
