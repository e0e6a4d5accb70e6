package dev.millwright.k8s.stub;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The patches of the API: RFC 6902, RFC 7386, and the strategic one with the merge keys of the built-in types. */
final class Patches {
    /** Lists that are merged by a key of their items, by their name; {@code ports} also by the type around it. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("ephemeralContainers", "name"),
            Map.entry("containerStatuses", ""),
            Map.entry("env", "name"),
            Map.entry("volumes", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("hostAliases", "ip"),
            Map.entry("topologySpreadConstraints", "topologyKey"),
            Map.entry("conditions", "type"),
            Map.entry("ownerReferences", "uid"),
            Map.entry("secrets", "name"));

    private Patches() {}

    /** Key that the items of a list are merged by; empty for a list that is replaced whole. */
    static Optional<String> mergeKey(String list, JsonNode items) {
        if (list.equals("ports")) {
            JsonNode first = items.path(0);
            return first.has("containerPort")
                    ? Optional.of("containerPort")
                    : first.has("port") ? Optional.of("port") : Optional.empty();
        }
        return Optional.ofNullable(KEYS.get(list)).filter(key -> !key.isEmpty());
    }

    static JsonNode json(JsonNode target, JsonNode operations) {
        JsonNode result = target.deepCopy();
        if (!operations.isArray()) {
            throw Refusal.badRequest(
                    "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        }
        for (JsonNode each : operations) {
            JsonPointer path = JsonPointer.compile(each.path("path").asText());
            switch (each.path("op").asText()) {
                case "add" -> result = put(result, path, each.path("value"), true);
                case "replace" -> {
                    require(!result.at(path).isMissingNode());
                    result = put(result, path, each.path("value"), false);
                }
                case "remove" -> remove(result, path);
                case "test" ->
                    require(result.at(path).equals(each.path("value"))
                            || each.path("value").isNull() && result.at(path).isMissingNode());
                case "copy" ->
                    result = put(
                            result, path, result.at(each.path("from").asText()).deepCopy(), true);
                case "move" -> {
                    JsonPointer from = JsonPointer.compile(each.path("from").asText());
                    JsonNode moved = result.at(from);
                    remove(result, from);
                    result = put(result, path, moved, true);
                }
                default -> throw Refusal.patchDoesNotFit();
            }
        }
        return result;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw Refusal.patchDoesNotFit();
        }
    }

    private static JsonNode put(JsonNode root, JsonPointer path, JsonNode value, boolean insert) {
        if (path.matches()) {
            return value;
        }
        JsonNode parent = root.at(path.head());
        String last = path.last().getMatchingProperty();
        switch (parent) {
            case ObjectNode object -> object.set(last, value.deepCopy());
            case ArrayNode array when last.equals("-") -> array.add(value.deepCopy());
            case ArrayNode array -> {
                int index = path.last().getMatchingIndex();
                require(index >= 0 && index <= (insert ? array.size() : array.size() - 1));
                if (insert) {
                    array.insert(index, value.deepCopy());
                } else {
                    array.set(index, value.deepCopy());
                }
            }
            default -> throw Refusal.patchDoesNotFit();
        }
        return root;
    }

    private static void remove(JsonNode root, JsonPointer path) {
        require(!root.at(path).isMissingNode());
        switch (root.at(path.head())) {
            case ObjectNode object -> object.remove(path.last().getMatchingProperty());
            case ArrayNode array -> array.remove(path.last().getMatchingIndex());
            default -> throw Refusal.patchDoesNotFit();
        }
    }

    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        ObjectNode result = target.isObject() ? target.deepCopy() : Json.object();
        for (Map.Entry<String, JsonNode> each : patch.properties()) {
            if (each.getValue().isNull()) {
                result.remove(each.getKey());
            } else {
                result.set(each.getKey(), merge(result.path(each.getKey()), each.getValue()));
            }
        }
        return result;
    }

    static JsonNode strategic(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        if (patch.path("$patch").asText().equals("replace")) {
            ObjectNode whole = patch.deepCopy();
            whole.remove("$patch");
            return whole;
        }
        ObjectNode result = target.isObject() ? target.deepCopy() : Json.object();
        for (Map.Entry<String, JsonNode> each : patch.properties()) {
            String name = each.getKey();
            JsonNode value = each.getValue();
            if (name.startsWith("$deleteFromPrimitiveList/")) {
                String list = name.substring(name.indexOf('/') + 1);
                ArrayNode kept = Json.array();
                for (JsonNode item : result.path(list)) {
                    if (!contains(value, item)) {
                        kept.add(item);
                    }
                }
                result.set(list, kept);
            } else if (name.startsWith("$")) {
                // Order of a list, or what becomes of the object around: nothing to merge.
                continue;
            } else if (value.isNull()) {
                result.remove(name);
            } else if (value.isArray()) {
                Optional<String> key = mergeKey(name, value);
                if (name.equals("finalizers")) {
                    ArrayNode all = Json.array();
                    result.path(name).forEach(all::add);
                    value.forEach(item -> {
                        if (!contains(all, item)) {
                            all.add(item);
                        }
                    });
                    result.set(name, all);
                } else {
                    result.set(name, key.isEmpty() ? value.deepCopy() : list(result.path(name), value, key.get()));
                }
            } else {
                result.set(name, strategic(result.path(name), value));
            }
        }
        return result;
    }

    private static ArrayNode list(JsonNode target, JsonNode patch, String key) {
        ArrayNode result = Json.array();
        target.forEach(each -> result.add(each.deepCopy()));
        for (JsonNode each : patch) {
            if (each.path("$patch").asText().equals("replace")) {
                ArrayNode whole = Json.array();
                patch.forEach(item -> {
                    if (!item.has("$patch")) {
                        whole.add(item.deepCopy());
                    }
                });
                return whole;
            }
            if (!each.has(key)) {
                throw new Refusal(
                        500,
                        "InternalError",
                        "Internal error occurred: map: %s does not contain declared merge key: %s"
                                .formatted(each, key));
            }
            int at = -1;
            for (int i = 0; i < result.size(); i++) {
                if (result.get(i).path(key).equals(each.path(key))) {
                    at = i;
                }
            }
            if (each.path("$patch").asText().equals("delete")) {
                if (at >= 0) {
                    result.remove(at);
                }
            } else if (at >= 0) {
                result.set(at, strategic(result.get(at), each));
            } else {
                result.add(strategic(Json.object(), each));
            }
        }
        return result;
    }

    private static boolean contains(JsonNode list, JsonNode item) {
        for (JsonNode each : list) {
            if (each.equals(item)) {
                return true;
            }
        }
        return false;
    }

    /** Media types that a resource takes; the strategic patch is for built-in types only. */
    static Refusal unsupported(boolean custom) {
        List<String> types = custom
                ? List.of(
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/apply-patch+yaml",
                        "application/apply-patch+cbor")
                : List.of(
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/strategic-merge-patch+json",
                        "application/apply-patch+yaml",
                        "application/apply-patch+cbor");
        return new Refusal(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", types));
    }
}
