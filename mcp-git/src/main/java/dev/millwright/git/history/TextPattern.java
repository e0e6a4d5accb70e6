package dev.millwright.git.history;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Text that is looked for in bytes: as it stands, or an RE2 expression; in linear time. */
public final class TextPattern {
    /** Takes lines that match; bytes {@code from} to before {@code to}, {@code number} from 1. */
    @FunctionalInterface
    interface Lines {
        /** @return false to see no more */
        boolean take(int number, int from, int to);
    }

    private static final int LONGEST = 10_000;

    private final Optional<String> literal;
    private final Pattern pattern;

    private TextPattern(Optional<String> literal, Pattern pattern) {
        this.literal = literal;
        this.pattern = pattern;
    }

    /** @throws ToolException {@code INVALID_INPUT} for nothing, something endless, or no expression */
    public static TextPattern of(String field, String query, boolean regex, boolean ignoreCase) {
        if (query.isEmpty() || query.length() > LONGEST) {
            throw ToolException.invalidInput("/%s must have 1 to %d characters".formatted(field, LONGEST));
        }
        Optional<String> literal = regex || ignoreCase
                ? Optional.empty()
                : Optional.of(new String(query.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        return new TextPattern(literal, compile(field, regex ? query : Pattern.quote(query), ignoreCase));
    }

    private static Pattern compile(String field, String expression, boolean ignoreCase) {
        try {
            return Pattern.compile(expression, Pattern.MULTILINE | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0));
        } catch (PatternSyntaxException e) {
            throw ToolException.invalidInput("/%s is no RE2 expression: %s".formatted(field, e.getDescription()));
        }
    }

    /** The expression of {@link Log.Query#grep} that finds the same. */
    public String expression() {
        return (pattern.flags() & Pattern.CASE_INSENSITIVE) != 0 ? "(?i)" + pattern.pattern() : pattern.pattern();
    }

    boolean isIn(String text) {
        return pattern.matcher(text).find();
    }

    /** How often it occurs, next to each other, not overlapping. */
    int count(byte[] bytes) {
        int count = 0;
        if (literal.isPresent()) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int length = literal.get().length();
            for (int at = text.indexOf(literal.get()); at >= 0; at = text.indexOf(literal.get(), at + length)) {
                count++;
            }
            return count;
        }
        Matcher matcher = pattern.matcher(bytes);
        while (matcher.find()) {
            count++;
        }
        return count;
    }

    boolean isIn(byte[] bytes, int from, int to) {
        return count(Arrays.copyOfRange(bytes, from, to)) > 0;
    }

    /** The lines it is found in; no match reaches over the end of a line. */
    void lines(byte[] bytes, Lines lines) {
        Optional<String> text = literal.map(l -> new String(bytes, StandardCharsets.ISO_8859_1));
        Matcher matcher = pattern.matcher(bytes);
        int number = 1;
        int counted = 0;
        for (int at = 0; at < bytes.length; ) {
            int start = text.isPresent()
                    ? text.get().indexOf(literal.orElseThrow(), at)
                    : matcher.find(at) ? matcher.start() : -1;
            if (start < 0) {
                return;
            }
            int from = start;
            while (from > at && bytes[from - 1] != '\n') {
                from--;
            }
            int to = start;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            for (; counted < from; counted++) {
                if (bytes[counted] == '\n') {
                    number++;
                }
            }
            int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
            boolean within = text.isPresent()
                    ? start + literal.orElseThrow().length() <= to
                    : matcher.end() <= to || isIn(bytes, from, to);
            if (start < bytes.length && within && !lines.take(number, from, end)) {
                return;
            }
            at = to + 1;
        }
    }
}
