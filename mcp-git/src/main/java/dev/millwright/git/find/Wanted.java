package dev.millwright.git.find;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is looked for.
 *
 * @param query words that must all come up in what is known of a repository
 * @param content text that must be in one of its files
 */
public record Wanted(String query, Optional<String> language, Optional<String> content) {
    List<String> words() {
        return Arrays.stream(query.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
