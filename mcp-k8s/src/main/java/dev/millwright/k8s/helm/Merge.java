package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.model.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Three-way merge of manifests: what the new one sets is set, what only the old one set goes, everything else of the
 * live object stays: defaults of the server, what controllers and people added.
 *
 * <p>As {@code kubectl apply} does it on the client's side (k8s.io/apimachinery {@code strategicpatch}, {@code
 * CreateThreeWayMergePatch}), but on whole objects, so that the patch can be a JSON patch that tests what was read.
 */
final class Merge {
    private Merge() {}

    /** The live object as it shall be. */
    static ObjectNode of(JsonNode old, ObjectNode wanted, ObjectNode live) {
        return object(old, wanted, live);
    }

    private static ObjectNode object(JsonNode old, ObjectNode wanted, ObjectNode live) {
        ObjectNode merged = live.deepCopy();
        for (String name : Lists.names(old)) {
            if (isAbsent(wanted.path(name)) && !isAbsent(old.get(name))) {
                merged.remove(name);
            }
        }
        for (Map.Entry<String, JsonNode> each : wanted.properties()) {
            String name = each.getKey();
            JsonNode now = live.path(name);
            if (!isAbsent(each.getValue()) && !isCovered(name, each.getValue(), now)) {
                merged.set(name, value(name, old.path(name), each.getValue(), now));
            } else if (each.getValue() instanceof ObjectNode inside && now instanceof ObjectNode there) {
                merged.set(name, object(old.path(name), inside, there));
            } else if (each.getValue() instanceof ArrayNode inside && now instanceof ArrayNode there) {
                merged.set(name, list(name, old.path(name), inside, there));
            }
        }
        return merged;
    }

    private static JsonNode value(String name, JsonNode old, JsonNode wanted, JsonNode live) {
        if (wanted instanceof ObjectNode inside && live instanceof ObjectNode there) {
            return object(old, inside, there);
        } else if (wanted instanceof ArrayNode inside && live instanceof ArrayNode there) {
            return list(name, old, inside, there);
        }
        return wanted.deepCopy();
    }

    private static JsonNode list(String name, JsonNode old, ArrayNode wanted, ArrayNode live) {
        Optional<Map<String, JsonNode>> target = Lists.isMap(name) ? Lists.byKey(name, wanted) : Optional.empty();
        Optional<Map<String, JsonNode>> there = Lists.byKey(name, live);
        if (target.isEmpty() || there.isEmpty()) {
            return isCovered(name, wanted, live) ? live.deepCopy() : wanted.deepCopy();
        }
        Map<String, JsonNode> before = Lists.byKey(name, old).orElse(Map.of());
        Map<String, JsonNode> merged = new LinkedHashMap<>(there.get());
        for (String key : before.keySet()) {
            if (!target.get().containsKey(key)) {
                merged.remove(key);
            }
        }
        target.get().forEach((key, element) -> {
            JsonNode now = there.get().get(key);
            merged.put(
                    key,
                    element instanceof ObjectNode inside && now instanceof ObjectNode object
                            ? object(before.getOrDefault(key, Json.object()), inside, object)
                            : element.deepCopy());
        });
        ArrayNode elements = Json.array();
        merged.values().forEach(elements::add);
        return elements;
    }

    /** What a manifest says by leaving it out. */
    static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /**
     * Whether a live value is all that a manifest wants, whatever the server added or spelt in its own way: quantities
     * ({@code 1000m} is {@code 1}), empty values and zeros that it leaves out.
     *
     * @param member whose values they are
     */
    static boolean isCovered(String member, JsonNode wanted, JsonNode live) {
        if (isAbsent(wanted)) {
            return true;
        } else if (isAbsent(live)) {
            return isEmpty(wanted);
        } else if (wanted instanceof ObjectNode object) {
            return live.isObject()
                    && object.properties().stream()
                            .allMatch(each -> isCovered(each.getKey(), each.getValue(), live.path(each.getKey())));
        } else if (wanted.isArray()) {
            boolean all = live.isArray() && wanted.size() == live.size();
            for (int i = 0; all && i < wanted.size(); i++) {
                all = isCovered("", wanted.get(i), live.get(i));
            }
            return all;
        }
        return isSame(wanted, live) || isQuantity(member) && isSameQuantity(wanted, live);
    }

    private static boolean isEmpty(JsonNode wanted) {
        return wanted.isContainerNode() && (wanted.isEmpty() || wanted.isObject() && all(wanted))
                || wanted.isTextual() && wanted.textValue().isEmpty()
                || wanted.isNumber() && wanted.doubleValue() == 0
                || wanted.isBoolean() && !wanted.booleanValue();
    }

    private static boolean all(JsonNode wanted) {
        return wanted.properties().stream().allMatch(each -> isAbsent(each.getValue()) || isEmpty(each.getValue()));
    }

    /** Whether two plain values are the same to the API. */
    private static boolean isSame(JsonNode one, JsonNode other) {
        return one.equals(other) || one.isNumber() && other.isNumber() && one.doubleValue() == other.doubleValue();
    }

    /** Names of resources, and fields that hold an amount of one. */
    private static boolean isQuantity(String member) {
        return switch (member) {
            case "cpu", "memory", "storage", "ephemeral-storage", "pods", "sizeLimit", "divisor", "averageValue" ->
                true;
            default ->
                member.contains("/")
                        || member.startsWith("hugepages-")
                        || member.startsWith("requests.")
                        || member.startsWith("limits.");
        };
    }

    private static boolean isSameQuantity(JsonNode one, JsonNode other) {
        Optional<Quantity> first = Quantity.parse(one.asText());
        return first.isPresent()
                && Quantity.parse(other.asText())
                        .filter(each -> each.compareTo(first.get()) == 0)
                        .isPresent();
    }

    /**
     * JSON patch (RFC 6902) from one tree to another; lists of unlike length are replaced whole.
     *
     * @param from with the resourceVersion that is tested first, so that nobody's change in between is lost
     */
    static ArrayNode patch(ObjectNode from, ObjectNode to) {
        ArrayNode operations = Json.array();
        difference("", from, to, operations);
        if (!operations.isEmpty() && from.at("/metadata/resourceVersion").isTextual()) {
            operations
                    .insertObject(0)
                    .put("op", "test")
                    .put("path", "/metadata/resourceVersion")
                    .put("value", from.at("/metadata/resourceVersion").textValue());
        }
        return operations;
    }

    private static void difference(String path, JsonNode from, JsonNode to, ArrayNode operations) {
        if (from.equals(to)) {
            return;
        } else if (from.isObject() && to.isObject()) {
            TreeSet<String> names = new TreeSet<>(Lists.names(from));
            names.addAll(Lists.names(to));
            for (String name : names) {
                String below = path + "/" + name.replace("~", "~0").replace("/", "~1");
                if (!to.has(name)) {
                    operations.addObject().put("op", "remove").put("path", below);
                } else if (!from.has(name)) {
                    operations.addObject().put("op", "add").put("path", below).set("value", to.get(name));
                } else {
                    difference(below, from.get(name), to.get(name), operations);
                }
            }
        } else if (from.isArray() && to.isArray() && from.size() == to.size()) {
            for (int i = 0; i < from.size(); i++) {
                difference(path + "/" + i, from.get(i), to.get(i), operations);
            }
        } else {
            operations.addObject().put("op", "replace").put("path", path).set("value", to);
        }
    }
}
