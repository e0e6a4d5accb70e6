package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.mask.Mask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What differs in one object, or in the values; secrets are fingerprints, so that a changed one still shows.
 *
 * @param object as in {@code Deployment shop/web}; {@code values} for what the user set
 * @param change {@code added}, {@code removed}, {@code changed}
 * @param fields that were changed
 */
public record Difference(String object, String change, List<Field> fields) {
    /** Text of a value is cut to this. */
    private static final int MOST_TEXT = 300;

    /** @param path as in {@code spec/template/spec/containers[name=web]/image} */
    public record Field(String path, Optional<String> before, Optional<String> after) {}

    public Difference {
        fields = List.copyOf(fields);
    }

    /** Of two releases: their values, then object by object. */
    public static List<Difference> between(Optional<Release> before, List<Item> old, Release after, List<Item> next) {
        List<Difference> all = new ArrayList<>();
        List<Field> values = fields(masked(before.map(Release::config).orElse(Json.object())), masked(after.config()));
        if (!values.isEmpty()) {
            all.add(new Difference("values", "changed", values));
        }
        all.addAll(between(old, next));
        Confidential confidential = before.map(each -> Confidential.of(each).and(Confidential.of(after)))
                .orElseGet(() -> Confidential.of(after));
        return all.stream().map(each -> each.without(confidential)).toList();
    }

    private Difference without(Confidential confidential) {
        return new Difference(
                object,
                change,
                fields.stream()
                        .map(each -> new Field(
                                each.path(),
                                each.before().map(confidential::known),
                                each.after().map(confidential::known)))
                        .toList());
    }

    private static JsonNode masked(JsonNode config) {
        return config.isObject() ? Mask.object(config) : Json.object();
    }

    /** Of two manifests, object by object. */
    private static List<Difference> between(List<Item> old, List<Item> next) {
        Map<String, ObjectNode> before = byName(old);
        Map<String, ObjectNode> after = byName(next);
        List<Difference> all = new ArrayList<>();
        after.forEach((name, object) -> {
            if (!before.containsKey(name)) {
                all.add(new Difference(name, "added", List.of()));
                return;
            }
            List<Field> fields = fields(Mask.object(before.get(name)), Mask.object(object));
            if (!fields.isEmpty()) {
                all.add(new Difference(name, "changed", fields));
            }
        });
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> all.add(new Difference(name, "removed", List.of())));
        return all;
    }

    private static Map<String, ObjectNode> byName(List<Item> items) {
        Map<String, ObjectNode> named = new LinkedHashMap<>();
        items.forEach(each -> named.put(each.ref().toString(), each.json()));
        return named;
    }

    /** Of two trees that may be shown. */
    static List<Field> fields(JsonNode before, JsonNode after) {
        List<Field> fields = new ArrayList<>();
        walk("", "", before, after, fields);
        return fields;
    }

    private static void walk(String path, String name, JsonNode before, JsonNode after, List<Field> fields) {
        if (before.equals(after)) {
            return;
        } else if (before.isObject() && after.isObject()) {
            TreeSet<String> names = new TreeSet<>(Lists.names(before));
            names.addAll(Lists.names(after));
            for (String each : names) {
                walk(path.isEmpty() ? each : path + "/" + each, each, before.path(each), after.path(each), fields);
            }
            return;
        } else if (before.isArray() && after.isArray()) {
            Optional<Map<String, JsonNode>> old = Lists.isMap(name) ? Lists.byKey(name, before) : Optional.empty();
            Optional<Map<String, JsonNode>> next = Lists.byKey(name, after);
            if (old.isPresent() && next.isPresent()) {
                TreeSet<String> keys = new TreeSet<>(old.get().keySet());
                keys.addAll(next.get().keySet());
                for (String key : keys) {
                    walk(
                            path + "[" + Lists.step(name, key) + "]",
                            "",
                            old.get().getOrDefault(key, MissingNode.getInstance()),
                            next.get().getOrDefault(key, MissingNode.getInstance()),
                            fields);
                }
                return;
            } else if (before.size() == after.size()) {
                for (int i = 0; i < before.size(); i++) {
                    walk(path + "[" + i + "]", "", before.get(i), after.get(i), fields);
                }
                return;
            }
        }
        fields.add(new Field(path, shown(before), shown(after)));
    }

    static Optional<String> shown(JsonNode value) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        String text = value.isTextual() ? value.textValue() : Json.write(value);
        return Optional.of(text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…");
    }
}
