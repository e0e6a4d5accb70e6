package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.mask.Mask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a live object is not as its manifest says: only fields that the manifest sets count, so defaults of the server
 * and what others added are no drift.
 *
 * @param state {@code missing}, {@code changed}, or {@code not served} for a kind that the cluster does not know
 */
public record Drift(String object, String state, List<Field> fields) {
    /** @param manager who set the field last, as its {@code managedFields} say; empty where they do not */
    public record Field(String path, String manifest, Optional<String> live, Optional<String> manager) {}

    public Drift {
        fields = List.copyOf(fields);
    }

    /** Objects of one kind in one place; from so many on, they are listed by the label that Helm gives them. */
    private static final int LISTED = 3;

    private record Place(Kind kind, Optional<String> namespace) {}

    /**
     * Objects that are not as they should be; one call for each kind of which there are several, else one each.
     *
     * @param partial takes what could not be read
     */
    public static List<Drift> of(Cluster cluster, List<Item> items, Set<String> partial) {
        Map<Place, List<Item>> places = new LinkedHashMap<>();
        items.forEach(
                each -> places.computeIfAbsent(new Place(each.kind(), each.namespace()), place -> new ArrayList<>())
                        .add(each));
        List<Drift> drifts = new ArrayList<>();
        places.forEach((place, there) -> {
            Map<String, JsonNode> listed =
                    there.size() < LISTED || !there.getFirst().isServed() ? Map.of() : listed(cluster, place, partial);
            there.forEach(item -> of(cluster, item, Optional.ofNullable(listed.get(item.name())), partial)
                    .ifPresent(drifts::add));
        });
        return drifts;
    }

    private static Map<String, JsonNode> listed(Cluster cluster, Place place, Set<String> partial) {
        Map<String, JsonNode> named = new HashMap<>();
        ListQuery query = ListQuery.in(place.namespace()).labels("app.kubernetes.io/managed-by=Helm");
        try {
            for (Page page = cluster.list(place.kind(), query);
                    ;
                    page = cluster.list(place.kind(), query.after(page.next()))) {
                page.items().forEach(each -> named.put(each.at("/metadata/name").asText(), each));
                if (page.next().isEmpty()) {
                    return named;
                }
            }
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            partial.add(e.what());
            return named;
        }
    }

    private static Optional<Drift> of(Cluster cluster, Item item, Optional<JsonNode> listed, Set<String> partial) {
        if (!item.isServed()) {
            return Optional.of(new Drift(item.ref().toString(), "not served", List.of()));
        }
        Optional<JsonNode> found;
        try {
            found = listed.or(() -> cluster.get(item.kind(), item.namespace(), item.name()));
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            partial.add(e.what());
            return Optional.empty();
        }
        if (found.isEmpty()) {
            return Optional.of(new Drift(item.ref().toString(), "missing", List.of()));
        }
        List<Field> fields = fields(item.json(), found.get());
        return fields.isEmpty()
                ? Optional.empty()
                : Optional.of(new Drift(item.ref().toString(), "changed", fields));
    }

    static List<Field> fields(ObjectNode manifest, JsonNode live) {
        Walk walk = new Walk(live.at("/metadata/managedFields"), Mask.object(manifest), Mask.object(live));
        for (Map.Entry<String, JsonNode> each : manifest.properties()) {
            if (!each.getKey().equals("apiVersion") && !each.getKey().equals("kind")) {
                walk.look(
                        each.getKey(),
                        each.getKey(),
                        each.getValue(),
                        live.path(each.getKey()),
                        List.of("f:" + each.getKey()),
                        "/" + each.getKey(),
                        "/" + each.getKey());
            }
        }
        return walk.fields;
    }

    /** Compares the objects as they are, and shows of them what may be seen. */
    private static final class Walk {
        private final JsonNode managed;
        private final JsonNode manifestShown;
        private final JsonNode liveShown;
        private final List<Field> fields = new ArrayList<>();

        Walk(JsonNode managed, JsonNode manifestShown, JsonNode liveShown) {
            this.managed = managed;
            this.manifestShown = manifestShown;
            this.liveShown = liveShown;
        }

        void look(
                String path,
                String name,
                JsonNode wanted,
                JsonNode live,
                List<String> owned,
                String manifestAt,
                String liveAt) {
            if (Merge.isCovered(name, wanted, live)) {
                return;
            } else if (wanted.isObject() && live.isObject()) {
                for (Map.Entry<String, JsonNode> each : wanted.properties()) {
                    String step = "/" + each.getKey().replace("~", "~0").replace("/", "~1");
                    look(
                            path + "/" + each.getKey(),
                            each.getKey(),
                            each.getValue(),
                            live.path(each.getKey()),
                            with(owned, "f:" + each.getKey()),
                            manifestAt + step,
                            liveAt + step);
                }
                return;
            } else if (wanted.isArray() && live.isArray() && Lists.isMap(name)) {
                Optional<Map<String, JsonNode>> target = Lists.byKey(name, wanted);
                Optional<Map<String, JsonNode>> there = Lists.byKey(name, live);
                if (target.isPresent() && there.isPresent()) {
                    List<String> manifestKeys = List.copyOf(target.get().keySet());
                    List<String> liveKeys = List.copyOf(there.get().keySet());
                    target.get()
                            .forEach((key, element) -> look(
                                    path + "[" + Lists.step(name, key) + "]",
                                    "",
                                    element,
                                    there.get().getOrDefault(key, MissingNode.getInstance()),
                                    with(owned, "k:" + managedKey(name, element)),
                                    manifestAt + "/" + manifestKeys.indexOf(key),
                                    liveAt + "/" + liveKeys.indexOf(key)));
                    return;
                }
            }
            fields.add(new Field(
                    path,
                    Difference.shown(manifestShown.at(manifestAt)).orElse(""),
                    Difference.shown(liveShown.at(liveAt)),
                    manager(owned)));
        }

        /** How {@code managedFields} names an element: its key fields as JSON. */
        private static String managedKey(String list, JsonNode element) {
            ObjectNode key = Json.object();
            if (list.equals("ports")) {
                String port = element.has("containerPort") ? "containerPort" : "port";
                key.set(port, element.path(port));
                key.put("protocol", element.path("protocol").asText("TCP"));
            } else {
                String member = Lists.step(list, "").replace("=", "");
                key.set(member, element.path(member));
            }
            return Json.write(key);
        }

        private static List<String> with(List<String> owned, String step) {
            List<String> longer = new ArrayList<>(owned);
            longer.add(step);
            return longer;
        }

        /** The last who says to own the field, or what is above it; of those who wrote it at the same time the last named. */
        private Optional<String> manager(List<String> owned) {
            String best = "";
            String newest = "";
            int deepest = 0;
            for (JsonNode each : managed) {
                JsonNode at = each.path("fieldsV1");
                int depth = 0;
                for (String step : owned) {
                    if (!at.has(step)) {
                        break;
                    }
                    at = at.get(step);
                    depth++;
                }
                String time = each.path("time").asText();
                if (depth > 1 && (depth > deepest || depth == deepest && time.compareTo(newest) >= 0)) {
                    deepest = depth;
                    newest = time;
                    best = each.path("manager").asText();
                }
            }
            return best.isEmpty() ? Optional.empty() : Optional.of(best);
        }
    }
}
