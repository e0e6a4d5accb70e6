package dev.millwright.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that was configured, as one tree before it is bound: a YAML file, over it the environment, over it flags.
 *
 * <p>A key {@code http.port} is {@code MILLWRIGHT_HTTP_PORT} in the environment. Lists there are separated by commas.
 */
public final class ConfigTree {
    private static final String PREFIX = "MILLWRIGHT_";

    private final ObjectNode tree = Json.object();

    /** Reads a file. @throws ConfigException when it cannot be read or is not one YAML mapping */
    public ConfigTree file(Path file) {
        try {
            JsonNode read = new YAMLMapper().readTree(Files.readString(file));
            if (read.isObject()) {
                merge(tree, (ObjectNode) read);
            } else if (!read.isMissingNode() && !read.isNull()) {
                throw new ConfigException(file + " must hold keys and values, got " + read.getNodeType());
            }
            return this;
        } catch (JsonProcessingException e) {
            throw new ConfigException("%s is not YAML: line %d: %s"
                    .formatted(
                            file,
                            e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                            e.getOriginalMessage().lines().findFirst().orElse("")));
        } catch (IOException e) {
            throw new ConfigException("cannot read the configuration " + file + ": " + reason(e));
        }
    }

    /**
     * Takes what the environment sets of a schema's keys.
     *
     * @param schema of the whole configuration
     * @param ignored variables with our prefix that are not configuration
     */
    public ConfigTree environment(Map<String, String> environment, ObjectNode schema, Iterable<String> ignored) {
        Map<String, String> ours = new LinkedHashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                ours.put(name, value);
            }
        });
        ignored.forEach(ours::remove);
        if (ours.isEmpty()) {
            return this;
        }
        Map<String, Key> keys = new LinkedHashMap<>();
        collect(schema, "", keys);
        ours.forEach((name, value) -> {
            Key key = keys.get(name);
            if (key == null) {
                String nearest = Schema.nearest(name, keys.keySet())
                        .map(n -> "; did you mean " + n + "?")
                        .orElse("");
                throw new ConfigException(
                        "the environment sets " + name + ", which is not a configuration key" + nearest);
            }
            set(key.path(), parse(name, value, key.schema()));
        });
        return this;
    }

    /** Sets one value by its path, as in {@code http.port}. */
    public ConfigTree set(String path, JsonNode value) {
        ObjectNode parent = tree;
        String[] keys = path.split("\\.");
        for (int i = 0; i < keys.length - 1; i++) {
            parent = parent.withObjectProperty(keys[i]);
        }
        parent.set(keys[keys.length - 1], value);
        return this;
    }

    /** Binds the whole. @throws ConfigException naming the key, the value and what would fit */
    public <T extends Record> T bind(Schema<T> schema) {
        return bind(schema, tree, "");
    }

    /** Binds a part that was kept unbound. @param at its path, for messages */
    public static <T extends Record> T bind(Schema<T> schema, JsonNode part, String at) {
        try {
            return schema.bind(part);
        } catch (Mismatch e) {
            String glue = at.isEmpty() || e.getMessage().startsWith("/") ? "" : ": ";
            throw new ConfigException("configuration: " + at + glue + e.getMessage());
        }
    }

    /** A copy of what was set. */
    public ObjectNode tree() {
        return tree.deepCopy();
    }

    private record Key(String path, JsonNode schema) {}

    private static void collect(JsonNode schema, String path, Map<String, Key> keys) {
        schema.path("properties").properties().forEach(property -> {
            String below = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
            JsonNode each = property.getValue();
            if (each.path("properties").isObject()) {
                collect(each, below, keys);
            } else {
                keys.put(variable(below), new Key(below, each));
            }
        });
    }

    /** The environment variable of a key. */
    public static String variable(String path) {
        return PREFIX + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static JsonNode parse(String name, String value, JsonNode schema) {
        String type = schema.path("type").asText();
        if (type.equals("string")) {
            return Json.array().textNode(value);
        }
        if (type.equals("array") && !value.stripLeading().startsWith("[")) {
            ArrayNode list = Json.array();
            if (!value.isBlank()) {
                for (String each : value.split(",", -1)) {
                    list.add(each.strip());
                }
            }
            return list;
        }
        try {
            return Json.read(value);
        } catch (JsonProcessingException e) {
            throw new ConfigException("the environment's %s must be %s, got %s".formatted(name, wanted(type), value));
        }
    }

    private static String wanted(String type) {
        return switch (type) {
            case "integer", "number" -> "a number";
            case "boolean" -> "true or false";
            default -> "JSON";
        };
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(field -> {
            Optional<JsonNode> there = Optional.ofNullable(into.get(field.getKey()));
            if (there.filter(JsonNode::isObject).isPresent() && field.getValue().isObject()) {
                merge((ObjectNode) there.get(), (ObjectNode) field.getValue());
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException missing -> "there is no such file";
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            case java.nio.charset.CharacterCodingException bytes -> "it is not UTF-8 text";
            default -> String.valueOf(e.getMessage());
        };
    }
}
