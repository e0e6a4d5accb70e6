package dev.millwright.git.find;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException;
import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Repositories by name and description, of Gitea and Forgejo. Neither can search content, nor by language: those of
 * another language are left out here, so that a page may hold fewer.
 *
 * @see <a href="https://docs.gitea.com/api/#tag/repository/operation/repoSearch">repoSearch</a>
 */
record Gitea() implements HostApi {
    @Override
    public String request(Wanted wanted, int limit, int page) {
        if (wanted.content().isPresent()) {
            throw ToolException.invalidInput("/content cannot be searched on a gitea host; clone what looks right");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("q", wanted.query().strip());
        parameters.put("includeDesc", "true");
        parameters.put("sort", "updated");
        parameters.put("order", "desc");
        parameters.put("limit", Integer.toString(limit));
        parameters.put("page", Integer.toString(page));
        return "/repos/search" + HostApi.query(parameters);
    }

    @Override
    public Map<String, String> headers(Optional<String> token) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        token.ifPresent(known -> headers.put("Authorization", "token " + known));
        return headers;
    }

    @Override
    public HostPage read(JsonNode answer, HttpHeaders headers, Wanted wanted, int limit, int page) {
        List<Found> found = StreamSupport.stream(answer.path("data").spliterator(), false)
                .map(repository -> HostApi.found(repository, "full_name", "clone_url", "updated_at", List.of()))
                .filter(repository -> wanted.language().isEmpty()
                        || wanted.language()
                                .get()
                                .equalsIgnoreCase(repository.language().orElse("")))
                .toList();
        long total = headers.firstValueAsLong("X-Total-Count").orElse(0);
        return new HostPage(found, (long) page * limit < total);
    }
}
