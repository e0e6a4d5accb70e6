package dev.millwright.git.find;

import java.util.List;
import java.util.Optional;

/**
 * A repository that fits.
 *
 * @param repo path of a local one, else owner and name
 * @param url where it can be cloned from; of a local one, where it came from
 * @param updated when something last happened to it: of a local one, the commit at {@code HEAD}; as in ISO 8601
 * @param about what it says of itself; of a local one, the first line of that commit's message
 * @param files those that hold what was looked for, as {@code path} or {@code path:line}
 * @param problem why a local one could not be read
 */
public record Found(
        String repo,
        Optional<String> url,
        Optional<String> branch,
        Optional<String> language,
        Optional<String> updated,
        Optional<String> about,
        List<String> files,
        Optional<String> problem) {
    public Found {
        files = List.copyOf(files);
    }
}
