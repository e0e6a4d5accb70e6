package dev.millwright.k8s.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Who owns which fields, and server-side apply over it, after structured-merge-diff; paths as FieldsV1 writes them. */
final class Managed {
    /** Maps that are one value. */
    private static final Set<String> ATOMIC = Set.of(
            "selector",
            "nodeSelector",
            "secretKeyRef",
            "configMapKeyRef",
            "fieldRef",
            "resourceFieldRef",
            "involvedObject",
            "roleRef");

    private static final Set<String> NOBODYS = Set.of(
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
            "generateName",
            "selfLink");

    private record Owner(String manager, String operation, String subresource) {}

    private Managed() {}

    /** Every leaf of what a manager says, without what only identifies the object. */
    static Set<List<String>> leaves(JsonNode object) {
        Set<List<String>> leaves = new LinkedHashSet<>();
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (each.getKey().equals("metadata")) {
                for (Map.Entry<String, JsonNode> inner : each.getValue().properties()) {
                    if (!NOBODYS.contains(inner.getKey())) {
                        leaves(inner.getKey(), inner.getValue(), List.of("f:metadata", "f:" + inner.getKey()), leaves);
                    }
                }
            } else if (!each.getKey().equals("apiVersion") && !each.getKey().equals("kind")) {
                leaves(each.getKey(), each.getValue(), List.of("f:" + each.getKey()), leaves);
            }
        }
        return leaves;
    }

    private static void leaves(String name, JsonNode value, List<String> path, Set<List<String>> leaves) {
        if (value.isObject() && !value.isEmpty() && !ATOMIC.contains(name)) {
            for (Map.Entry<String, JsonNode> each : value.properties()) {
                leaves(each.getKey(), each.getValue(), with(path, "f:" + each.getKey()), leaves);
            }
        } else if (value.isArray() && Patches.mergeKey(name, value).isPresent()) {
            String key = Patches.mergeKey(name, value).get();
            for (JsonNode item : value) {
                List<String> at = with(path, "k:" + Json.write(Json.object().set(key, item.path(key))));
                leaves.add(with(at, "."));
                leaves("", item, at, leaves);
            }
        } else if (name.equals("finalizers")) {
            value.forEach(each -> leaves.add(with(path, "v:" + Json.write(each))));
        } else {
            leaves.add(path);
        }
    }

    private static List<String> with(List<String> path, String next) {
        List<String> longer = new ArrayList<>(path);
        longer.add(next);
        return List.copyOf(longer);
    }

    private static JsonNode at(JsonNode object, List<String> path) {
        JsonNode node = object;
        for (String step : path) {
            node = step(node, step);
        }
        return node;
    }

    private static JsonNode step(JsonNode node, String step) {
        if (step.equals(".")) {
            return node;
        }
        String rest = step.substring(2);
        if (step.startsWith("f:")) {
            return node.path(rest);
        }
        JsonNode wanted = read(rest);
        for (JsonNode each : node) {
            if (step.startsWith("v:") ? each.equals(wanted) : matches(each, wanted)) {
                return each;
            }
        }
        return Json.object().path("missing");
    }

    private static boolean matches(JsonNode item, JsonNode keys) {
        return keys.properties().stream()
                .allMatch(key -> item.path(key.getKey()).equals(key.getValue()));
    }

    private static JsonNode read(String json) {
        try {
            return Json.read(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("written by ourselves: " + json, e);
        }
    }

    /** As messages say it: {@code .spec.template.spec.containers[name="app"].image}. */
    private static String text(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String step : path) {
            if (step.startsWith("f:")) {
                text.append('.').append(step.substring(2));
            } else if (step.startsWith("k:")) {
                List<String> keys = new ArrayList<>();
                read(step.substring(2))
                        .properties()
                        .forEach(key -> keys.add(key.getKey() + "=" + Json.write(key.getValue())));
                text.append('[').append(String.join(",", keys)).append(']');
            } else if (step.startsWith("v:")) {
                text.append('[').append(step.substring(2)).append(']');
            }
        }
        return text.toString();
    }

    private static Map<Owner, Set<List<String>>> owners(JsonNode object) {
        Map<Owner, Set<List<String>>> owners = new LinkedHashMap<>();
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            Set<List<String>> paths = new LinkedHashSet<>();
            collect(entry.path("fieldsV1"), List.of(), paths);
            owners.put(
                    new Owner(
                            entry.path("manager").asText(),
                            entry.path("operation").asText(),
                            entry.path("subresource").asText()),
                    paths);
        }
        return owners;
    }

    private static void collect(JsonNode fields, List<String> path, Set<List<String>> paths) {
        if (fields.isEmpty()) {
            if (!path.isEmpty()) {
                paths.add(path);
            }
        } else {
            fields.properties().forEach(each -> collect(each.getValue(), with(path, each.getKey()), paths));
        }
    }

    private static void write(ObjectNode object, Map<Owner, Set<List<String>>> owners, String time) {
        Map<Owner, String> times = new LinkedHashMap<>();
        Map<Owner, Set<List<String>>> before = owners(object);
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            times.put(
                    new Owner(
                            entry.path("manager").asText(),
                            entry.path("operation").asText(),
                            entry.path("subresource").asText()),
                    entry.path("time").asText());
        }
        ArrayNode entries = Json.array();
        owners.forEach((owner, paths) -> {
            if (!paths.isEmpty()) {
                ObjectNode fields = Json.object();
                for (List<String> path : paths) {
                    ObjectNode node = fields;
                    for (String step : path) {
                        node = node.withObjectProperty(step);
                    }
                }
                ObjectNode entry = entries.addObject()
                        .put("manager", owner.manager())
                        .put("operation", owner.operation())
                        .put("apiVersion", object.path("apiVersion").asText())
                        .put("time", paths.equals(before.get(owner)) ? times.getOrDefault(owner, time) : time)
                        .put("fieldsType", "FieldsV1");
                entry.set("fieldsV1", fields);
                if (!owner.subresource().isEmpty()) {
                    entry.put("subresource", owner.subresource());
                }
            }
        });
        object.withObjectProperty("metadata").set("managedFields", entries);
    }

    /** After a create, update or patch: what changed is its manager's from now on. */
    static void updated(JsonNode before, ObjectNode after, String manager, String subresource, String time) {
        Map<Owner, Set<List<String>>> owners = owners(before);
        Set<List<String>> now = leaves(after);
        Set<List<String>> changed = new LinkedHashSet<>();
        for (List<String> path : now) {
            if (!path.getLast().equals(".") && !at(before, path).equals(at(after, path))
                    || path.getLast().equals(".") && at(before, path).isMissingNode()) {
                changed.add(path);
            }
        }
        Owner mine = new Owner(manager, "Update", subresource);
        owners.computeIfAbsent(mine, key -> new LinkedHashSet<>());
        owners.forEach((owner, paths) -> {
            if (!owner.equals(mine)) {
                paths.removeAll(changed);
            }
            paths.removeIf(path -> at(after, path).isMissingNode());
        });
        owners.get(mine).addAll(changed);
        write(after, owners, time);
    }

    /**
     * Server-side apply.
     *
     * @param live as it is, with apiVersion and kind; empty object to create
     */
    static ObjectNode apply(Kind kind, ObjectNode live, JsonNode wanted, String manager, boolean force, String time) {
        Map<Owner, Set<List<String>>> owners = owners(live);
        if (owners.isEmpty() && !live.isEmpty()) {
            owners.put(new Owner("before-first-apply", "Update", ""), leaves(live));
        }
        Owner mine = new Owner(manager, "Apply", "");
        Set<List<String>> applied = leaves(wanted);
        Map<String, List<List<String>>> conflicts = new TreeMap<>();
        owners.forEach((owner, paths) -> {
            if (!owner.equals(mine)) {
                for (List<String> path : applied) {
                    if (paths.contains(path)
                            && !path.getLast().equals(".")
                            && !at(live, path).equals(at(wanted, path))) {
                        conflicts
                                .computeIfAbsent(
                                        "\"%s\" using %s".formatted(owner.manager(), kind.apiVersion()),
                                        key -> new ArrayList<>())
                                .add(path);
                    }
                }
            }
        });
        if (!conflicts.isEmpty() && !force) {
            throw conflict(conflicts);
        }
        ObjectNode result = (ObjectNode) merged("", live, wanted);
        Set<List<String>> given = new LinkedHashSet<>(owners.getOrDefault(mine, Set.of()));
        given.removeAll(applied);
        owners.forEach((owner, paths) -> {
            if (!owner.equals(mine)) {
                given.removeAll(paths);
            }
        });
        given.stream()
                .sorted(Comparator.<List<String>>comparingInt(List::size).reversed())
                .forEach(path -> drop(result, path));
        Set<List<String>> taken = new HashSet<>();
        conflicts.values().forEach(taken::addAll);
        owners.forEach((owner, paths) -> {
            if (!owner.equals(mine)) {
                paths.removeAll(taken);
            }
            paths.removeIf(path -> at(result, path).isMissingNode());
        });
        owners.put(mine, applied);
        write(result, owners, time);
        return result;
    }

    private static Refusal conflict(Map<String, List<List<String>>> conflicts) {
        int count = conflicts.values().stream().mapToInt(List::size).sum();
        StringBuilder message =
                new StringBuilder("Apply failed with " + count + (count == 1 ? " conflict: " : " conflicts: "));
        List<String> parts = new ArrayList<>();
        conflicts.forEach((who, paths) -> parts.add(
                paths.size() == 1
                        ? "conflict with " + who + ": " + text(paths.getFirst())
                        : "conflicts with " + who + ":\n- "
                                + String.join(
                                        "\n- ",
                                        paths.stream().map(Managed::text).toList())));
        Refusal refusal = new Refusal(
                409, "Conflict", message.append(String.join("\n", parts)).toString());
        conflicts.forEach((who, paths) ->
                paths.forEach(path -> refusal.cause("FieldManagerConflict", "conflict with " + who, text(path))));
        return refusal;
    }

    private static JsonNode merged(String name, JsonNode live, JsonNode wanted) {
        if (wanted.isObject() && live.isObject() && !ATOMIC.contains(name)) {
            ObjectNode result = live.deepCopy();
            wanted.properties()
                    .forEach(each -> result.set(
                            each.getKey(), merged(each.getKey(), live.path(each.getKey()), each.getValue())));
            return result;
        }
        Optional<String> key = wanted.isArray() ? Patches.mergeKey(name, wanted) : Optional.empty();
        if (key.isPresent() && live.isArray()) {
            ArrayNode result = live.deepCopy();
            for (JsonNode item : wanted) {
                int found = -1;
                for (int i = 0; i < result.size(); i++) {
                    if (result.get(i).path(key.get()).equals(item.path(key.get()))) {
                        found = i;
                    }
                }
                if (found < 0) {
                    result.add(item.deepCopy());
                } else {
                    result.set(found, merged("", result.get(found), item));
                }
            }
            return result;
        }
        if (name.equals("finalizers") && live.isArray()) {
            ArrayNode result = live.deepCopy();
            wanted.forEach(item -> {
                if (step(live, "v:" + Json.write(item)).isMissingNode()) {
                    result.add(item);
                }
            });
            return result;
        }
        return wanted.deepCopy();
    }

    private static void drop(JsonNode object, List<String> path) {
        List<String> steps = path.getLast().equals(".") ? path.subList(0, path.size() - 1) : path;
        JsonNode parent = at(object, steps.subList(0, steps.size() - 1));
        JsonNode gone = at(object, steps);
        if (parent instanceof ObjectNode node) {
            node.remove(steps.getLast().substring(2));
        } else if (parent instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                if (array.get(i) == gone) {
                    array.remove(i);
                }
            }
        }
    }
}
