package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which kinds a cluster serves: two requests where the server aggregates them (1.27 on), else one a group. */
final class Discovery {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    private final Requests requests;
    private final Map<String, Kind> found = new LinkedHashMap<>();

    Discovery(Requests requests) {
        this.requests = requests;
    }

    /** Each kind once, in the version the server prefers. */
    List<Kind> kinds() {
        try {
            group("/api");
            group("/apis");
        } catch (ApiError e) {
            if (!e.isForbidden() && !e.isNotFound()) {
                throw e;
            }
            // Who may not ask still gets what every cluster serves.
        }
        return found.isEmpty() ? Kinds.all() : List.copyOf(found.values());
    }

    private void group(String path) {
        JsonNode answer = requests.json(
                Requests.Ask.get(path, "ask which kinds there are").accepting(AGGREGATED));
        if (answer.path("kind").asText().equals("APIGroupDiscoveryList")) {
            aggregated(answer);
        } else if (path.equals("/api")) {
            resources("", "v1");
        } else {
            for (JsonNode group : answer.path("groups")) {
                for (JsonNode version : preferredFirst(group)) {
                    resources(
                            group.path("name").asText(), version.path("version").asText());
                }
            }
        }
    }

    private static List<JsonNode> preferredFirst(JsonNode group) {
        List<JsonNode> versions = new ArrayList<>();
        versions.add(group.path("preferredVersion"));
        group.path("versions").forEach(each -> {
            if (!each.path("version").equals(group.at("/preferredVersion/version"))) {
                versions.add(each);
            }
        });
        return versions;
    }

    private void aggregated(JsonNode list) {
        for (JsonNode group : list.path("items")) {
            String name = group.at("/metadata/name").asText("");
            for (JsonNode version : group.path("versions")) {
                for (JsonNode each : version.path("resources")) {
                    add(
                            new Kind(
                                    name,
                                    version.path("version").asText(),
                                    each.at("/responseKind/kind").asText(),
                                    each.path("resource").asText(),
                                    each.path("scope").asText().equals("Namespaced")),
                            each.path("verbs"));
                }
            }
        }
    }

    private void resources(String group, String version) {
        JsonNode list;
        try {
            list = requests.json(Requests.Ask.get(
                    group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version,
                    "ask which kinds there are in " + (group.isEmpty() ? version : group)));
        } catch (ApiError e) {
            if (e.code() == 503 || e.isNotFound()) {
                // An aggregated API that is down: the other groups are there all the same.
                list = Json.object();
            } else {
                throw e;
            }
        }
        for (JsonNode each : list.path("resources")) {
            if (!each.path("name").asText().contains("/")) {
                add(
                        new Kind(
                                group,
                                version,
                                each.path("kind").asText(),
                                each.path("name").asText(),
                                each.path("namespaced").asBoolean()),
                        each.path("verbs"));
            }
        }
    }

    /** What can neither be listed nor read is a question to the server, no object. */
    private void add(Kind kind, JsonNode verbs) {
        for (JsonNode each : verbs) {
            if (each.asText().equals("list") || each.asText().equals("get")) {
                found.putIfAbsent(kind.resource(), kind);
            }
        }
    }
}
