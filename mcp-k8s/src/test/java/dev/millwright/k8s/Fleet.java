package dev.millwright.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A large state made of recorded ones: deployments of ten pods, each with its replica set, service and events, as the
 * API server sent them but for names. Broken deployments are broken as the recorded scenario was.
 */
public final class Fleet {
    private static final int EACH = 10;

    private Fleet() {}

    /**
     * Deployments {@code app-0}, {@code app-1}, … in one namespace.
     *
     * @param pods in all, a multiple of ten
     * @param broken how many of them, a multiple of ten
     * @param scenarios how they are broken, in turn: recorded scenarios with a deployment
     */
    public static List<JsonNode> of(String namespace, int pods, int broken, List<String> scenarios) {
        List<JsonNode> all = new ArrayList<>();
        all.add(Json.object()
                .put("apiVersion", "v1")
                .put("kind", "Namespace")
                .set("metadata", Json.object().put("name", namespace).put("uid", "namespace-" + namespace)));
        Recorded.objects("healthy").stream()
                .filter(each -> each.path("kind").asText().equals("ConfigMap"))
                .forEach(each -> all.add(renamed(each, "healthy", namespace, "web", "web", "")));
        for (int i = 0; i < pods / EACH; i++) {
            String scenario = i < broken / EACH ? scenarios.get(i % scenarios.size()) : "healthy";
            deployment(namespace, "app-" + i, scenario, all);
        }
        return all;
    }

    private static void deployment(String namespace, String name, String scenario, List<JsonNode> all) {
        List<JsonNode> recorded = Recorded.objects(scenario);
        String old = recorded.stream()
                .filter(each -> each.path("kind").asText().equals("Deployment"))
                .map(each -> each.at("/metadata/name").asText())
                .findFirst()
                .orElseThrow();
        String pod = "";
        for (JsonNode each : recorded) {
            switch (each.path("kind").asText()) {
                case "Pod" -> {
                    if (pod.isEmpty() && each.at("/metadata/name").asText().startsWith(old + "-")) {
                        pod = each.at("/metadata/name").asText();
                        for (int i = 0; i < EACH; i++) {
                            all.add(renamed(each, scenario, namespace, old, name, "-" + i));
                        }
                    }
                }
                case "Deployment" -> {
                    ObjectNode deployment = (ObjectNode) renamed(each, scenario, namespace, old, name, "");
                    deployment.withObjectProperty("spec").put("replicas", EACH);
                    ObjectNode status = deployment.withObjectProperty("status");
                    for (String field : List.of("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")) {
                        if (status.has(field)) {
                            status.put(field, EACH);
                        }
                    }
                    if (status.has("unavailableReplicas")) {
                        status.put("unavailableReplicas", EACH);
                    }
                    all.add(deployment);
                }
                case "ReplicaSet" -> {
                    ObjectNode set = (ObjectNode) renamed(each, scenario, namespace, old, name, "");
                    set.withObjectProperty("spec").put("replicas", EACH);
                    ObjectNode status = set.withObjectProperty("status").put("replicas", EACH);
                    if (status.has("readyReplicas")) {
                        status.put("readyReplicas", EACH).put("availableReplicas", EACH);
                    }
                    all.add(set);
                }
                case "Event" -> {
                    if (each.at("/involvedObject/kind").asText().equals("Pod")
                            && each.at("/involvedObject/name").asText().equals(pod)) {
                        for (int i = 0; i < EACH; i++) {
                            all.add(renamed(each, scenario, namespace, old, name, "-" + i));
                        }
                    }
                }
                default -> {}
            }
        }
    }

    /** Names and uids that no other copy has. */
    private static JsonNode renamed(
            JsonNode object, String scenario, String namespace, String old, String name, String suffix) {
        try {
            ObjectNode copy = (ObjectNode) Json.read(Json.write(object)
                    .replace("\"" + scenario + "\"", "\"" + namespace + "\"")
                    .replace(old + "-", name + "-")
                    .replace("\"" + old + "\"", "\"" + name + "\""));
            ObjectNode metadata = copy.withObjectProperty("metadata");
            metadata.put("name", metadata.path("name").asText() + suffix);
            metadata.put(
                    "uid",
                    copy.path("kind").asText() + "-" + metadata.path("name").asText());
            metadata.path("ownerReferences").forEach(owner -> {
                ObjectNode its = (ObjectNode) owner;
                its.put(
                        "uid",
                        its.path("kind").asText() + "-" + its.path("name").asText());
            });
            if (copy.path("involvedObject") instanceof ObjectNode about) {
                about.put("name", about.path("name").asText() + suffix);
                about.put(
                        "uid",
                        about.path("kind").asText() + "-" + about.path("name").asText());
            }
            return copy;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
