package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The log of the builder before BuildKit, of any age, and of buildah, which looks alike. */
final class LegacyLog {
    private static final Pattern STEP =
            Pattern.compile("^(?:Step (\\d+/\\d+) ?: (.*)|Step (\\d+) : (.*)|STEP (\\d+/\\d+): (.*))$");
    private static final Pattern COMMAND =
            Pattern.compile("The command ['\\[](?:\\S+ (?:-\\S+ (?:pipefail )?)*-\\w*c )?(.*)['\\]] returned a");

    private LegacyLog() {}

    static boolean begins(String line) {
        return (line.startsWith("Step ") || line.startsWith("STEP "))
                && STEP.matcher(line).find();
    }

    /** Whether a line is the builder's last word on a process. */
    static boolean ends(String line) {
        return line.contains("returned a non-zero code");
    }

    static Step failing(List<String> lines) {
        int start = lines.size() - 1;
        while (start >= 0 && !begins(lines.get(start))) {
            start--;
        }
        String name = "";
        String number = "";
        if (start >= 0) {
            Matcher step = STEP.matcher(lines.get(start));
            step.find();
            int group = step.group(1) != null ? 1 : step.group(3) != null ? 3 : 5;
            number = step.group(group);
            name = step.group(group + 1);
        }
        List<String> said = new ArrayList<>();
        List<String> after = new ArrayList<>();
        OptionalInt code = OptionalInt.empty();
        boolean ended = false;
        for (String line : lines.subList(start + 1, lines.size())) {
            if (ends(line)) {
                ended = true;
                code = BuildLog.code(line);
                Matcher command = COMMAND.matcher(line);
                name = name.isEmpty() && command.find() ? "RUN " + command.group(1) : name;
            } else if (BuildLog.repeatsCommand(line)) {
                code = BuildLog.code(line);
            } else if (!isBookkeeping(line)) {
                (ended ? after : said).add(line);
            }
        }
        // What follows is of the program that called the builder, or the step's standard error come late.
        if (said.stream().allMatch(Classifier::isNoise)) {
            said.addAll(after);
        }
        return new Step("legacy", name, number, said, code, OptionalInt.empty());
    }

    private static boolean isBookkeeping(String line) {
        String text = line.length() > 60 ? line : line.strip();
        return text.startsWith("---> ")
                || text.startsWith(" ---> ")
                || text.startsWith("Removing intermediate container");
    }
}
