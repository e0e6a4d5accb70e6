package dev.millwright.docker.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A semantic version, read leniently: a {@code v} or {@code =} before it, fewer or more than three numbers, and a
 * pre-release without its hyphen are let through. Build metadata has no part in the order.
 */
record SemanticVersion(List<String> numbers, List<String> labels) implements Comparable<SemanticVersion> {
    private static final Pattern GO_RELEASE = Pattern.compile("(\\d+\\.\\d+(?:\\.\\d+)?)(rc|beta|alpha)(\\d+)");
    private static final Pattern LABEL = Pattern.compile("[0-9A-Za-z-]+");

    static Optional<SemanticVersion> parse(String text) {
        int start = 0;
        while (start < text.length() && "vV= ".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        int plus = text.indexOf('+');
        String bare = text.substring(start, plus < start ? text.length() : plus);
        List<String> numbers = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = Digits.end(bare, at);
            if (end == at) {
                return Optional.empty();
            }
            numbers.add(bare.substring(at, end));
            at = end;
            if (at == bare.length() || bare.charAt(at) != '.') {
                break;
            }
            at++;
        }
        if (at == bare.length()) {
            return Optional.of(new SemanticVersion(List.copyOf(numbers), List.of()));
        }
        List<String> labels =
                List.of(bare.substring(bare.charAt(at) == '-' ? at + 1 : at).split("\\.", -1));
        return labels.stream().allMatch(label -> LABEL.matcher(label).matches())
                ? Optional.of(new SemanticVersion(List.copyOf(numbers), labels))
                : Optional.empty();
    }

    /** A module's version, or a release of Go: {@code go1.21rc2} is {@code 1.21.0-rc.2}. */
    static Optional<SemanticVersion> parseGo(String text) {
        String bare = text.toLowerCase(Locale.ROOT).startsWith("go") ? text.substring(2) : text;
        Matcher release = GO_RELEASE.matcher(bare);
        return release.matches()
                ? parse(release.group(1) + "-" + release.group(2) + "." + release.group(3))
                : parse(bare);
    }

    @Override
    public int compareTo(SemanticVersion other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int byNumber = Digits.compare(
                    i < numbers.size() ? numbers.get(i) : "", i < other.numbers.size() ? other.numbers.get(i) : "");
            if (byNumber != 0) {
                return byNumber;
            }
        }
        return labels(labels, other.labels);
    }

    /** The order of pre-releases: none is last, numbers before words, fewer before more. */
    static int labels(List<String> a, List<String> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return Boolean.compare(a.isEmpty(), b.isEmpty());
        }
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            boolean numberA = Digits.all(a.get(i));
            boolean numberB = Digits.all(b.get(i));
            int byLabel = numberA != numberB
                    ? Boolean.compare(numberB, numberA)
                    : numberA
                            ? Digits.compare(a.get(i), b.get(i))
                            : Integer.signum(a.get(i).compareTo(b.get(i)));
            if (byLabel != 0) {
                return byLabel;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}
