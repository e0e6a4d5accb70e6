package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts a text in the place of a stretch of another.
 *
 * @param span what goes; a place between two characters where nothing does
 */
public record Edit(Span span, String text) {
    public Edit(int start, int end, String text) {
        this(new Span(start, end), text);
    }

    public static Edit insert(int at, String text) {
        return new Edit(at, at, text);
    }

    public static Edit delete(Span span) {
        return new Edit(span, "");
    }

    /** Whether the two cannot both be made: they share a character, or one inserts inside the other, or both insert at one place. */
    public boolean conflicts(Edit other) {
        boolean here = span.length() == 0;
        boolean there = other.span.length() == 0;
        if (here && there) {
            return span.start() == other.span.start();
        }
        return span.start() < other.span.end() && other.span.start() < span.end();
    }

    /**
     * The text with all the edits made, each given in places of the text as it is.
     *
     * @throws IllegalArgumentException when two conflict, or one lies outside the text
     */
    public static String apply(String text, List<Edit> edits) {
        List<Edit> sorted = new ArrayList<>(edits);
        sorted.sort(Comparator.<Edit>comparingInt(each -> each.span().start())
                .thenComparingInt(each -> each.span().end()));
        StringBuilder result = new StringBuilder(text.length() + 64);
        int at = 0;
        Edit last = null;
        for (Edit each : sorted) {
            if (last != null && each.conflicts(last)) {
                throw new IllegalArgumentException("edits of %s and %s conflict".formatted(last.span(), each.span()));
            }
            if (each.span().end() > text.length()) {
                throw new IllegalArgumentException(
                        "an edit of %s lies outside a text of %d".formatted(each.span(), text.length()));
            }
            result.append(text, at, each.span().start()).append(each.text());
            at = each.span().end();
            last = each;
        }
        return result.append(text, at, text.length()).toString();
    }
}
