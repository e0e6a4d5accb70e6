package dev.millwright.docker.dockerfile;

/**
 * A stretch of a text.
 *
 * @param start the first UTF-16 unit of it, from 0
 * @param end the unit after its last; {@code start} for a place between two units
 */
public record Span(int start, int end) {
    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("a span from " + start + " to " + end);
        }
    }

    public int length() {
        return end - start;
    }

    /** Whether all of the other lies in this one. */
    public boolean contains(Span other) {
        return start <= other.start && other.end <= end;
    }

    public String in(String text) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return start + ".." + end;
    }
}
