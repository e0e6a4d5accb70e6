package dev.millwright.docker.version;

import java.util.Optional;

/**
 * A version of a Debian package: {@code [epoch:]upstream[-revision]}.
 *
 * <p>Parts that are not digits compare by letters before all else and {@code ~} before the end; parts of digits by value.
 */
record DebVersion(String epoch, String upstream, String revision) implements Comparable<DebVersion> {
    static Optional<DebVersion> parse(String text) {
        int colon = text.indexOf(':');
        String epoch = colon > 0 && Digits.all(text.substring(0, colon)) ? text.substring(0, colon) : "";
        String rest = epoch.isEmpty() ? text : text.substring(colon + 1);
        int dash = rest.lastIndexOf('-');
        return Optional.of(
                dash < 0
                        ? new DebVersion(epoch, rest, "")
                        : new DebVersion(epoch, rest.substring(0, dash), rest.substring(dash + 1)));
    }

    @Override
    public int compareTo(DebVersion other) {
        int byEpoch = Digits.compare(epoch, other.epoch);
        if (byEpoch != 0) {
            return byEpoch;
        }
        int byUpstream = part(upstream, other.upstream);
        return byUpstream != 0 ? byUpstream : part(revision, other.revision);
    }

    private static int part(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            while (i < a.length() && !Digits.is(a.charAt(i)) || j < b.length() && !Digits.is(b.charAt(j))) {
                int byWeight = Integer.compare(weight(a, i), weight(b, j));
                if (byWeight != 0) {
                    return byWeight;
                }
                i++;
                j++;
            }
            int endA = Digits.end(a, Math.min(i, a.length()));
            int endB = Digits.end(b, Math.min(j, b.length()));
            int byValue = Digits.compare(
                    a.substring(Math.min(i, a.length()), endA), b.substring(Math.min(j, b.length()), endB));
            if (byValue != 0) {
                return byValue;
            }
            i = endA;
            j = endB;
        }
        return 0;
    }

    private static int weight(String text, int at) {
        if (at >= text.length() || Digits.is(text.charAt(at))) {
            return 0;
        }
        char c = text.charAt(at);
        return c == '~' ? -1 : Digits.isLetter(c) ? c : c + 256;
    }
}
