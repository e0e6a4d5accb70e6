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
 * Projects by name and path. Content it can search only where an operator set that up, so it is not asked to.
 *
 * @see <a href="https://docs.gitlab.com/api/projects/#list-all-projects">List all projects</a>
 */
record GitLab() implements HostApi {
    @Override
    public String request(Wanted wanted, int limit, int page) {
        if (wanted.content().isPresent()) {
            throw ToolException.invalidInput("/content cannot be searched on a gitlab host; clone what looks right");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        if (!wanted.query().isBlank()) {
            parameters.put("search", wanted.query().strip());
            parameters.put("search_namespaces", "true");
        }
        wanted.language().ifPresent(name -> parameters.put("with_programming_language", name));
        parameters.put("order_by", "last_activity_at");
        parameters.put("simple", "true");
        parameters.put("per_page", Integer.toString(limit));
        parameters.put("page", Integer.toString(page));
        return "/projects" + HostApi.query(parameters);
    }

    @Override
    public Map<String, String> headers(Optional<String> token) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        token.ifPresent(known -> headers.put("PRIVATE-TOKEN", known));
        return headers;
    }

    @Override
    public HostPage read(JsonNode answer, HttpHeaders headers, Wanted wanted, int limit, int page) {
        List<Found> found = StreamSupport.stream(answer.spliterator(), false)
                .map(project -> HostApi.found(
                        project, "path_with_namespace", "http_url_to_repo", "last_activity_at", List.of()))
                .toList();
        return new HostPage(
                found,
                headers.firstValue("X-Next-Page")
                        .filter(next -> !next.isBlank())
                        .isPresent());
    }
}
