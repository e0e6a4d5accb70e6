package dev.millwright.k8s.logs;

import java.util.ArrayList;
import java.util.List;

/** The words of a line with what changes from one time to the next masked: numbers, ids, times, addresses, paths, quoted text. */
final class Shape {
    static final String ANY = "<*>";

    /** Words that are compared; what comes after them makes no difference. */
    private static final int MOST_WORDS = 48;

    private Shape() {}

    static List<String> words(String message) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int length = message.length();
        int i = 0;
        while (i < length) {
            char c = message.charAt(i);
            if (Character.isWhitespace(c)) {
                if (flush(words, word)) {
                    return words;
                }
                i++;
            } else if ((c == '"' || c == '\'' || c == '`')
                    && (i == 0 || !Character.isLetterOrDigit(message.charAt(i - 1)))) {
                int close = message.indexOf(c, i + 1);
                if (close > i + 1) {
                    word.append(c).append("<str>").append(c);
                    i = close + 1;
                } else {
                    word.append(c);
                    i++;
                }
            } else if (joins(c)) {
                int end = i + 1;
                while (end < length && joins(message.charAt(end))) {
                    end++;
                }
                int scheme = message.indexOf("://", i);
                if (scheme >= 0 && scheme < end) {
                    end = address(message, end);
                    word.append("<url>");
                } else {
                    run(message, i, end, word);
                }
                i = end;
            } else {
                word.append(c);
                i++;
            }
        }
        flush(words, word);
        return words;
    }

    static String of(String message) {
        return String.join(" ", words(message));
    }

    /** To the end of an address, with its query. */
    private static int address(String message, int from) {
        int end = from;
        while (end < message.length()
                && !Character.isWhitespace(message.charAt(end))
                && "\"'`<>()[],;".indexOf(message.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static boolean flush(List<String> words, StringBuilder word) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
        return words.size() >= MOST_WORDS;
    }

    private static boolean joins(char c) {
        return alphanumeric(c)
                || c == '-'
                || c == '_'
                || c == '.'
                || c == ':'
                || c == '/'
                || c == '@'
                || c == '%'
                || c == '+';
    }

    private static boolean alphanumeric(char c) {
        return c >= '0' && c <= '9'
                || c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c > 0x7f && Character.isLetter(c);
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    /** A run of letters, digits and what joins them. */
    private static void run(String text, int from, int to, StringBuilder out) {
        boolean digits = false;
        for (int i = from; i < to && !digits; i++) {
            digits = digit(text.charAt(i));
        }
        int end = to;
        while (end > from + 1 && (text.charAt(end - 1) == ':' || text.charAt(end - 1) == '.')) {
            end--;
        }
        if (text.charAt(from) == '/' && end - from > 1) {
            out.append("<path>");
        } else if (!digits) {
            out.append(text, from, end);
        } else {
            masked(text, from, end, out);
        }
        out.append(text, end, to);
    }

    private static void masked(String text, int from, int to, StringBuilder out) {
        int length = to - from;
        int hex = 0;
        int digits = 0;
        int dashes = 0;
        int dots = 0;
        int colons = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (digit(c)) {
                digits++;
                hex++;
            } else if (c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
                hex++;
            } else if (c == '-') {
                dashes++;
            } else if (c == '.') {
                dots++;
            } else if (c == ':') {
                colons++;
            }
        }
        if (length == 36 && dashes == 4 && hex == 32) {
            out.append("<uuid>");
        } else if (dots == 3 && digits + dots + colons == length && colons <= 1) {
            out.append("<ip>");
        } else if (digits + dots + dashes + colons == length && (colons >= 2 || dashes == 2 && digits == 8)
                || length > 18
                        && digit(text.charAt(from))
                        && text.charAt(from + 4) == '-'
                        && text.charAt(from + 10) == 'T') {
            out.append("<time>");
        } else if (text.startsWith("0x", from) || length >= 8 && hex == length && digits < length) {
            out.append("<hex>");
        } else if (number(text, from, to)) {
            out.append("<num>");
        } else {
            parts(text, from, to, out);
        }
    }

    /** Digits, a point, a sign, and a short unit after them: {@code 12}, {@code -1.5}, {@code 30ms}, {@code 99%}. */
    private static boolean number(String text, int from, int to) {
        int i = from + (text.charAt(from) == '-' || text.charAt(from) == '+' ? 1 : 0);
        int start = i;
        while (i < to && (digit(text.charAt(i)) || text.charAt(i) == '.')) {
            i++;
        }
        if (i == start || to - i > 3) {
            return false;
        }
        while (i < to && (Character.isLetter(text.charAt(i)) || text.charAt(i) == '%')) {
            i++;
        }
        return i == to;
    }

    /** Names with numbers in them: {@code web-6b945444d5-bmgnn} becomes {@code web-<id>-bmgnn}, {@code v2} stays. */
    private static void parts(String text, int from, int to, StringBuilder out) {
        int i = from;
        while (i < to) {
            if (!alphanumeric(text.charAt(i))) {
                out.append(text.charAt(i++));
                continue;
            }
            int end = i;
            boolean some = false;
            boolean all = true;
            while (end < to && alphanumeric(text.charAt(end))) {
                boolean digit = digit(text.charAt(end));
                some |= digit;
                all &= digit;
                end++;
            }
            if (all) {
                out.append("<num>");
            } else if (some && end - i >= 4) {
                out.append("<id>");
            } else {
                out.append(text, i, end);
            }
            i = end;
        }
    }
}
