package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which lists are maps in truth, and by what their elements are told apart: the {@code patchMergeKey} of the API's types
 * (k8s.io/api {@code core/v1/types.go}); ports also by protocol, which the API does too since server-side apply.
 */
final class Lists {
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("ephemeralContainers", "name"),
            Map.entry("volumes", "name"),
            Map.entry("env", "name"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("secrets", "name"),
            Map.entry("resourceClaims", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("hostAliases", "ip"),
            Map.entry("topologySpreadConstraints", "topologyKey"),
            Map.entry("webhooks", "name"));

    private Lists() {}

    /** The elements by their keys, in order; empty where the list is no map. @param member whose value the list is */
    static Optional<Map<String, JsonNode>> byKey(String member, JsonNode list) {
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        for (JsonNode each : list) {
            Optional<String> key = each instanceof ObjectNode object ? key(member, object) : Optional.empty();
            if (key.isEmpty() || elements.put(key.get(), each) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(elements);
    }

    static boolean isMap(String member) {
        return member.equals("ports") || KEYS.containsKey(member);
    }

    private static Optional<String> key(String member, ObjectNode element) {
        if (member.equals("ports")) {
            JsonNode port = element.has("containerPort") ? element.get("containerPort") : element.path("port");
            String protocol = element.path("protocol").asText("TCP");
            return port.isMissingNode() ? Optional.empty() : Optional.of(port.asText() + "/" + protocol);
        }
        return Optional.ofNullable(KEYS.get(member))
                .map(element::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    /** How a path names an element: {@code name=web}, {@code 80/TCP}. */
    static String step(String member, String key) {
        return member.equals("ports") ? key : KEYS.get(member) + "=" + key;
    }

    static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }
}
