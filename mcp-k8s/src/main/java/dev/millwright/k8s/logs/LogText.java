package dev.millwright.k8s.logs;

/** The raw text of a log: whether it is one, and how its lines are shown without harm. */
public final class LogText {
    /** Characters of a line that are looked at; what is longer is data that somebody printed. */
    static final int LONGEST = 4_096;

    private static final char ESCAPE = '\u001b';

    private LogText() {}

    /** Whether this is what a container wrote: the kubelet answers with a sentence of its own where it has no log. */
    public static boolean isLog(String text) {
        return !text.startsWith("unable to retrieve container logs for ")
                || text.strip().indexOf('\n') >= 0;
    }

    /**
     * One line that no terminal obeys and no eye misreads: escape sequences are taken out, other control characters,
     * marks that change the direction of text, and halves of surrogate pairs are written as what they are.
     */
    public static String plain(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == '\r' || line.charAt(end - 1) == '\n')) {
            end--;
        }
        int i = harmless(line, end);
        if (i == end && end <= LONGEST) {
            return line.substring(0, end);
        }
        StringBuilder out = new StringBuilder(Math.min(end, LONGEST) + 32);
        i = Math.min(i, LONGEST - 1);
        out.append(line, 0, i);
        while (i < end && out.length() < LONGEST) {
            char c = line.charAt(i);
            if (c == ESCAPE) {
                i = afterEscape(line, i, end);
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(line.charAt(i + 1))) {
                int point = line.codePointAt(i);
                // Tag characters: an invisible alphabet.
                if (point >> 8 != 0xE00) {
                    out.appendCodePoint(point);
                }
                i += 2;
            } else {
                write(c, out);
                i++;
            }
        }
        return i < end ? out + "… " + (end - i) + " more characters" : out.toString();
    }

    /** Where the first character stands that cannot stay as it is. */
    private static int harmless(String line, int end) {
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            if (c < ' ' && c != '\t' || c >= 0x7f && !isHarmless(c)) {
                return i;
            }
        }
        return end;
    }

    private static boolean isHarmless(char c) {
        return c > 0x9f && !Character.isSurrogate(c) && !misleads(c);
    }

    /** Zero width, direction, line and paragraph separators. */
    private static boolean misleads(char c) {
        return c >= 0x200b && c <= 0x200f
                || c >= 0x2028 && c <= 0x202e
                || c >= 0x2060 && c <= 0x206f
                || c == 0xfeff
                || c == 0x061c;
    }

    private static void write(char c, StringBuilder out) {
        if (c == '\r' || c == '\n') {
            out.append(' ');
        } else if (c < ' ' && c != '\t' || c >= 0x7f && c <= 0x9f) {
            out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
        } else if (Character.isSurrogate(c)) {
            out.append('\ufffd');
        } else if (misleads(c)) {
            out.append("\\u%04x".formatted((int) c));
        } else {
            out.append(c);
        }
    }

    /** Skips one control function (ECMA-48): a CSI to its final byte, a string to its terminator, else two characters. */
    private static int afterEscape(String line, int at, int end) {
        if (at + 1 >= end) {
            return end;
        }
        char kind = line.charAt(at + 1);
        int i = at + 2;
        if (kind == '[') {
            while (i < end && (line.charAt(i) < '@' || line.charAt(i) > '~')) {
                i++;
            }
            return Math.min(end, i + 1);
        } else if (kind == ']' || kind == 'P' || kind == '_' || kind == '^') {
            while (i < end && line.charAt(i) != '\u0007' && line.charAt(i) != ESCAPE) {
                i++;
            }
            return i < end && line.charAt(i) == ESCAPE ? Math.min(end, i + 2) : Math.min(end, i + 1);
        }
        return i;
    }
}
