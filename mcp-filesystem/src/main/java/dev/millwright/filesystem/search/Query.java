package dev.millwright.filesystem.search;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is looked for, compiled once and used by several threads, each with its own {@link Finder}.
 *
 * <p>Regular expressions are RE2's: time is linear in the text whatever the expression. Texts that every match must
 * contain, and a coarse automaton, let RE2J see only lines that probably match.
 */
public final class Query {
    private final Optional<String> literal;
    private final Optional<Pattern> pattern;
    private final List<String> required;
    private final Optional<RegexStates> states;
    private final boolean exact;
    private final boolean acrossLines;

    private Query(String literal) {
        this.literal = Optional.of(new String(literal.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        this.pattern = Optional.empty();
        this.required = List.of(this.literal.get());
        this.states = Optional.empty();
        this.exact = true;
        this.acrossLines = literal.indexOf('\n') >= 0;
    }

    private Query(Pattern pattern, Optional<RegexShape.Reading> reading, boolean acrossLines) {
        this.literal = Optional.empty();
        this.pattern = Optional.of(pattern);
        List<String> texts = reading.map(r -> RegexShape.required(r.shape())).orElse(List.of());
        this.required = texts.size() > 4 || texts.stream().anyMatch(text -> text.length() < 3) ? List.of() : texts;
        this.states = reading.flatMap(r -> RegexStates.of(r.shape()));
        this.exact = reading.map(RegexShape.Reading::exact).orElse(false);
        this.acrossLines = acrossLines;
    }

    /**
     * @param multiline whether a match of a regular expression may span lines
     * @throws ToolException {@code INVALID_INPUT} for an expression that RE2 does not know
     */
    public static Query of(String query, boolean regex, boolean ignoreCase, boolean multiline) {
        if (query.isEmpty()) {
            throw ToolException.invalidInput("/query must not be empty");
        } else if (!regex && !ignoreCase) {
            return new Query(query);
        }
        String expression = regex ? query : Pattern.quote(query);
        int flags = Pattern.MULTILINE | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        try {
            Pattern pattern = Pattern.compile(expression, flags);
            boolean acrossLines = regex ? multiline : query.indexOf('\n') >= 0;
            return new Query(pattern, RegexShape.of(expression, ignoreCase, acrossLines), acrossLines);
        } catch (PatternSyntaxException e) {
            throw ToolException.invalidInput(refusal(query, e));
        }
    }

    private static String refusal(String query, PatternSyntaxException e) {
        boolean looks =
                query.contains("(?=") || query.contains("(?!") || query.contains("(?<=") || query.contains("(?<!");
        boolean refers =
                java.util.regex.Pattern.compile("\\\\([1-9]|k<)").matcher(query).find();
        String why = looks || refers
                ? "; this search runs in linear time and so has no lookaround and no backreferences:"
                        + " match more, then look at the lines found"
                : "; for plain text leave out regex";
        return "/query is not a regular expression in RE2 syntax: " + e.getDescription()
                + (e.getPattern() == null ? "" : " at " + e.getPattern()) + why;
    }

    /** Whether a match may span lines. */
    public boolean acrossLines() {
        return acrossLines;
    }

    /** Groups of the expression, 0 without one. */
    public int groups() {
        return pattern.map(Pattern::groupCount).orElse(0);
    }

    public Finder finder() {
        return new Finder();
    }

    /** Finds matches in one text after the other; belongs to one thread. */
    public final class Finder {
        private final Optional<RegexFilter> filter = states.map(RegexFilter::new);
        private byte[] text = {};
        private String latin1 = "";
        private int start;
        private int end;
        private final int[] requiredAt = new int[required.size()];
        private Optional<Matcher> matcher = Optional.empty();
        private Decoded decoded = Decoded.of(new byte[0], 0, 0);
        private int matcherFrom;
        private int matcherTo;

        /** Turns to another text: the first bytes of an array that must not change until the next. */
        public Finder on(byte[] bytes, int count) {
            text = bytes;
            latin1 = required.isEmpty() ? "" : latin1(bytes, count);
            matcher = Optional.empty();
            Arrays.fill(requiredAt, -1);
            return this;
        }

        public int start() {
            return start;
        }

        public int end() {
            return end;
        }

        /** Finds the first match that begins at or after a place, and reaches no further than another. */
        public boolean find(int from, int to) {
            if (literal.isPresent()) {
                start = latin1.indexOf(literal.get(), from);
                end = start + literal.get().length();
                return start >= 0 && end <= to;
            } else if (acrossLines) {
                return hasRequired(from, to) && run(0, to, from);
            }
            int place = from;
            if (matcher.isPresent() && matcherFrom < from && from <= matcherTo) {
                if (run(matcherFrom, matcherTo, from)) {
                    return true;
                }
                place = lineEnd(text, matcherTo, to) + 1;
            }
            while (place <= to) {
                int candidate = nextCandidate(place, to);
                if (candidate < 0) {
                    return false;
                }
                int first = lineStart(text, candidate);
                int last = lineEnd(text, candidate, to);
                if (run(first, contentEnd(first, last), Math.max(first, from))) {
                    return true;
                }
                place = last + 1;
            }
            return false;
        }

        /** A place in the first line at or after {@code from}, itself the start of a line, that has a match; or -1. */
        public int nextLine(int from, int to) {
            int place = from;
            while (place < to) {
                int candidate = nextCandidate(place, to);
                if (candidate < 0) {
                    return -1;
                }
                int first = lineStart(text, candidate);
                int last = lineEnd(text, candidate, to);
                if (literal.isPresent()
                        || exact && filter.isPresent() && plain(first, last)
                        || run(first, contentEnd(first, last), first)) {
                    return candidate;
                }
                place = last + 1;
            }
            return -1;
        }

        /** Text of a group of the last match, empty when it took no part. */
        public byte[] group(int number) {
            Matcher last = matcher.orElseThrow();
            return last.start(number) < 0
                    ? new byte[0]
                    : Arrays.copyOfRange(
                            text,
                            matcherFrom + decoded.byteOf(last.start(number)),
                            matcherFrom + decoded.byteOf(last.end(number)));
        }

        private int nextCandidate(int from, int to) {
            int place = from;
            while (true) {
                int candidate = place;
                if (!required.isEmpty()) {
                    candidate = nextRequired(place, to);
                    if (candidate < 0 || literal.isPresent()) {
                        return candidate;
                    }
                }
                if (filter.isEmpty()) {
                    return candidate;
                } else if (required.isEmpty()) {
                    return filter.get().find(text, lineStart(text, candidate), to);
                }
                int first = lineStart(text, candidate);
                int last = lineEnd(text, candidate, to);
                if (filter.get().find(text, first, last) >= 0) {
                    return candidate;
                }
                place = last + 1;
            }
        }

        private boolean hasRequired(int from, int to) {
            return required.isEmpty() || nextRequired(from, to) >= 0;
        }

        /** Each text is looked for again only once its last place is passed, so that all of it stays one pass. */
        private int nextRequired(int from, int to) {
            int nearest = Integer.MAX_VALUE;
            for (int i = 0; i < requiredAt.length; i++) {
                if (requiredAt[i] < from) {
                    int found = latin1.indexOf(required.get(i), from);
                    requiredAt[i] = found < 0 ? Integer.MAX_VALUE : found;
                }
                nearest = Math.min(nearest, requiredAt[i]);
            }
            return nearest < to ? nearest : -1;
        }

        private boolean run(int first, int last, int from) {
            if (matcher.isEmpty() || matcherFrom != first || matcherTo != last) {
                decoded = Decoded.of(text, first, last);
                matcher = Optional.of(pattern.orElseThrow().matcher(decoded.text()));
                matcherFrom = first;
                matcherTo = last;
            }
            Matcher current = matcher.get();
            if (from > last || !current.find(decoded.charOf(from - first))) {
                return false;
            }
            start = first + decoded.byteOf(current.start());
            end = first + decoded.byteOf(current.end());
            return true;
        }

        /** Whether a line is all ASCII and ends without a carriage return: where the filter is as exact as RE2J. */
        private boolean plain(int from, int to) {
            for (int i = from; i < to; i++) {
                if (text[i] < 0) {
                    return false;
                }
            }
            return to == from || text[to - 1] != '\r';
        }

        /** A carriage return before the line's end is no part of what {@code $} and {@code .} see. */
        private int contentEnd(int first, int last) {
            return last > first && text[last - 1] == '\r' ? last - 1 : last;
        }
    }

    static String latin1(byte[] bytes, int count) {
        return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    }

    /** Where the line begins that a byte is in; a line feed belongs to the line it ends. */
    static int lineStart(byte[] text, int at) {
        int i = at;
        while (i > 0 && text[i - 1] != '\n') {
            i--;
        }
        return i;
    }

    /** Where the line ends that a byte is in: at its line feed, or at {@code to}. */
    static int lineEnd(byte[] text, int at, int to) {
        int i = at;
        while (i < to && text[i] != '\n') {
            i++;
        }
        return i;
    }
}
