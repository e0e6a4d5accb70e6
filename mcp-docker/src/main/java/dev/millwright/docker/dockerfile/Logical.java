package dev.millwright.docker.dockerfile;

import java.util.Arrays;

/**
 * Text as Docker or a shell reads it, that is without line continuations and the comments between them, which knows
 * where in the file each of its characters stands.
 */
public final class Logical {
    private final String text;
    private final int base;
    private final int[] starts;
    private final int[] places;

    /**
     * @param base what comes before this text in the numbering of {@code starts}
     * @param starts where each piece begins, rising
     * @param places where in the file each piece begins
     */
    private Logical(String text, int base, int[] starts, int[] places) {
        this.text = text;
        this.base = base;
        this.starts = starts;
        this.places = places;
    }

    /** A stretch of a file as it stands. */
    static Logical of(String file, int start, int end) {
        return new Logical(file.substring(start, end), 0, new int[] {0}, new int[] {start});
    }

    /** Text that stands for itself: a script without a Dockerfile. */
    public static Logical of(String text) {
        return of(text, 0, text.length());
    }

    public String text() {
        return text;
    }

    public int length() {
        return text.length();
    }

    /** From the first to the last character; parts of the file that were left out between them are inside. */
    public Span span(int start, int end) {
        return start == end ? new Span(place(start), place(start)) : new Span(place(start), place(end - 1) + 1);
    }

    public Span span() {
        return span(0, text.length());
    }

    public Logical part(int start, int end) {
        return new Logical(text.substring(start, end), base + start, starts, places);
    }

    Word word(int start, int end) {
        return new Word(text.substring(start, end), span(start, end));
    }

    /** Whether nothing of the file was left out between the two. */
    public boolean unbroken(int start, int end) {
        return span(start, end).length() == end - start;
    }

    private int place(int at) {
        if (at == text.length() && at > 0) {
            return place(at - 1) + 1;
        }
        int found = Arrays.binarySearch(starts, base + at);
        int piece = found >= 0 ? found : -found - 2;
        return places[piece] + base + at - starts[piece];
    }

    @Override
    public String toString() {
        return text;
    }

    /** Puts pieces of a file together. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private int[] starts = new int[4];
        private int[] places = new int[4];
        private int pieces;

        Builder add(String file, int start, int end) {
            piece(start);
            text.append(file, start, end);
            return this;
        }

        Builder add(Logical other) {
            for (int i = 0; i < other.starts.length; i++) {
                int from = Math.max(other.starts[i], other.base) - other.base;
                int to = i + 1 < other.starts.length ? other.starts[i + 1] - other.base : other.length();
                to = Math.min(to, other.length());
                if (from < to) {
                    piece(other.place(from));
                    text.append(other.text, from, to);
                }
            }
            return this;
        }

        /** Text that stands at a place of the file, however it is written there. */
        Builder literal(String as, int place) {
            piece(place);
            text.append(as);
            return this;
        }

        /** A line break that stands at a place of the file, however it is written there. */
        Builder lineBreak(int place) {
            return literal("\n", place);
        }

        private void piece(int place) {
            if (pieces > 0 && starts[pieces - 1] == text.length()) {
                places[pieces - 1] = place;
                return;
            }
            if (pieces == starts.length) {
                starts = Arrays.copyOf(starts, pieces * 2);
                places = Arrays.copyOf(places, pieces * 2);
            }
            starts[pieces] = text.length();
            places[pieces] = place;
            pieces++;
        }

        Logical build() {
            if (pieces == 0) {
                throw new IllegalStateException("a text of no pieces has no place");
            }
            return new Logical(text.toString(), 0, Arrays.copyOf(starts, pieces), Arrays.copyOf(places, pieces));
        }
    }
}
