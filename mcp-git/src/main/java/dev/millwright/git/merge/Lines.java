package dev.millwright.git.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A text by its lines, each with its line end. Numbers stand for lines: equal numbers, equal lines. */
final class Lines {
    /** A stretch of bytes, compared by content. */
    private record Line(byte[] text, int from, int to) {
        @Override
        public int hashCode() {
            int hash = 1;
            for (int i = from; i < to; i++) {
                hash = 31 * hash + text[i];
            }
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Line line && Arrays.equals(text, from, to, line.text, line.from, line.to);
        }
    }

    /** Gives numbers to lines. */
    static final class Numbering {
        private final Map<Line, Integer> numbers = new HashMap<>();

        /** How many lines differ. */
        int kinds() {
            return numbers.size();
        }

        Lines lines(byte[] text) {
            List<Integer> starts = new ArrayList<>();
            List<Integer> found = new ArrayList<>();
            for (int at = 0; at < text.length; ) {
                int end = at;
                while (end < text.length && text[end] != '\n') {
                    end++;
                }
                end = Math.min(end + 1, text.length);
                starts.add(at);
                found.add(numbers.computeIfAbsent(new Line(text, at, end), line -> numbers.size()));
                at = end;
            }
            starts.add(text.length);
            return new Lines(
                    text,
                    starts.stream().mapToInt(Integer::intValue).toArray(),
                    found.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    private final byte[] text;
    private final int[] starts;
    private final int[] numbers;

    private Lines(byte[] text, int[] starts, int[] numbers) {
        this.text = text;
        this.starts = starts;
        this.numbers = numbers;
    }

    int size() {
        return numbers.length;
    }

    int[] numbers() {
        return numbers;
    }

    byte[] text() {
        return text;
    }

    /** Where a line starts in {@link #text}; for {@link #size} its end. */
    int start(int line) {
        return starts[line];
    }

    /** How a line ends: 1 for CR LF, 0 for LF, -1 where nothing tells. The last line may take it from the one before. */
    int endsInCrLf(int line) {
        if (numbers.length == 0) {
            return -1;
        }
        int asked = line;
        if (line == numbers.length - 1 && text[text.length - 1] != '\n') {
            if (line == 0) {
                return -1;
            }
            asked--;
        }
        int end = starts[asked + 1];
        return end - starts[asked] > 1 && text[end - 2] == '\r' ? 1 : 0;
    }
}
