package dev.millwright.k8s.diagnose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.Map;

/** The JSON patch (RFC 6902) that makes one tree of another, of the changed fields only. */
public final class Difference {
    private Difference() {}

    /** @param at pointer of both trees in the object that is patched; empty for the whole */
    public static ArrayNode between(JsonNode from, JsonNode to, String at) {
        ArrayNode operations = Json.array();
        compare(from, to, at, operations);
        return operations;
    }

    private static void compare(JsonNode from, JsonNode to, String at, ArrayNode operations) {
        if (from.equals(to)) {
            return;
        }
        if (from instanceof ObjectNode a && to instanceof ObjectNode b) {
            for (Map.Entry<String, JsonNode> each : a.properties()) {
                String member = at + "/" + Fix.escape(each.getKey());
                if (b.has(each.getKey())) {
                    compare(each.getValue(), b.path(each.getKey()), member, operations);
                } else {
                    operations.addObject().put("op", "remove").put("path", member);
                }
            }
            for (Map.Entry<String, JsonNode> each : b.properties()) {
                if (!a.has(each.getKey())) {
                    operations
                            .addObject()
                            .put("op", "add")
                            .put("path", at + "/" + Fix.escape(each.getKey()))
                            .set("value", each.getValue());
                }
            }
        } else if (from instanceof ArrayNode a && to instanceof ArrayNode b && alike(a, b)) {
            for (int i = 0; i < a.size(); i++) {
                compare(a.get(i), b.get(i), at + "/" + i, operations);
            }
        } else {
            operations.addObject().put("op", "replace").put("path", at).set("value", to);
        }
    }

    /** Lists of the same things in the same order, told by their names. */
    private static boolean alike(ArrayNode a, ArrayNode b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!a.get(i).isObject()
                    || !b.get(i).isObject()
                    || !a.get(i).path("name").equals(b.get(i).path("name"))) {
                return false;
            }
        }
        return true;
    }
}
