package dev.millwright.docker.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of an Alpine package: {@code digits{.digits}[letter]{_suffix[digits]}[~commit][-rDigits]}.
 *
 * <p>Numbers after the first that begin with a zero compare as text (as in Gentoo), the others by value. At the first
 * difference in shape the longer version is the later one, unless it goes on with a suffix of a pre-release.
 */
record ApkVersion(List<Part> parts) implements Comparable<ApkVersion> {
    private static final Pattern SHAPE = Pattern.compile(
            "(\\d+)((?:\\.\\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\\d*)*)(?:~([0-9a-fA-F]+))?(?:-r(\\d+))?");
    private static final Pattern SUFFIX = Pattern.compile("_([a-z]+)(\\d*)");
    private static final List<String> BEFORE_RELEASE = List.of("alpha", "beta", "pre", "rc");
    private static final List<String> AFTER_RELEASE = List.of("cvs", "svn", "git", "hg", "p");

    /** What can stand at a place of a version, from the least to the greatest. */
    private enum Kind {
        BEFORE,
        END,
        REVISION,
        COMMIT,
        SUFFIX_NUMBER,
        AFTER,
        LETTER,
        NUMBER,
        FIRST_NUMBER
    }

    private record Part(Kind kind, String text) implements Comparable<Part> {
        @Override
        public int compareTo(Part other) {
            if (kind != other.kind) {
                return kind.compareTo(other.kind);
            }
            return switch (kind) {
                case END -> 0;
                case FIRST_NUMBER, SUFFIX_NUMBER, REVISION -> Digits.compare(text, other.text);
                case NUMBER ->
                    text.startsWith("0") || other.text.startsWith("0")
                            ? Integer.signum(text.compareTo(other.text))
                            : Digits.compare(text, other.text);
                case LETTER, COMMIT -> Integer.signum(text.compareTo(other.text));
                case BEFORE -> Integer.compare(BEFORE_RELEASE.indexOf(text), BEFORE_RELEASE.indexOf(other.text));
                case AFTER -> Integer.compare(AFTER_RELEASE.indexOf(text), AFTER_RELEASE.indexOf(other.text));
            };
        }
    }

    static Optional<ApkVersion> parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Kind.FIRST_NUMBER, shape.group(1)));
        if (!shape.group(2).isEmpty()) {
            for (String number : shape.group(2).substring(1).split("\\.")) {
                parts.add(new Part(Kind.NUMBER, number));
            }
        }
        if (!shape.group(3).isEmpty()) {
            parts.add(new Part(Kind.LETTER, shape.group(3)));
        }
        Matcher suffix = SUFFIX.matcher(shape.group(4));
        while (suffix.find()) {
            parts.add(new Part(BEFORE_RELEASE.contains(suffix.group(1)) ? Kind.BEFORE : Kind.AFTER, suffix.group(1)));
            if (!suffix.group(2).isEmpty()) {
                parts.add(new Part(Kind.SUFFIX_NUMBER, suffix.group(2)));
            }
        }
        if (shape.group(5) != null) {
            parts.add(new Part(Kind.COMMIT, shape.group(5)));
        }
        if (shape.group(6) != null) {
            parts.add(new Part(Kind.REVISION, shape.group(6)));
        }
        parts.add(new Part(Kind.END, ""));
        return Optional.of(new ApkVersion(List.copyOf(parts)));
    }

    @Override
    public int compareTo(ApkVersion other) {
        int both = Math.min(parts.size(), other.parts.size());
        for (int i = 0; i < both; i++) {
            int byPart = parts.get(i).compareTo(other.parts.get(i));
            if (byPart != 0) {
                return byPart;
            }
        }
        return 0;
    }
}
