package dev.millwright.docker.version;

import java.util.Optional;

/**
 * A version of an RPM package: {@code [epoch:]version[-release]}.
 *
 * <p>Runs of digits and runs of letters compare one after the other, all else only separates; {@code ~} comes before the
 * end, {@code ^} just after it. An absent release is before every release.
 */
record RpmVersion(String epoch, String version, Optional<String> release) implements Comparable<RpmVersion> {
    static Optional<RpmVersion> parse(String text) {
        int afterDigits = Digits.end(text, 0);
        boolean hasEpoch = afterDigits < text.length() && text.charAt(afterDigits) == ':';
        String epoch = hasEpoch ? text.substring(0, afterDigits) : "";
        String rest = hasEpoch ? text.substring(afterDigits + 1) : text;
        int dash = rest.lastIndexOf('-');
        return Optional.of(
                dash < 0
                        ? new RpmVersion(epoch, rest, Optional.empty())
                        : new RpmVersion(epoch, rest.substring(0, dash), Optional.of(rest.substring(dash + 1))));
    }

    @Override
    public int compareTo(RpmVersion other) {
        int byEpoch = Digits.compare(epoch, other.epoch);
        if (byEpoch != 0) {
            return byEpoch;
        }
        int byVersion = part(version, other.version);
        if (byVersion != 0) {
            return byVersion;
        }
        if (release.isEmpty() || other.release.isEmpty()) {
            return Boolean.compare(release.isPresent(), other.release.isPresent());
        }
        return part(release.get(), other.release.get());
    }

    /** RPM's vercmp. */
    static int part(String a, String b) {
        int i = 0;
        int j = 0;
        while (true) {
            i = skipSeparators(a, i);
            j = skipSeparators(b, j);
            int byKind = Integer.compare(kind(a, i), kind(b, j));
            if (byKind != 0) {
                return byKind;
            }
            int endA = end(a, i);
            int endB = end(b, j);
            String left = a.substring(i, endA);
            String right = b.substring(j, endB);
            int bySegment = switch (kind(a, i)) {
                case END -> 0;
                case NUMBER -> Digits.compare(left, right);
                default -> Integer.signum(left.compareTo(right));
            };
            if (bySegment != 0 || kind(a, i) == END) {
                return bySegment;
            }
            i = endA;
            j = endB;
        }
    }

    private static final int TILDE = 0;
    private static final int END = 1;
    private static final int CARET = 2;
    private static final int LETTERS = 3;
    private static final int NUMBER = 4;

    private static int kind(String text, int at) {
        if (at == text.length()) {
            return END;
        }
        char c = text.charAt(at);
        return c == '~' ? TILDE : c == '^' ? CARET : Digits.is(c) ? NUMBER : LETTERS;
    }

    private static int end(String text, int from) {
        int kind = kind(text, from);
        if (kind == END) {
            return from;
        }
        if (kind == TILDE || kind == CARET) {
            return from + 1;
        }
        int at = from;
        while (at < text.length() && kind(text, at) == kind && isAlphanumeric(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int skipSeparators(String text, int from) {
        int at = from;
        while (at < text.length() && !isAlphanumeric(text.charAt(at)) && "~^".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static boolean isAlphanumeric(char c) {
        return Digits.is(c) || Digits.isLetter(c);
    }
}
