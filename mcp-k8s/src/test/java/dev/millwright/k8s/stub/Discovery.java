package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the server says it serves: group by group, and all at once as servers since 1.26 do. */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private Discovery() {}

    static ObjectNode versions() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        return versions;
    }

    private static Map<String, Set<String>> groups(List<Kind> kinds) {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        for (Kind each : kinds) {
            groups.computeIfAbsent(each.group(), group -> new LinkedHashSet<>()).add(each.version());
        }
        return groups;
    }

    static ObjectNode groupList(List<Kind> kinds) {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode items = list.putArray("groups");
        groups(kinds).forEach((group, versions) -> {
            if (!group.isEmpty()) {
                ObjectNode entry = items.addObject().put("name", group);
                ArrayNode all = entry.putArray("versions");
                versions.forEach(version -> all.addObject()
                        .put("groupVersion", group + "/" + version)
                        .put("version", version));
                entry.set("preferredVersion", all.get(0).deepCopy());
            }
        });
        return list;
    }

    static ObjectNode resources(List<Kind> kinds, String group, String version) {
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        if (!group.isEmpty()) {
            list.put("apiVersion", "v1");
        }
        ArrayNode resources = list.putArray("resources");
        for (Kind each : kinds) {
            if (each.group().equals(group) && each.version().equals(version)) {
                resource(resources, each.plural(), each, VERBS);
                subresources(each)
                        .forEach(sub -> resource(
                                resources, each.plural() + "/" + sub, each, List.of("get", "patch", "update")));
            }
        }
        if (resources.isEmpty()) {
            throw new NoSuchPath();
        }
        return list;
    }

    private static void resource(ArrayNode resources, String name, Kind kind, List<String> verbs) {
        ObjectNode entry = resources
                .addObject()
                .put("name", name)
                .put("singularName", name.contains("/") ? "" : kind.name().toLowerCase(Locale.ROOT))
                .put("namespaced", kind.namespaced())
                .put("kind", name.endsWith("/scale") ? "Scale" : kind.name());
        verbs.forEach(entry.putArray("verbs")::add);
    }

    private static List<String> subresources(Kind kind) {
        if (kind.equals(Kinds.POD)) {
            return List.of("status", "log", "exec", "portforward", "eviction");
        }
        if (Set.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.REPLICA_SET).contains(kind)) {
            return List.of("status", "scale");
        }
        return List.of("status");
    }

    /** {@code APIGroupDiscoveryList}: the core group for {@code /api}, all others for {@code /apis}. */
    static ObjectNode aggregated(List<Kind> kinds, boolean core, String version) {
        ObjectNode list = Json.object()
                .put("kind", "APIGroupDiscoveryList")
                .put("apiVersion", "apidiscovery.k8s.io/" + version)
                .set("metadata", Json.object());
        ArrayNode items = list.putArray("items");
        groups(kinds).forEach((group, versions) -> {
            if (group.isEmpty() == core) {
                ObjectNode entry = items.addObject();
                ObjectNode metadata = entry.putObject("metadata");
                if (!group.isEmpty()) {
                    metadata.put("name", group);
                }
                ArrayNode all = entry.putArray("versions");
                for (String each : versions) {
                    ObjectNode inner = all.addObject().put("version", each).put("freshness", "Current");
                    ArrayNode resources = inner.putArray("resources");
                    for (Kind kind : kinds) {
                        if (kind.group().equals(group) && kind.version().equals(each)) {
                            ObjectNode resource = resources.addObject().put("resource", kind.plural());
                            resource.putObject("responseKind")
                                    .put("group", "")
                                    .put("version", "")
                                    .put("kind", kind.name());
                            resource.put("scope", kind.namespaced() ? "Namespaced" : "Cluster")
                                    .put("singularResource", kind.name().toLowerCase(Locale.ROOT));
                            VERBS.forEach(resource.putArray("verbs")::add);
                        }
                    }
                }
            }
        });
        return list;
    }

    /** A path that nothing serves: answered as text, {@code 404 page not found}. */
    static final class NoSuchPath extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
