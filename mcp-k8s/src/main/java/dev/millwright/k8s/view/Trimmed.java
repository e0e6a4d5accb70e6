package dev.millwright.k8s.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.mask.Mask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Objects as they are shown: masked, without what the API server keeps for itself, without what is empty. */
public final class Trimmed {
    /** What the API server fills in where nothing is said; Kubernetes API reference 1.36, "PodSpec" and others. */
    private static final Set<String> DEFAULTS = Set.of(
            "terminationMessagePath=\"/dev/termination-log\"",
            "terminationMessagePolicy=\"File\"",
            "dnsPolicy=\"ClusterFirst\"",
            "schedulerName=\"default-scheduler\"",
            "restartPolicy=\"Always\"",
            "terminationGracePeriodSeconds=30",
            "enableServiceLinks=true",
            "preemptionPolicy=\"PreemptLowerPriority\"",
            "priority=0",
            "protocol=\"TCP\"",
            "successThreshold=1",
            "scheme=\"HTTP\"",
            "defaultMode=420",
            "revisionHistoryLimit=10",
            "progressDeadlineSeconds=600",
            "sessionAffinity=\"None\"",
            "internalTrafficPolicy=\"Cluster\"",
            "ipFamilyPolicy=\"SingleStack\"",
            "serviceAccount=\"default\"",
            "serviceAccountName=\"default\"");

    private Trimmed() {}

    /** Masked, and all but the API server's own books and what is empty. */
    public static JsonNode whole(JsonNode object) {
        JsonNode shown = Mask.object(object);
        if (shown.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
            metadata.remove("selfLink");
        }
        return emptied(shown, false);
    }

    /** As {@link #whole}, without what nobody wrote: defaults, and what is only of use to programs. */
    public static JsonNode brief(JsonNode object) {
        JsonNode shown = Mask.object(object);
        if (shown.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(
                    List.of("managedFields", "selfLink", "uid", "resourceVersion", "generation", "generateName"));
        }
        if (shown.path("spec") instanceof ObjectNode spec
                && shown.path("kind").asText().equals("Pod")) {
            injected(spec);
        }
        return emptied(shown, true);
    }

    /** The volume of the service account's token and the two tolerations that every pod gets. */
    private static void injected(ObjectNode spec) {
        without(spec.path("volumes"), each -> each.path("name").asText().startsWith("kube-api-access-"));
        for (String containers : List.of("containers", "initContainers")) {
            for (JsonNode each : spec.path(containers)) {
                without(
                        each.path("volumeMounts"),
                        mount -> mount.path("name").asText().startsWith("kube-api-access-"));
            }
        }
        without(
                spec.path("tolerations"),
                each -> each.path("tolerationSeconds").asInt() == 300
                        && each.path("key").asText().startsWith("node.kubernetes.io/"));
    }

    private static void without(JsonNode array, Predicate<JsonNode> unwanted) {
        if (array instanceof ArrayNode items) {
            for (int i = items.size() - 1; i >= 0; i--) {
                if (unwanted.test(items.get(i))) {
                    items.remove(i);
                }
            }
        }
    }

    private static JsonNode emptied(JsonNode node, boolean defaults) {
        if (node instanceof ObjectNode object) {
            List<String> unwanted = new ArrayList<>();
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                JsonNode value = emptied(each.getValue(), defaults);
                boolean empty =
                        value.isNull() || value.isContainerNode() && value.isEmpty() && !saysSomething(each.getKey());
                if (empty
                        || defaults
                                && value.isValueNode()
                                && DEFAULTS.contains(each.getKey() + "=" + Json.write(value))) {
                    unwanted.add(each.getKey());
                }
            }
            object.remove(unwanted);
        } else if (node.isArray()) {
            node.forEach(each -> emptied(each, defaults));
        }
        return node;
    }

    /** Where being empty means all or nothing of something. */
    private static boolean saysSomething(String member) {
        return member.equals("emptyDir")
                || member.endsWith("elector")
                || member.equals("ingress")
                || member.equals("egress")
                || member.equals("from")
                || member.equals("to");
    }
}
