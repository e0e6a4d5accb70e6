package dev.millwright.k8s.timeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What changed from one pod template to the next, in words: {@code containers[app].image a -> b}. */
final class TemplateChange {
    private static final int LONGEST = 60;

    private TemplateChange() {}

    /** @param before and after masked */
    static List<String> between(JsonNode before, JsonNode after) {
        List<String> changes = new ArrayList<>();
        compare("", before, after, changes);
        return changes;
    }

    private static void compare(String path, JsonNode before, JsonNode after, List<String> changes) {
        if (before.equals(after) || path.endsWith("pod-template-hash]")) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            Set<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                String member = name.matches("[A-Za-z0-9]+")
                        ? (path.isEmpty() ? "" : path + ".") + name
                        : path + "[" + name + "]";
                compare(member, before.path(name), after.path(name), changes);
            }
        } else if (before.isArray() && after.isArray() && named(before) && named(after)) {
            Map<String, JsonNode> old = byName(before);
            Map<String, JsonNode> now = byName(after);
            Set<String> names = new LinkedHashSet<>(old.keySet());
            names.addAll(now.keySet());
            JsonNode none = Json.object().path("none");
            for (String name : names) {
                compare(path + "[" + name + "]", old.getOrDefault(name, none), now.getOrDefault(name, none), changes);
            }
        } else if (before.isMissingNode()) {
            changes.add(path + " added: " + shown(after));
        } else if (after.isMissingNode()) {
            changes.add(path + " removed");
        } else {
            changes.add(path + " " + shown(before) + " -> " + shown(after));
        }
    }

    private static boolean named(JsonNode list) {
        for (JsonNode each : list) {
            if (!each.path("name").isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, JsonNode> byName(JsonNode list) {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        list.forEach(each -> all.put(each.path("name").asText(), each));
        return all;
    }

    private static String shown(JsonNode value) {
        String text = value.isValueNode() ? value.asText() : Json.write(value);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 2) + " …";
    }
}
