package dev.millwright.server.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was typed after a verb, checked against what it takes.
 *
 * @param words by position
 * @param options by the option's name, as in {@code --root}; a switch has no values
 */
public record Line(List<String> words, Map<String, List<String>> options) {
    public Line {
        words = List.copyOf(words);
        options = Map.copyOf(options);
    }

    public boolean has(String option) {
        return options.containsKey(option);
    }

    public Optional<String> value(String option) {
        return values(option).stream().findFirst();
    }

    public List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }
}
