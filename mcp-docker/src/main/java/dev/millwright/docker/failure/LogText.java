package dev.millwright.docker.failure;

import java.util.ArrayList;
import java.util.List;

/** Lines of a log as a person would have seen them in the end. */
final class LogText {
    /** Longer lines are cut, in characters. */
    private static final int LONGEST = 8_000;

    private LogText() {}

    static List<String> lines(String log) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (from < log.length()) {
            int end = log.indexOf('\n', from);
            if (end < 0) {
                end = log.length();
            }
            lines.add(clean(log, from, end));
            from = end + 1;
        }
        return lines;
    }

    static String clean(String line) {
        return clean(line, 0, line.length());
    }

    /** Without escape sequences; of what carriage returns overwrote the last. */
    private static String clean(String log, int start, int stop) {
        int end = stop;
        while (end > start && log.charAt(end - 1) == '\r') {
            end--;
        }
        int from = end;
        while (from > start && log.charAt(from - 1) != '\r') {
            from--;
        }
        end = Math.min(end, from + LONGEST);
        boolean plain = true;
        for (int i = from; i < end && plain; i++) {
            plain = log.charAt(i) >= ' ' || log.charAt(i) == '\t';
        }
        return plain ? log.substring(from, end) : withoutControls(log, from, end);
    }

    /** Leaves out what ECMA-48 calls control sequences and strings, and single control characters. */
    private static String withoutControls(String log, int from, int end) {
        StringBuilder text = new StringBuilder(end - from);
        for (int i = from; i < end; i++) {
            char c = log.charAt(i);
            if (c == '\u001b' && i + 1 < end && log.charAt(i + 1) == '[') {
                i += 2;
                while (i < end && (log.charAt(i) < '@' || log.charAt(i) > '~')) {
                    i++;
                }
            } else if (c == '\u001b' && i + 1 < end && log.charAt(i + 1) == ']') {
                while (i < end
                        && log.charAt(i) != '\u0007'
                        && !(log.charAt(i) == '\\' && log.charAt(i - 1) == '\u001b')) {
                    i++;
                }
            } else if (c == '\u001b') {
                i++;
            } else if (c >= ' ' || c == '\t') {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** Without the time that continuous integration puts before each line, as in {@code 2026-01-31T10:00:00.123Z}. */
    static String withoutTime(String line) {
        if (line.length() < 21 || line.charAt(4) != '-' || line.charAt(10) != 'T' || line.charAt(13) != ':') {
            return line;
        }
        int space = line.indexOf(' ');
        if (space < 19 || space > 36 || !Character.isDigit(line.charAt(0))) {
            return line;
        }
        return line.substring(space + 1);
    }
}
