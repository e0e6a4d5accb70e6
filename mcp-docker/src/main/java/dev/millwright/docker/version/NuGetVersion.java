package dev.millwright.docker.version;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of a NuGet package: one to four numbers, absent ones zero, then labels whose case does not matter. */
record NuGetVersion(List<String> numbers, List<String> labels) implements Comparable<NuGetVersion> {
    private static final Pattern SHAPE = Pattern.compile(
            "[vV]?(\\d+(?:\\.\\d+){0,3})(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]*)?");

    static Optional<NuGetVersion> parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            return Optional.empty();
        }
        String labels = shape.group(2);
        return Optional.of(new NuGetVersion(
                List.of(shape.group(1).split("\\.")),
                labels == null
                        ? List.of()
                        : List.of(labels.toLowerCase(Locale.ROOT).split("\\."))));
    }

    @Override
    public int compareTo(NuGetVersion other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int byNumber = Digits.compare(
                    i < numbers.size() ? numbers.get(i) : "", i < other.numbers.size() ? other.numbers.get(i) : "");
            if (byNumber != 0) {
                return byNumber;
            }
        }
        return SemanticVersion.labels(labels, other.labels);
    }
}
