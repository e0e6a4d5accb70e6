package dev.millwright.server.command;

import dev.millwright.server.McpServer.Flag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads plain command lines as picocli does, without loading it: its classes are of a format that no AOT cache keeps,
 * which would double the time to a server's first answer.
 */
public final class QuickLine {
    private QuickLine() {}

    /** The line, or nothing when anything about it is unusual: then picocli reads it again and explains. */
    public static Optional<Line> read(List<String> arguments, List<Flag> flags) {
        List<String> words = new ArrayList<>();
        Map<String, List<String>> options = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("-")) {
                words.add(argument);
                continue;
            }
            Optional<Flag> found = flags.stream()
                    .filter(flag -> flag.option().equals(argument))
                    .findFirst();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Flag flag = found.get();
            boolean again = options.containsKey(argument);
            List<String> values = options.computeIfAbsent(argument, option -> new ArrayList<>());
            if (again && !flag.list()) {
                return Optional.empty();
            } else if (!flag.value().isEmpty()) {
                i++;
                if (i == arguments.size() || arguments.get(i).startsWith("-")) {
                    return Optional.empty();
                }
                values.add(arguments.get(i));
            }
        }
        return Optional.of(new Line(words, options));
    }
}
