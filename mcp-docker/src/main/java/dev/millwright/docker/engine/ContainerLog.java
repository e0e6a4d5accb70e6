package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.ToolException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last lines that a container wrote.
 *
 * @param lines oldest first; those of stderr begin with {@code ! }
 * @param read lines that were looked at
 * @param leftOut lines that were wanted and did not fit
 * @param note what a reader must know of a log that is not whole
 */
public record ContainerLog(List<String> lines, long read, long leftOut, Optional<String> note) {
    public ContainerLog {
        lines = List.copyOf(lines);
    }

    /**
     * Which lines.
     *
     * @param matching what a line must fulfil
     * @param tail lines at most, the last ones
     * @param bytes bytes of lines at most, the last ones
     * @param times whether each begins with its time
     */
    public record Wanted(
            Optional<Instant> since,
            Optional<Instant> until,
            Optional<Predicate<String>> matching,
            int tail,
            int bytes,
            boolean times) {}

    /** More bytes of one log than these are not read: narrow by time. */
    private static final long MOST_BYTES = 256L * 1024 * 1024;

    private static final Pattern AGO = Pattern.compile("(\\d{1,9})(s|m|h|d)");

    /** What the engine puts before a line on request: a time in RFC 3339 with nanoseconds, and a space. */
    private static final Pattern STAMP = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(?:Z|[+-]\\d\\d:\\d\\d) ?");

    /**
     * Reads it.
     *
     * @param container as {@code GET /containers/{id}/json} tells it
     * @throws ToolException {@code UNAVAILABLE} where the log driver keeps nothing that can be read
     */
    public static ContainerLog read(Engine engine, JsonNode container, Wanted wanted) throws InterruptedException {
        Ask ask = Ask.get("/containers/{}/logs", container.path("Id").asText())
                .with("stdout", true)
                .with("stderr", true)
                .with("timestamps", true)
                .forLong();
        if (wanted.since().isPresent()) {
            ask = ask.with("since", seconds(wanted.since().get()));
        }
        if (wanted.until().isPresent()) {
            ask = ask.with("until", seconds(wanted.until().get()));
        }
        if (wanted.matching().isEmpty()) {
            ask = ask.with("tail", wanted.tail());
        }
        Gathering gathering = new Gathering(wanted);
        try (Answer answer = engine.send(ask);
                InputStream body = answer.body()) {
            LogStream.read(body, !container.path("Config").path("Tty").asBoolean(), gathering);
        } catch (EOFException e) {
            gathering.note = Optional.of("the log ends within a line");
        } catch (IOException e) {
            throw Unreachable.during(ask, engine, e);
        }
        return gathering.log();
    }

    /**
     * A time as people give it.
     *
     * @param field where it was given, as in {@code /since}
     * @throws ToolException {@code INVALID_INPUT} for anything else
     */
    public static Instant time(String field, String text, Instant now) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long count = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw ToolException.invalidInput(
                    field + " must be like 10m, 2h or 1d, or a time as 2026-11-20T14:30:00Z, got \"" + text + "\"");
        }
    }

    private static String seconds(Instant time) {
        return time.getEpochSecond() + "." + String.format("%09d", time.getNano());
    }

    private static final class Gathering implements LogStream.Lines {
        private final Wanted wanted;
        private final UnaryOperator<String> keys = SecretText.keys();
        private final ArrayDeque<String> kept = new ArrayDeque<>();
        private int size;
        private long bytes;
        private long read;
        private long leftOut;
        private Optional<String> note = Optional.empty();

        Gathering(Wanted wanted) {
            this.wanted = wanted;
        }

        @Override
        public boolean line(boolean error, String line) {
            read++;
            bytes += line.length();
            if (bytes > MOST_BYTES) {
                note = Optional.of(
                        "only the first %d MB were read; narrow by since and until".formatted(MOST_BYTES / 1_000_000));
                return false;
            }
            Matcher stamp = STAMP.matcher(line);
            String text = stamp.lookingAt() ? line.substring(stamp.end()) : line;
            String unlocked = keys.apply(text);
            if (wanted.matching().isPresent() && !wanted.matching().get().test(text)) {
                return true;
            }
            String time = wanted.times() && stamp.lookingAt() ? stamp.group() : "";
            keep((error ? "! " : "") + time + SecretText.text(unlocked));
            return true;
        }

        private void keep(String line) {
            kept.addLast(line);
            size += line.getBytes(StandardCharsets.UTF_8).length + 3;
            while (kept.size() > 1 && (kept.size() > wanted.tail() || size > wanted.bytes())) {
                size -= kept.removeFirst().getBytes(StandardCharsets.UTF_8).length + 3;
                leftOut++;
            }
        }

        ContainerLog log() {
            return new ContainerLog(List.copyOf(kept), read, leftOut, note);
        }
    }
}
