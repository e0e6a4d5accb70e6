package dev.millwright.docker.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of a Ruby gem: runs of digits and of letters; a run of letters makes it a pre-release and comes before every
 * number. A hyphen is {@code .pre.}; zeros at the end, and before the first letters, do not count.
 */
record GemVersion(List<String> segments) implements Comparable<GemVersion> {
    private static final Pattern SHAPE =
            Pattern.compile("[0-9]+(?:\\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");
    private static final Pattern SEGMENT = Pattern.compile("[0-9]+|[a-zA-Z]+");

    static Optional<GemVersion> parse(String text) {
        if (!SHAPE.matcher(text).matches()) {
            return Optional.empty();
        }
        List<String> numbers = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        Matcher segment = SEGMENT.matcher(text.replace("-", ".pre."));
        while (segment.find()) {
            (rest.isEmpty() && Digits.all(segment.group()) ? numbers : rest).add(segment.group());
        }
        dropZeros(numbers);
        dropZeros(rest);
        numbers.addAll(rest);
        return Optional.of(new GemVersion(List.copyOf(numbers)));
    }

    private static void dropZeros(List<String> segments) {
        while (!segments.isEmpty() && Digits.all(segments.getLast()) && Digits.isZero(segments.getLast())) {
            segments.removeLast();
        }
    }

    @Override
    public int compareTo(GemVersion other) {
        for (int i = 0; i < Math.max(segments.size(), other.segments.size()); i++) {
            String a = i < segments.size() ? segments.get(i) : "0";
            String b = i < other.segments.size() ? other.segments.get(i) : "0";
            boolean numberA = Digits.all(a);
            boolean numberB = Digits.all(b);
            int bySegment = numberA != numberB
                    ? Boolean.compare(numberA, numberB)
                    : numberA ? Digits.compare(a, b) : Integer.signum(a.compareTo(b));
            if (bySegment != 0) {
                return bySegment;
            }
        }
        return 0;
    }
}
