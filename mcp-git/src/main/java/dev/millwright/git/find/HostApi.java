package dev.millwright.git.find;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How one kind of host is asked for repositories and how it answers. */
sealed interface HostApi permits GitHub, GitLab, Gitea {
    /**
     * Path and query after the base of the API.
     *
     * @param page from 1
     * @throws ToolException {@code INVALID_INPUT} for what this host cannot look for
     */
    String request(Wanted wanted, int limit, int page);

    /** Headers that every request needs. */
    Map<String, String> headers(Optional<String> token);

    /** @param answer as the host sent it, with all that may be missing or wrong in it */
    HostPage read(JsonNode answer, HttpHeaders headers, Wanted wanted, int limit, int page);

    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }

    /** A text of the answer on one line; empty where there is none. */
    static Optional<String> text(JsonNode node, String field, int most) {
        String text = node.path(field).asText("");
        return text.isEmpty() || node.path(field).isNull() ? Optional.empty() : Optional.of(RepoText.line(text, most));
    }

    static Found found(JsonNode node, String name, String url, String updated, List<String> files) {
        return new Found(
                text(node, name, 200).orElse("?"),
                text(node, url, 500),
                text(node, "default_branch", 200),
                text(node, "language", 50),
                text(node, updated, 40),
                text(node, "description", 200),
                files,
                Optional.empty());
    }
}
