package dev.millwright.git.find;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Until when a host wants to be left alone, as its answer says: {@code Retry-After} in seconds or as a date (RFC 9110),
 * else {@code X-RateLimit-Reset} or {@code RateLimit-Reset} once nothing remains.
 */
final class RateLimit {
    /** Without a time, GitHub asks for a minute. */
    private static final Duration UNSAID = Duration.ofMinutes(1);

    /** No answer, mistaken or hostile, keeps a host from being asked for longer. */
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Above it a number is a time since 1970, below it seconds from now; hosts do either. */
    private static final long EPOCH = 1_000_000_000;

    private RateLimit() {}

    /** Empty where the host may be asked again at once. */
    static Optional<Instant> until(int status, HttpHeaders headers, Instant now) {
        boolean none = first(headers, "X-RateLimit-Remaining", "RateLimit-Remaining")
                .filter("0"::equals)
                .isPresent();
        Optional<Instant> after = headers.firstValue("Retry-After").flatMap(value -> time(value, now));
        if (status == 429 || status == 403 && (none || after.isPresent()) || status == 503 && after.isPresent()) {
            return Optional.of(bounded(after.or(() -> reset(headers, now)).orElse(now.plus(UNSAID)), now));
        }
        return none ? reset(headers, now).map(time -> bounded(time, now)) : Optional.empty();
    }

    private static Optional<Instant> reset(HttpHeaders headers, Instant now) {
        return first(headers, "X-RateLimit-Reset", "RateLimit-Reset").flatMap(value -> time(value, now));
    }

    private static Optional<String> first(HttpHeaders headers, String one, String other) {
        return headers.firstValue(one).or(() -> headers.firstValue(other)).map(String::strip);
    }

    private static Optional<Instant> time(String value, Instant now) {
        try {
            if (value.matches("[0-9]{1,10}")) {
                long number = Long.parseLong(value);
                return Optional.of(number > EPOCH ? Instant.ofEpochSecond(number) : now.plusSeconds(number));
            }
            return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Instant bounded(Instant time, Instant now) {
        Instant latest = now.plus(LONGEST);
        return time.isAfter(latest) ? latest : time;
    }
}
