package dev.millwright.k8s.logs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A stack trace, however often it was printed.
 *
 * @param language it is written in, as far as its frames tell
 * @param headline what went wrong
 * @param cause the innermost {@code Caused by}, where there is one
 * @param frames the innermost ones, as they were printed
 */
public record Trace(
        String language,
        String headline,
        Optional<String> cause,
        List<String> frames,
        long count,
        Optional<Instant> first,
        Optional<Instant> last) {
    public Trace {
        frames = List.copyOf(frames);
    }

    /** What a person would say of it: the headline, and what caused it. */
    public String quote() {
        return cause.filter(each -> !headline.contains(each))
                .map(each -> headline + " (caused by: " + each + ")")
                .orElse(headline);
    }
}
