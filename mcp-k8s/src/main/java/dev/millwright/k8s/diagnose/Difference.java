package dev.millwright.k8s.diagnose;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One place where two trees differ.
 *
 * @param before empty where there was nothing
 * @param after empty where there is nothing any more
 */
public record Difference(JsonPointer at, Optional<JsonNode> before, Optional<JsonNode> after) {
    private static final int LONGEST = 160;

    /** In an order in which they make a patch: within a list what stays first, then from the end or at the end. */
    public static List<Difference> between(JsonNode before, JsonNode after) {
        return between(JsonPointer.empty(), before, after);
    }

    /** The same of what is at a place in the object that is patched. */
    public static List<Difference> between(JsonPointer at, JsonNode before, JsonNode after) {
        List<Difference> all = new ArrayList<>();
        compare(at, before, after, all);
        return all;
    }

    private static void compare(JsonPointer at, JsonNode before, JsonNode after, List<Difference> to) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonPointer inner = at.appendProperty(name);
                if (!after.has(name)) {
                    to.add(new Difference(inner, Optional.of(before.get(name)), Optional.empty()));
                } else if (!before.has(name)) {
                    to.add(new Difference(inner, Optional.empty(), Optional.of(after.get(name))));
                } else {
                    compare(inner, before.get(name), after.get(name), to);
                }
            }
        } else if (before instanceof ArrayNode was && after instanceof ArrayNode is) {
            lists(at, was, is, to);
        } else {
            to.add(new Difference(at, Optional.of(before), Optional.of(after)));
        }
    }

    /** Equal beginnings and ends are set aside; what is left is compared in pairs, the rest removed or added. */
    private static void lists(JsonPointer at, ArrayNode was, ArrayNode is, List<Difference> to) {
        int start = 0;
        int shorter = Math.min(was.size(), is.size());
        while (start < shorter && was.get(start).equals(is.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && was.get(was.size() - 1 - end).equals(is.get(is.size() - 1 - end))) {
            end++;
        }
        int pairs = start + Math.min(was.size() - end - start, is.size() - end - start);
        for (int i = start; i < pairs; i++) {
            compare(at.appendIndex(i), was.get(i), is.get(i), to);
        }
        for (int i = was.size() - end - 1; i >= pairs; i--) {
            to.add(new Difference(at.appendIndex(i), Optional.of(was.get(i)), Optional.empty()));
        }
        for (int i = pairs; i < is.size() - end; i++) {
            to.add(new Difference(at.appendIndex(i), Optional.empty(), Optional.of(is.get(i))));
        }
    }

    /** What makes of the first tree the second. */
    public static ArrayNode patch(List<Difference> differences) {
        ArrayNode operations = Json.array();
        for (Difference each : differences) {
            String op = each.before.isEmpty() ? "add" : each.after.isEmpty() ? "remove" : "replace";
            var operation = operations.addObject().put("op", op).put("path", each.at.toString());
            each.after.ifPresent(value -> operation.set("value", value));
        }
        return operations;
    }

    /** As answers say it: {@code /spec/replicas: 2 → 0}. */
    public String shown() {
        return at + ": " + shown(before) + " → " + shown(after);
    }

    private static String shown(Optional<JsonNode> value) {
        String text = value.map(each -> each.isTextual() ? each.textValue() : Json.write(each))
                .orElse("(none)");
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
