package dev.millwright.k8s.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a log.
 *
 * @param at when it was written, as the kubelet or the line itself says
 * @param message what it says, without time and level where they could be told apart
 * @param text the whole line, harmless to show
 * @param stack lines of a stack trace that a structured line carries inside
 */
public record LogLine(Optional<Instant> at, Level level, String message, String text, List<String> stack) {
    /** Time as RFC 3339 writes it, with a space for the T as many loggers do. */
    private static final Pattern TIME = Pattern.compile(
            "^[\\[(]?(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,9}))?\\s?(Z|UTC|[+-]\\d\\d:?\\d\\d)?[\\])]?[ \\t:|-]*+");

    /** Other ways to begin with a time: {@code Nov 20 14:28:53}, {@code 14:28:53.123}, {@code 2026/11/20 14:28:53}. */
    private static final Pattern OTHER_TIME = Pattern.compile(
            "^\\[?(?:\\d{4}/\\d\\d/\\d\\d |[A-Z][a-z]{2} [ \\d]\\d |\\d\\d/[A-Z][a-z]{2}/\\d{4}:)?\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?\\]?[ \\t]*+");

    private static final Pattern FIRST_WORD =
            Pattern.compile("^(?i:(trace|debug|info|notice|warn|warning|error|fatal|critical|severe|panic)):\\s*");

    /** klog: {@code E1120 14:28:53.123456       1 file.go:12] text}. */
    private static final Pattern KLOG =
            Pattern.compile("^([IWEF])\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{1,9} +\\d+ [^\\]]{1,200}\\] ");

    private static final int LEVEL_WITHIN = 100;

    /** Words before which a level stands, if a line has one; those in brackets are not counted. */
    private static final int LEVEL_WORDS = 3;

    private static final int MOST_STACK = 200;

    public LogLine {
        stack = List.copyOf(stack);
    }

    /**
     * Reads one line.
     *
     * @param stamped whether it begins with the time of the kubelet ({@code timestamps=true})
     */
    public static LogLine of(String raw, boolean stamped) {
        String text = raw;
        Optional<Instant> at = Optional.empty();
        if (stamped) {
            int space = raw.indexOf(' ');
            String time = space < 0 ? raw : raw.substring(0, space);
            at = time.length() <= 40 ? instant(time) : Optional.empty();
            if (at.isPresent()) {
                text = space < 0 ? "" : raw.substring(space + 1);
            }
        }
        text = LogText.plain(text);
        String trimmed = text.strip();
        if (trimmed.startsWith("{") && trimmed.endsWith("}")) {
            Optional<LogLine> json = json(text, trimmed, at);
            if (json.isPresent()) {
                return json.get();
            }
        }
        if (text.contains("level=") || text.contains("lvl=")) {
            Map<String, String> fields = fields(text);
            String message = first(fields, "msg", "message", "error", "err");
            if (!message.isEmpty()) {
                String error = first(fields, "err", "error");
                Optional<Instant> own = at.or(() -> instant(first(fields, "time", "ts", "timestamp")));
                return new LogLine(
                        own, Level.named(first(fields, "level", "lvl")), join(message, error), text, List.of());
            }
        }
        return plain(text, at);
    }

    /** All lines of a text, none for the empty end. */
    public static List<LogLine> all(String text, boolean stamped) {
        List<LogLine> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = text.indexOf('\n', from);
            to = to < 0 ? text.length() : to;
            lines.add(of(text.substring(from, to), stamped));
            from = to + 1;
        }
        return lines;
    }

    public boolean isBlank() {
        return text.isBlank();
    }

    private static LogLine plain(String text, Optional<Instant> at) {
        Optional<Instant> time = at;
        int from = 0;
        if (!text.isEmpty() && (text.charAt(0) == '[' || text.charAt(0) == '(' || isDigit(text.charAt(0)))
                || text.length() > 15 && text.charAt(3) == ' ') {
            Matcher own = TIME.matcher(text);
            if (own.find()) {
                from = own.end();
                if (time.isEmpty()) {
                    time = instant(own.group(1) + "T" + own.group(2) + (own.group(3) == null ? "" : "." + own.group(3))
                            + zone(own.group(4)));
                }
            } else {
                Matcher other = OTHER_TIME.matcher(text);
                from = other.find() ? other.end() : 0;
            }
        }
        String message = text.substring(from);
        Matcher klog = KLOG.matcher(message);
        if (klog.find()) {
            Level level = switch (klog.group(1)) {
                case "I" -> Level.INFO;
                case "W" -> Level.WARNING;
                case "E" -> Level.ERROR;
                default -> Level.FATAL;
            };
            return new LogLine(time, level, message.substring(klog.end()), text, List.of());
        }
        return new LogLine(time, level(message), message, text, List.of());
    }

    private static Level level(String message) {
        Matcher first = FIRST_WORD.matcher(message);
        if (first.find()) {
            return Level.named(first.group(1));
        }
        int end = Math.min(message.length(), LEVEL_WITHIN);
        int words = 0;
        for (int i = 0; i < end && words < LEVEL_WORDS; i++) {
            char c = message.charAt(i);
            if (c == ' ' && i > 0 && message.charAt(i - 1) != ' ' && message.charAt(i - 1) != ']') {
                words++;
            }
            boolean bracket = c == '[' || c == '<' || c == '(';
            if (bracket || isCapital(c) && (i == 0 || !isWord(message.charAt(i - 1)))) {
                int from = bracket ? i + 1 : i;
                int to = from;
                while (to < end && (bracket ? Character.isLetter(message.charAt(to)) : isCapital(message.charAt(to)))) {
                    to++;
                }
                if (to < message.length() && message.charAt(to) == '!') {
                    to++;
                }
                Level level = to > from + 2 && closes(message, to, bracket)
                        ? Level.named(message.substring(from, to))
                        : Level.NONE;
                if (level != Level.NONE) {
                    return level;
                }
            }
        }
        return Level.NONE;
    }

    /** A word in capitals names a level wherever it ends, one in any case where brackets say so. */
    private static boolean closes(String message, int at, boolean bracket) {
        return bracket
                ? at < message.length() && "]>) ".indexOf(message.charAt(at)) >= 0
                : at == message.length() || !isWord(message.charAt(at));
    }

    private static boolean isCapital(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isWord(char c) {
        return c == '_' || isDigit(c) || Character.isLetter(c);
    }

    private static Optional<LogLine> json(String text, String trimmed, Optional<Instant> at) {
        JsonNode json;
        try {
            json = Json.read(trimmed);
        } catch (JsonProcessingException e) {
            // Looks like JSON and is none: a line as any other.
            return Optional.empty();
        }
        Level level = Level.named(first(json, "level", "severity", "lvl", "loglevel", "log.level", "@l", "levelname"));
        String message = first(json, "message", "msg", "log", "event", "@m", "@mt", "textPayload", "short_message");
        String stack = first(json, "stack", "stack_trace", "stacktrace", "exc_info", "exception", "@x", "traceback");
        String error = "";
        for (String name : List.of("err", "error", "exception", "cause")) {
            JsonNode node = json.path(name);
            if (node.isObject()) {
                error = join(first(node, "type", "name", "class"), first(node, "message", "msg"));
                stack = stack.isEmpty() ? first(node, "stack", "stack_trace", "stacktrace") : stack;
            } else if (node.isTextual() && error.isEmpty()) {
                error = node.textValue().lines().findFirst().orElse("");
            }
        }
        if (message.isEmpty() && error.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> time = at.or(() -> time(json));
        List<String> lines = stack.indexOf('\n') < 0
                ? List.of()
                : stack.lines().limit(MOST_STACK).map(LogText::plain).toList();
        return Optional.of(new LogLine(
                time, level, LogText.plain(join(message.lines().findFirst().orElse(""), error)), text, lines));
    }

    private static Optional<Instant> time(JsonNode json) {
        for (String name : List.of("time", "timestamp", "ts", "@timestamp", "@t", "date", "datetime")) {
            JsonNode node = json.path(name);
            if (node.isTextual()) {
                Optional<Instant> time = instant(node.textValue());
                if (time.isPresent()) {
                    return time;
                }
            } else if (node.isNumber() && node.asDouble() > 1e9 && node.asDouble() < 1e13) {
                // Seconds, or from 1e11 on milliseconds, since 1970.
                double value = node.asDouble();
                return Optional.of(Instant.ofEpochMilli((long) (value < 1e11 ? value * 1_000 : value)));
            }
        }
        return Optional.empty();
    }

    private static String first(JsonNode json, String... names) {
        for (String name : names) {
            JsonNode node = json.path(name);
            if (node.isValueNode() && !node.isNull() && !node.asText().isEmpty()) {
                return node.asText();
            }
        }
        return "";
    }

    private static String first(Map<String, String> fields, String... names) {
        for (String name : names) {
            String value = fields.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private static String join(String message, String error) {
        return error.isEmpty() || message.contains(error)
                ? message
                : message.isEmpty() ? error : message + ": " + error;
    }

    /** {@code key=value key="quoted value"}. */
    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        int i = 0;
        while (i < text.length()) {
            int equals = text.indexOf('=', i);
            if (equals < 0) {
                break;
            }
            String key = text.substring(text.lastIndexOf(' ', equals) + 1, equals);
            int from = equals + 1;
            int to;
            if (from < text.length() && text.charAt(from) == '"') {
                to = ++from;
                while (to < text.length() && text.charAt(to) != '"') {
                    to += text.charAt(to) == '\\' ? 2 : 1;
                }
                to = Math.min(to, text.length());
                i = to + 1;
            } else {
                to = text.indexOf(' ', from);
                to = to < 0 ? text.length() : to;
                i = to;
            }
            fields.putIfAbsent(key, text.substring(from, to).replace("\\\"", "\""));
        }
        return fields;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String zone(@org.jspecify.annotations.Nullable String zone) {
        return zone == null || zone.equals("UTC")
                ? "Z"
                : zone.length() == 5 ? zone.substring(0, 3) + ":" + zone.substring(3) : zone;
    }

    private static Optional<Instant> instant(String text) {
        if (text.length() < 19 || !isDigit(text.charAt(0))) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            // Not a time: as good as none.
            return Optional.empty();
        }
    }
}
