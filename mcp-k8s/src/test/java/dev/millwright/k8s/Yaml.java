package dev.millwright.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millwright.k8s.api.Kinds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Objects written as YAML in a test. */
public final class Yaml {
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private Yaml() {}

    /** Fills in what the API server would: namespace {@code shop}, a uid made of kind and name, a resource version. */
    public static List<JsonNode> objects(String yaml) {
        List<JsonNode> all = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                MAPPER.readerFor(JsonNode.class).readValues(yaml)) {
            while (documents.hasNext()) {
                if (documents.next() instanceof ObjectNode object) {
                    ObjectNode metadata = object.withObjectProperty("metadata");
                    String kind = object.path("kind").asText();
                    boolean namespaced =
                            Kinds.named(kind).map(each -> each.namespaced()).orElse(true);
                    if (namespaced && !metadata.has("namespace")) {
                        metadata.put("namespace", "shop");
                    }
                    if (!metadata.has("uid")) {
                        metadata.put("uid", uid(kind, metadata.path("name").asText()));
                    }
                    if (!metadata.has("resourceVersion")) {
                        metadata.put("resourceVersion", "1");
                    }
                    all.add(object);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** The uid that {@link #objects} gives, for owner references. */
    public static String uid(String kind, String name) {
        return kind.toLowerCase(java.util.Locale.ROOT) + "-" + name;
    }
}
