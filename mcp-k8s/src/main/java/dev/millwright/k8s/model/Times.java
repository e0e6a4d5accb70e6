package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as the API writes them, RFC 3339. */
public final class Times {
    private static final Pattern LENGTH =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

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

    /** A length of time as people write it: {@code 90s}, {@code 15m}, {@code 1h30m}, {@code 2d}; empty for what is none. */
    public static Optional<Duration> length(String text) {
        Matcher form = LENGTH.matcher(text.strip());
        if (text.isBlank() || !form.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(number(form.group(1)))
                .plusHours(number(form.group(2)))
                .plusMinutes(number(form.group(3)))
                .plusSeconds(number(form.group(4))));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** How long ago, in one unit: {@code 45s}, {@code 12m}, {@code 5h}, {@code 3d}. */
    public static String ago(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        } else if (seconds < 120 * 60) {
            return seconds / 60 + "m";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
