package dev.millwright.k8s.diagnose;

import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.Ref;
import java.time.Instant;
import java.util.Optional;

/**
 * A fact that supports a cause.
 *
 * @param field path in the object, {@code event REASON}, or {@code log CONTAINER}
 * @param value what stands there, shortened; masked when it is answered
 */
public record Evidence(Ref object, String field, String value, Optional<Instant> at) {
    private static final int LONGEST = 240;

    public Evidence {
        value = clip(value.strip());
    }

    /** @param field as in {@code status.containerStatuses[app].state.waiting.reason} */
    public static Evidence field(Ref object, String field, String value) {
        return new Evidence(object, field, value, Optional.empty());
    }

    public static Evidence event(Event event) {
        return new Evidence(
                event.object(),
                "event " + event.reason() + (event.count() > 1 ? " x" + event.count() : ""),
                event.message(),
                event.last());
    }

    public static Evidence log(Ref pod, String container, String line) {
        return new Evidence(pod, "log " + container, line, Optional.empty());
    }

    /** The start and the end, which say most. */
    static String clip(String text) {
        return text.length() <= LONGEST
                ? text
                : text.substring(0, LONGEST * 2 / 3) + " … " + text.substring(text.length() - LONGEST / 3);
    }
}
