package dev.millwright.testing.conformance;

import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content.ResourceContent;
import dev.millwright.tool.Resources;
import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scenarios {@code resources-*}: a text, a picture, one to watch, and a template. */
final class TestResources implements Resources {
    private static final String TEMPLATE = "test://template/{id}/data";
    private static final Pattern OF_TEMPLATE = Pattern.compile("test://template/([^/]+)/data");

    @Override
    public String scheme() {
        return "test";
    }

    @Override
    public Page list(Optional<String> cursor, Call call) {
        if (cursor.isPresent()) {
            throw ToolException.invalidInput("there is one page; list without a cursor");
        }
        return new Page(
                List.of(
                        new Resource("test://static-text", "static-text", "A text.", "text/plain", Optional.empty()),
                        new Resource(
                                "test://static-binary", "static-binary", "A picture.", "image/png", Optional.empty()),
                        new Resource(
                                "test://watched-resource", "watched", "One to watch.", "text/plain", Optional.empty())),
                Optional.empty());
    }

    @Override
    public List<Template> templates() {
        return List.of(new Template(TEMPLATE, "template", "Data of an id.", "application/json"));
    }

    @Override
    public List<ResourceContent> read(String uri, Call call) {
        Matcher data = OF_TEMPLATE.matcher(uri);
        if (data.matches()) {
            String id = data.group(1);
            String text = Json.write(
                    Json.object().put("id", id).put("templateTest", true).put("data", "Data for ID: " + id));
            return List.of(ResourceContent.text(uri, "application/json", text));
        }
        return List.of(
                switch (uri) {
                    case "test://static-text" ->
                        ResourceContent.text(uri, "text/plain", "This is the content of the static text resource.");
                    case "test://static-binary" -> ResourceContent.blob(uri, "image/png", Media.png());
                    case "test://watched-resource" -> ResourceContent.text(uri, "text/plain", "Watched.");
                    default -> throw ToolException.notFound("no resource " + uri);
                });
    }

    @Override
    public List<String> complete(String uriTemplate, String variable, String typed, Call call) {
        return List.of("123", "124").stream().filter(id -> id.startsWith(typed)).toList();
    }
}
