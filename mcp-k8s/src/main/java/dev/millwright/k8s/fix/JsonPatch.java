package dev.millwright.k8s.fix;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JSON patches (RFC 6902) applied to trees as the API server does; {@code add}, {@code remove}, {@code replace} and {@code test}. */
final class JsonPatch {
    /**
     * A patched tree.
     *
     * @param set what the patch sets, with the place in a list that {@code -} stood for
     */
    record Patched(JsonNode result, List<JsonPointer> set) {}

    private JsonPatch() {}

    /** @throws ToolException {@code CONFLICT} when the tree does not have what the patch expects */
    static Patched apply(JsonNode tree, JsonNode operations) {
        JsonNode root = tree.deepCopy();
        List<JsonPointer> set = new ArrayList<>();
        for (JsonNode operation : operations) {
            String op = operation.path("op").asText();
            String path = operation.path("path").asText();
            JsonPointer at = pointer(path);
            JsonNode value = operation.path("value");
            if (op.equals("test")) {
                if (!root.at(at).equals(value)) {
                    throw misfit(op, path, "it is not what was read");
                }
                continue;
            }
            if (at.matches()) {
                throw misfit(op, path, "the whole object cannot be patched away");
            }
            JsonPointer changed = switch (root.at(at.head())) {
                case ObjectNode parent -> {
                    String name = at.last().getMatchingProperty();
                    if (!op.equals("add") && !parent.has(name)) {
                        throw misfit(op, path, "there is nothing");
                    }
                    if (op.equals("remove")) {
                        parent.remove(name);
                    } else {
                        parent.set(name, value.deepCopy());
                    }
                    yield at;
                }
                case ArrayNode parent -> {
                    int index = index(at, parent, op, path);
                    switch (op) {
                        case "add" -> parent.insert(index, value.deepCopy());
                        case "replace" -> parent.set(index, value.deepCopy());
                        default -> parent.remove(index);
                    }
                    yield at.head().appendIndex(index);
                }
                default -> throw misfit(op, path, "there is nothing to put it in");
            };
            if (!op.equals("remove")) {
                set.add(changed);
            }
        }
        return new Patched(root, set);
    }

    /** @throws ToolException {@code INVALID_INPUT} when it is no list of operations that we know */
    static ArrayNode check(JsonNode patch, String field) {
        if (!(patch instanceof ArrayNode operations) || operations.isEmpty()) {
            throw ToolException.invalidInput(field + " must be a list of at least one operation");
        }
        for (int i = 0; i < operations.size(); i++) {
            JsonNode each = operations.get(i);
            String op = each.path("op").asText();
            if (!List.of("add", "remove", "replace", "test").contains(op)) {
                throw ToolException.invalidInput(
                        "%s/%d/op must be add, remove, replace or test, got %s".formatted(field, i, op));
            }
            if (!op.equals("remove") && !each.has("value")) {
                throw ToolException.invalidInput("%s/%d/value is missing".formatted(field, i));
            }
            pointer(each.path("path").asText());
        }
        return operations;
    }

    private static JsonPointer pointer(String path) {
        try {
            return JsonPointer.compile(path);
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput("path %s is no JSON pointer, as in /spec/replicas".formatted(path));
        }
    }

    private static int index(JsonPointer at, ArrayNode parent, String op, String path) {
        if (op.equals("add") && at.last().getMatchingProperty().equals("-")) {
            return parent.size();
        }
        int index = at.last().getMatchingIndex();
        if (index < 0 || index > parent.size() || index == parent.size() && !op.equals("add")) {
            throw misfit(op, path, "the list has " + parent.size());
        }
        return index;
    }

    private static ToolException misfit(String op, String path, String why) {
        return ToolException.conflict("the patch does not fit the object at %s (%s): %s".formatted(path, op, why));
    }

    /** A merge patch (RFC 7386) applied to a tree; null removes. */
    static JsonNode merge(JsonNode tree, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode result = Optional.of(tree)
                .filter(ObjectNode.class::isInstance)
                .map(each -> (ObjectNode) each.deepCopy())
                .orElseGet(Json::object);
        changes.properties().forEach(each -> {
            if (each.getValue().isNull()) {
                result.remove(each.getKey());
            } else {
                result.set(each.getKey(), merge(result.path(each.getKey()), each.getValue()));
            }
        });
        return result;
    }
}
