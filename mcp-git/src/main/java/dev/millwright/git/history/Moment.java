package dev.millwright.git.history;

import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads when something was: an ISO date or time, UTC where it does not say, or how long ago. */
final class Moment {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})[ .]*([a-z]+?)s?(?:[ .]+ago)?");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "second", ChronoUnit.SECONDS,
            "minute", ChronoUnit.MINUTES,
            "hour", ChronoUnit.HOURS,
            "day", ChronoUnit.DAYS,
            "week", ChronoUnit.WEEKS,
            "month", ChronoUnit.MONTHS,
            "year", ChronoUnit.YEARS);

    private Moment() {}

    /**
     * @param field of the input, for the message
     * @return seconds since 1970
     */
    static long seconds(String field, String text, Clock clock) {
        String words = text.strip().toLowerCase(Locale.ROOT);
        OffsetDateTime now = OffsetDateTime.now(clock);
        Matcher ago = AGO.matcher(words);
        try {
            if (words.equals("now")) {
                return now.toEpochSecond();
            } else if (words.equals("today")) {
                return now.truncatedTo(ChronoUnit.DAYS).toEpochSecond();
            } else if (words.equals("yesterday")) {
                return now.minusDays(1).toEpochSecond();
            } else if (ago.matches() && UNITS.containsKey(ago.group(2))) {
                return now.minus(Long.parseLong(ago.group(1)), UNITS.get(ago.group(2)))
                        .toEpochSecond();
            }
            String iso = words.replace(' ', 't').toUpperCase(Locale.ROOT);
            if (!iso.contains("T")) {
                return LocalDate.parse(iso).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
            }
            return iso.matches(".*(?:Z|[+-]\\d\\d:?\\d\\d)")
                    ? OffsetDateTime.parse(iso).toEpochSecond()
                    : LocalDateTime.parse(iso).toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw ToolException.invalidInput("/%s must be as 2026-01-31, 2026-01-31T12:00:00Z or 3 weeks ago, got %s"
                    .formatted(field, RepoText.line(text, 60)));
        }
    }
}
