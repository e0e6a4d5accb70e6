package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds the failing step in a log of any builder. */
public final class BuildLog {
    /** Lines before the first that shows a format. */
    private static final int PROLOGUE = 2_000;

    private static final Pattern CODE =
            Pattern.compile("(?:exit code:|exit status|non-zero code:|exited with code|exit code) (\\d{1,3})\\b");

    private BuildLog() {}

    /** The step that failed last. */
    public static Step failing(String log) {
        List<String> lines = new ArrayList<>(LogText.lines(log));
        lines.replaceAll(LogText::withoutTime);
        Optional<Step> json = JsonLog.failing(lines);
        if (json.isPresent()) {
            return json.get();
        }
        LogPrefix.remove(lines, PROLOGUE);
        for (int i = lines.size() - 1, seen = 0; i >= 0 && seen < PROLOGUE; i--, seen++) {
            if (LegacyLog.begins(lines.get(i)) || LegacyLog.ends(lines.get(i))) {
                return LegacyLog.failing(lines);
            } else if (BuildKitLog.belongs(lines.get(i))) {
                return BuildKitLog.failing(lines);
            }
        }
        return new Step("plain", "", "", lines, code(lines), OptionalInt.empty());
    }

    /** The exit code that lines tell of, the last one. */
    static OptionalInt code(List<String> lines) {
        for (int i = lines.size() - 1; i >= Math.max(0, lines.size() - 30); i--) {
            OptionalInt code = code(lines.get(i));
            if (code.isPresent()) {
                return code;
            }
        }
        return OptionalInt.empty();
    }

    static OptionalInt code(String line) {
        if (!line.contains("exit") && !line.contains("non-zero")) {
            return OptionalInt.empty();
        }
        Matcher matcher = CODE.matcher(line);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    /** What the builder says of a process that failed repeats the command, tool names and all. */
    static boolean repeatsCommand(String line) {
        return line.contains("did not complete successfully")
                || line.contains("executor failed running")
                || line.contains("returned a non-zero code");
    }

    /** What an error says beyond the repeated command and the exit code; empty text where that is all. */
    static String cause(String error) {
        if (!repeatsCommand(error)) {
            return error;
        }
        String end = "did not complete successfully: ";
        int at = error.lastIndexOf(end);
        int from = at >= 0 ? at + end.length() : error.lastIndexOf("]: ") + 3;
        String rest = from < 3 || error.contains("returned a non-zero code") ? "" : error.substring(from);
        return rest.startsWith("exit code: ") ? "" : rest;
    }
}
