package dev.millwright.git.find;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Repositories by name and description, or by content through its search of code.
 *
 * @see <a href="https://docs.github.com/en/rest/search/search">REST API endpoints for search</a>
 */
record GitHub() implements HostApi {
    /** It gives the first so many results of a search only. */
    private static final int REACH = 1000;

    @Override
    public String request(Wanted wanted, int limit, int page) {
        String query = (wanted.content().orElse("") + " " + wanted.query()).strip();
        if (query.isEmpty() && wanted.language().isEmpty()) {
            throw ToolException.invalidInput("/query is needed for this host");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(
                "q",
                query
                        + wanted.language()
                                .map(name -> " language:\"" + name.replace("\"", "") + "\"")
                                .orElse(""));
        parameters.put("per_page", Integer.toString(limit));
        parameters.put("page", Integer.toString(page));
        return (wanted.content().isPresent() ? "/search/code" : "/search/repositories") + HostApi.query(parameters);
    }

    @Override
    public Map<String, String> headers(Optional<String> token) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/vnd.github+json");
        headers.put("X-GitHub-Api-Version", "2022-11-28");
        token.ifPresent(known -> headers.put("Authorization", "Bearer " + known));
        return headers;
    }

    @Override
    public HostPage read(JsonNode answer, HttpHeaders headers, Wanted wanted, int limit, int page) {
        long reachable = Math.min(REACH, answer.path("total_count").asLong());
        List<Found> found = new ArrayList<>();
        if (wanted.content().isPresent()) {
            Map<String, JsonNode> repositories = new LinkedHashMap<>();
            Map<String, List<String>> files = new LinkedHashMap<>();
            for (JsonNode item : answer.path("items")) {
                String name = item.path("repository").path("full_name").asText();
                repositories.putIfAbsent(name, item.path("repository"));
                files.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(RepoText.line(item.path("path").asText(), 200));
            }
            repositories.forEach((name, node) ->
                    found.add(HostApi.found(node, "full_name", "html_url", "pushed_at", files.get(name))));
        } else {
            answer.path("items")
                    .forEach(item -> found.add(HostApi.found(item, "full_name", "clone_url", "pushed_at", List.of())));
        }
        return new HostPage(found, (long) page * limit < reachable);
    }
}
