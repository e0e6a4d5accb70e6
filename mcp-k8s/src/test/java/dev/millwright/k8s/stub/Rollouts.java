package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A cluster in which deployments roll out: a changed template makes a new replica set, its pods become ready after some
 * requests, then the old ones go. What a test finds broken in a template crashes instead, and the old pods stay.
 */
public final class Rollouts {
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String HASH = "pod-template-hash";

    private final int patience;
    private final Predicate<JsonNode> broken;
    private final Map<String, Integer> age = new HashMap<>();

    private Rollouts(int patience, Predicate<JsonNode> broken) {
        this.patience = patience;
        this.broken = broken;
    }

    /**
     * @param patience requests to the server before a new pod is ready
     * @param broken templates of pods that crash
     */
    public static StubApiServer on(StubApiServer server, int patience, Predicate<JsonNode> broken) {
        Rollouts rollouts = new Rollouts(patience, broken);
        return server.controllers(rollouts::step);
    }

    private void step(Objects objects) {
        for (ObjectNode each : List.copyOf(objects.all(Kinds.DEPLOYMENT))) {
            if (!each.at("/spec/paused").asBoolean() && !each.path("metadata").has("deletionTimestamp")) {
                roll(objects, each);
            }
        }
    }

    private static List<ObjectNode> ownedBy(Objects objects, Kind kind, JsonNode owner) {
        return objects.all(kind).stream()
                .filter(each -> each.at("/metadata/ownerReferences/0/uid")
                        .asText()
                        .equals(owner.at("/metadata/uid").asText()))
                .toList();
    }

    private static JsonNode template(JsonNode workload) {
        JsonNode template = workload.at("/spec/template").deepCopy();
        ((ObjectNode) template)
                .withObjectProperty("metadata")
                .withObjectProperty("labels")
                .remove(HASH);
        ((ObjectNode) template).withObjectProperty("metadata").remove("creationTimestamp");
        return template;
    }

    private static int revision(JsonNode object) {
        return object.at("/metadata/annotations").path(REVISION).asInt(0);
    }

    private void roll(Objects objects, ObjectNode deployment) {
        int wanted = deployment.at("/spec/replicas").asInt(1);
        List<ObjectNode> sets = ownedBy(objects, Kinds.REPLICA_SET, deployment);
        JsonNode template = template(deployment);
        ObjectNode newest = sets.stream()
                .filter(each -> template(each).equals(template))
                .findFirst()
                .orElseGet(() -> replicaSet(objects, deployment, template, sets));
        List<ObjectNode> pods = new ArrayList<>(ownedBy(objects, Kinds.POD, newest));
        while (pods.size() > wanted) {
            ObjectNode last = pods.removeLast();
            objects.vanish(Kinds.POD, namespace(last), name(last));
        }
        while (pods.size() < wanted) {
            pods.add(pod(objects, newest, template));
        }
        int ready = 0;
        for (ObjectNode each : pods) {
            ready += settled(objects, each, template) ? 1 : 0;
        }
        int old = 0;
        for (ObjectNode set : sets) {
            if (!name(set).equals(name(newest))) {
                for (ObjectNode each : ownedBy(objects, Kinds.POD, set)) {
                    if (ready == wanted) {
                        objects.vanish(Kinds.POD, namespace(each), name(each));
                    } else {
                        old++;
                    }
                }
                size(
                        objects,
                        set,
                        ready == wanted ? 0 : set.at("/spec/replicas").asInt());
            }
        }
        size(objects, newest, wanted);
        status(objects, deployment, revision(newest), wanted, ready, old);
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText();
    }

    private static ObjectNode owned(ObjectNode object, String name, ObjectNode owner) {
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", name).put("namespace", namespace(owner)).put("generation", 1);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", owner.path("apiVersion").asText())
                .put("kind", owner.path("kind").asText())
                .put("name", name(owner))
                .put("uid", owner.at("/metadata/uid").asText())
                .put("controller", true);
        return object;
    }

    private static ObjectNode replicaSet(
            Objects objects, ObjectNode deployment, JsonNode template, List<ObjectNode> sets) {
        int revision = sets.stream().mapToInt(Rollouts::revision).max().orElse(0) + 1;
        String hash = String.format("%08x", template.toString().hashCode());
        ObjectNode set = owned(Json.object(), name(deployment) + "-" + hash, deployment);
        set.withObjectProperty("metadata").putObject("annotations").put(REVISION, Integer.toString(revision));
        set.withObjectProperty("metadata")
                .set("labels", template.at("/metadata/labels").deepCopy());
        set.withObjectProperty("metadata").withObjectProperty("labels").put(HASH, hash);
        ObjectNode spec = set.putObject("spec").put("replicas", 0);
        spec.set("selector", deployment.at("/spec/selector").deepCopy());
        spec.withObjectProperty("selector").withObjectProperty("matchLabels").put(HASH, hash);
        spec.set("template", template.deepCopy());
        spec.withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels")
                .put(HASH, hash);
        return objects.load(Kinds.REPLICA_SET, set);
    }

    private ObjectNode pod(Objects objects, ObjectNode set, JsonNode template) {
        int number = 1;
        while (objects.find(Kinds.POD, namespace(set), name(set) + "-" + number).isPresent()) {
            number++;
        }
        ObjectNode pod = owned(Json.object(), name(set) + "-" + number, set);
        pod.withObjectProperty("metadata")
                .set("labels", set.at("/spec/template/metadata/labels").deepCopy());
        pod.set("spec", template.path("spec").deepCopy());
        pod.withObjectProperty("spec").put("nodeName", "node-1");
        pod.putObject("status").put("phase", "Pending");
        ObjectNode made = objects.load(Kinds.POD, pod);
        age.put(made.at("/metadata/uid").asText(), 0);
        return made;
    }

    /** A step older; only pods made here change. @return whether it is ready */
    private boolean settled(Objects objects, ObjectNode pod, JsonNode template) {
        String uid = pod.at("/metadata/uid").asText();
        if (age.containsKey(uid) && age.merge(uid, 1, Integer::sum) == patience + 1) {
            boolean crashes = broken.test(template);
            ObjectNode changed = pod.deepCopy();
            ObjectNode status = changed.putObject("status").put("phase", "Running");
            status.putArray("conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", crashes ? "False" : "True")
                    .put("lastTransitionTime", objects.now());
            var containers = status.putArray("containerStatuses");
            for (JsonNode each : changed.at("/spec/containers")) {
                ObjectNode container =
                        containers.addObject().put("name", each.path("name").asText());
                container.put("ready", !crashes).put("restartCount", crashes ? 3 : 0);
                if (crashes) {
                    container.putObject("state").putObject("waiting").put("reason", "CrashLoopBackOff");
                    container
                            .putObject("lastState")
                            .putObject("terminated")
                            .put("reason", "Error")
                            .put("exitCode", 1)
                            .put("finishedAt", objects.now());
                } else {
                    container.putObject("state").putObject("running").put("startedAt", objects.now());
                }
            }
            objects.mend(Kinds.POD, changed);
            return !crashes;
        }
        for (JsonNode each : pod.at("/status/conditions")) {
            if (each.path("type").asText().equals("Ready")) {
                return each.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static void size(Objects objects, ObjectNode set, int replicas) {
        if (set.at("/spec/replicas").asInt() != replicas) {
            objects.find(Kinds.REPLICA_SET, namespace(set), name(set)).ifPresent(stored -> {
                ObjectNode changed = stored.deepCopy();
                changed.withObjectProperty("spec").put("replicas", replicas);
                changed.withObjectProperty("status").put("replicas", replicas);
                objects.mend(Kinds.REPLICA_SET, changed);
            });
        }
    }

    private static void status(Objects objects, ObjectNode deployment, int revision, int wanted, int ready, int old) {
        ObjectNode changed = deployment.deepCopy();
        changed.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put(REVISION, Integer.toString(revision));
        ObjectNode status = changed.putObject("status")
                .put("observedGeneration", deployment.at("/metadata/generation").asLong(1))
                .put("replicas", wanted + old)
                .put("updatedReplicas", wanted)
                .put("readyReplicas", ready + old)
                .put("availableReplicas", ready + old)
                .put("unavailableReplicas", wanted - ready);
        boolean done = ready == wanted;
        var conditions = status.putArray("conditions");
        conditions
                .addObject()
                .put("type", "Available")
                .put("status", ready + old >= wanted ? "True" : "False")
                .put("reason", ready + old >= wanted ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable");
        conditions
                .addObject()
                .put("type", "Progressing")
                .put("status", "True")
                .put("reason", done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated");
        if (!changed.equals(deployment)) {
            objects.mend(Kinds.DEPLOYMENT, changed);
        }
    }
}
