package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The log of the builder before BuildKit. */
final class LegacyLog {
    private static final Pattern STEP = Pattern.compile("^Step (\\d+/\\d+) ?: (.*)$");

    private LegacyLog() {}

    static boolean begins(String line) {
        return line.startsWith("Step ") && STEP.matcher(line).find();
    }

    static Step failing(List<String> lines) {
        int start = lines.size() - 1;
        while (start > 0 && !begins(lines.get(start))) {
            start--;
        }
        Matcher step = STEP.matcher(lines.get(start));
        boolean found = step.find();
        List<String> said = new ArrayList<>();
        OptionalInt code = OptionalInt.empty();
        for (String line : lines.subList(start + 1, lines.size())) {
            if (BuildLog.repeatsCommand(line)) {
                code = BuildLog.code(line);
            } else if (!line.startsWith(" ---> ")
                    && !line.startsWith("Removing intermediate container")
                    && !line.startsWith(" ---> Running in")) {
                said.add(line);
            }
        }
        return new Step(
                "legacy", found ? step.group(2) : "", found ? step.group(1) : "", said, code, OptionalInt.empty());
    }
}
