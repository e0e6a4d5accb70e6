package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;

/** What a program that calls the builder puts before each of its lines, as in {@code [exec] } or {@code 10:15:30 }. */
final class LogPrefix {
    private static final Pattern MARK = Pattern.compile(
            "(?:Step \\d+(?:/\\d+)? ?: |STEP \\d+/\\d+: |#\\d+ (?:\\[|\\d+\\.\\d+ |ERROR|DONE|CACHED))");
    private static final int LONGEST = 80;

    private LogPrefix() {}

    /** @param most lines looked at from the end for one that begins a step */
    static void remove(List<String> lines, int most) {
        String prefix = "";
        for (int i = lines.size() - 1; i >= Math.max(0, lines.size() - most); i--) {
            int at = mark(lines.get(i));
            if (at == 0) {
                return;
            } else if (at > 0 && prefix.isEmpty()) {
                prefix = lines.get(i).substring(0, at);
            }
        }
        if (!prefix.isEmpty()) {
            String shape = prefix;
            lines.replaceAll(line -> without(line, shape));
        }
    }

    /** Where a line names a step, -1 where it does not. */
    private static int mark(String line) {
        if (line.indexOf("tep ") < 0 && line.indexOf("TEP ") < 0 && line.indexOf('#') < 0) {
            return -1;
        }
        Matcher matcher = MARK.matcher(line.length() > 2 * LONGEST ? line.substring(0, 2 * LONGEST) : line);
        return matcher.find() && matcher.start() <= LONGEST ? matcher.start() : -1;
    }

    /** Without what looks like the prefix: the same but for digits and blanks before it. */
    private static String without(String line, String prefix) {
        int i = blanks(line);
        int j = blanks(prefix);
        if (j == prefix.length()) {
            return line.startsWith(prefix) ? line.substring(j) : line;
        }
        while (i < line.length() && j < prefix.length() && same(line.charAt(i), prefix.charAt(j))) {
            i++;
            j++;
        }
        return j == prefix.length() ? line.substring(i) : prefix.substring(j).isBlank() ? line.substring(i) : line;
    }

    private static int blanks(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        return i;
    }

    private static boolean same(char one, char other) {
        return one == other || Character.isDigit(one) && Character.isDigit(other);
    }
}
