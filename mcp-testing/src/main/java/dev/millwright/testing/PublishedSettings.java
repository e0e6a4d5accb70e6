package dev.millwright.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.config.ConfigTree;
import dev.millwright.server.Configuration;
import dev.millwright.server.McpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Holds the tables of {@code docs/configuration.md} to the schema of the configuration. */
public final class PublishedSettings {
    private final ObjectNode schema;

    public PublishedSettings(List<McpServer<?, ?>> servers) {
        this.schema = Configuration.schema(servers);
    }

    /** The part between {@code <!-- settings -->} and {@code <!-- /settings -->} lists every key that can be set. */
    public void areTheTableOf(Path document) throws IOException {
        StringBuilder table =
                new StringBuilder("| Key | Value | Default | Environment | Meaning |\n|---|---|---|---|---|\n");
        rows(schema, "", true, table);
        new PublishedFile(document).holds("settings", table.toString());
    }

    /** @param named whether the environment can set it, which cannot name what the operator names */
    private static void row(String key, JsonNode schema, boolean named, StringBuilder table) {
        JsonNode entries = schema.path("additionalProperties");
        boolean nested = entries.path("properties").isObject();
        if (nested) {
            rows(entries, key + ".NAME", false, table);
        }
        if (schema.path("properties").isObject()) {
            rows(schema, key, named, table);
        } else if (!nested) {
            table.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            key,
                            value(schema),
                            unless(schema),
                            named ? "`" + ConfigTree.variable(key) + "`" : "",
                            schema.path("description").asText().replace("|", "\\|")));
        }
    }

    private static void rows(JsonNode schema, String path, boolean named, StringBuilder table) {
        schema.path("properties")
                .properties()
                .forEach(property -> row(
                        path.isEmpty() ? property.getKey() : path + "." + property.getKey(),
                        property.getValue(),
                        named,
                        table));
    }

    /** Schemas leave out the default {@code false}, as what goes without saying. */
    private static String unless(JsonNode schema) {
        if (schema.has("default")) {
            return "`" + schema.get("default") + "`";
        }
        return schema.path("type").asText().equals("boolean") ? "`false`" : "";
    }

    private static String value(JsonNode schema) {
        if (schema.has("enum")) {
            return schema.get("enum")
                    .valueStream()
                    .map(name -> "`" + name.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        String type = schema.path("type").asText("any");
        if (type.equals("array")) {
            return "list of " + value(schema.path("items"));
        }
        boolean least = schema.has("minimum");
        boolean most = schema.has("maximum");
        if (least && most) {
            return "%s, %s to %s".formatted(type, schema.get("minimum"), schema.get("maximum"));
        } else if (least) {
            return "%s, at least %s".formatted(type, schema.get("minimum"));
        } else if (most) {
            return "%s, at most %s".formatted(type, schema.get("maximum"));
        }
        return type;
    }
}
