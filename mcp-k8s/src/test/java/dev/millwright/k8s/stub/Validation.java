package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The checks of the API server that a repair runs into: unknown fields, what cannot be changed, requests above limits. */
final class Validation {
    private static final Set<String> TOP = Set.of("apiVersion", "kind", "metadata", "spec", "status");
    /** Members besides the usual ones; kinds that are not here and have no spec are not looked at. */
    private static final Map<Kind, Set<String>> MORE = Map.of(
            Kinds.CONFIG_MAP, Set.of("data", "binaryData", "immutable"),
            Kinds.SECRET, Set.of("data", "stringData", "type", "immutable"));

    private static final Set<Kind> WITH_SPEC = Set.of(
            Kinds.POD,
            Kinds.SERVICE,
            Kinds.DEPLOYMENT,
            Kinds.STATEFUL_SET,
            Kinds.DAEMON_SET,
            Kinds.REPLICA_SET,
            Kinds.JOB,
            Kinds.CRON_JOB,
            Kinds.INGRESS,
            Kinds.CLAIM,
            Kinds.NETWORK_POLICY,
            Kinds.AUTOSCALER,
            Kinds.DISRUPTION_BUDGET,
            Kinds.QUOTA);

    private static final Set<String> DEPLOYMENT = Set.of(
            "replicas",
            "selector",
            "template",
            "strategy",
            "minReadySeconds",
            "revisionHistoryLimit",
            "paused",
            "progressDeadlineSeconds");

    private static final Set<String> CONTAINER = Set.of(
            "name",
            "image",
            "command",
            "args",
            "workingDir",
            "ports",
            "envFrom",
            "env",
            "resources",
            "resizePolicy",
            "restartPolicy",
            "restartPolicyRules",
            "volumeMounts",
            "volumeDevices",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle",
            "terminationMessagePath",
            "terminationMessagePolicy",
            "imagePullPolicy",
            "securityContext",
            "stdin",
            "stdinOnce",
            "tty");

    private Validation() {}

    /** Path of the first field that the type does not have; empty text where all is known. */
    static String unknown(Kind kind, JsonNode object) {
        Set<String> more = MORE.getOrDefault(kind, Set.of());
        if (more.isEmpty() && !WITH_SPEC.contains(kind)) {
            return "";
        }
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (!TOP.contains(each.getKey()) && !more.contains(each.getKey())) {
                return each.getKey();
            }
        }
        if (kind.equals(Kinds.DEPLOYMENT)) {
            for (Map.Entry<String, JsonNode> each : object.path("spec").properties()) {
                if (!DEPLOYMENT.contains(each.getKey())) {
                    return "spec." + each.getKey();
                }
            }
        }
        String at = podSpec(kind);
        for (String list : List.of("containers", "initContainers")) {
            JsonNode containers = object.at(at).path(list);
            for (int i = 0; i < containers.size(); i++) {
                for (Map.Entry<String, JsonNode> each : containers.get(i).properties()) {
                    if (!CONTAINER.contains(each.getKey()) && !each.getKey().startsWith("$")) {
                        return at.substring(1).replace('/', '.') + "." + list + "[" + i + "]." + each.getKey();
                    }
                }
            }
        }
        return "";
    }

    private static String podSpec(Kind kind) {
        return kind.equals(Kinds.POD)
                ? "/spec"
                : kind.equals(Kinds.CRON_JOB) ? "/spec/jobTemplate/spec/template/spec" : "/spec/template/spec";
    }

    /** Refuses what the server refuses of an object that is new or changed. */
    static void check(Kind kind, JsonNode before, JsonNode after) {
        String name = after.at("/metadata/name").asText();
        String at = podSpec(kind);
        JsonNode containers = after.at(at).path("containers");
        for (int i = 0; i < containers.size(); i++) {
            String field = at.substring(1).replace('/', '.') + ".containers[" + i + "]";
            JsonNode resources = containers.get(i).path("resources");
            for (Map.Entry<String, JsonNode> request :
                    resources.path("requests").properties()) {
                JsonNode limit = resources.path("limits").path(request.getKey());
                if (!limit.isMissingNode() && quantity(kind, request.getValue()).compareTo(quantity(kind, limit)) > 0) {
                    throw Refusal.invalid(
                            kind,
                            name,
                            field + ".resources.requests",
                            "Invalid value: \"%s\": must be less than or equal to %s limit of %s"
                                    .formatted(request.getValue().asText(), request.getKey(), limit.asText()));
                }
            }
            if (!containers.get(i).hasNonNull("name")) {
                throw Refusal.invalid(kind, name, field + ".name", "Required value");
            }
        }
        if (Set.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.REPLICA_SET)
                .contains(kind)) {
            for (Map.Entry<String, JsonNode> each :
                    after.at("/spec/selector/matchLabels").properties()) {
                if (!after.at("/spec/template/metadata/labels")
                        .path(each.getKey())
                        .equals(each.getValue())) {
                    throw Refusal.invalid(
                            kind,
                            name,
                            "spec.template.metadata.labels",
                            "Invalid value: %s: `selector` does not match template `labels`"
                                    .formatted(Json.write(after.at("/spec/template/metadata/labels"))));
                }
            }
        }
        if (!before.isEmpty()) {
            changed(kind, name, before, after);
        }
    }

    private static Quantity quantity(Kind kind, JsonNode json) {
        return Quantity.of(json)
                .orElseThrow(() -> Refusal.badRequest(
                        "%s in version \"%s\" cannot be handled as a %s: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
                                .formatted(kind.name(), kind.version(), kind.name())));
    }

    private static void changed(Kind kind, String name, JsonNode before, JsonNode after) {
        if (Set.of(Kinds.DEPLOYMENT, Kinds.DAEMON_SET, Kinds.REPLICA_SET, Kinds.JOB)
                .contains(kind)) {
            immutable(kind, name, before, after, "/spec/selector");
        }
        if (kind.equals(Kinds.JOB)) {
            immutable(kind, name, before, after, "/spec/template");
        }
        if (kind.equals(Kinds.POD) && !podBesides(before).equals(podBesides(after))) {
            throw Refusal.invalid(
                    kind,
                    name,
                    "spec",
                    "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to"
                            + " existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
                            + " previously negative)");
        }
        if (kind.equals(Kinds.STATEFUL_SET) && !without(before, STATEFUL).equals(without(after, STATEFUL))) {
            throw Refusal.invalid(
                    kind,
                    name,
                    "spec",
                    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden");
        }
        if (kind.equals(Kinds.CLAIM)
                && !without(before, Set.of("resources", "volumeAttributesClassName", "volumeName"))
                        .equals(without(after, Set.of("resources", "volumeAttributesClassName", "volumeName")))) {
            throw Refusal.invalid(
                    kind,
                    name,
                    "spec",
                    "Forbidden: spec is immutable after creation except resources.requests and"
                            + " volumeAttributesClassName for bound claims");
        }
        if (Set.of(Kinds.CONFIG_MAP, Kinds.SECRET).contains(kind)
                && before.path("immutable").asBoolean()
                && !before.path("data").equals(after.path("data"))) {
            throw Refusal.invalid(kind, name, "data", "Forbidden: field is immutable when `immutable` is set");
        }
    }

    private static final Set<String> STATEFUL = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private static void immutable(Kind kind, String name, JsonNode before, JsonNode after, String pointer) {
        if (!before.at(pointer).equals(after.at(pointer))) {
            throw Refusal.invalid(
                    kind,
                    name,
                    pointer.substring(1).replace('/', '.'),
                    "Invalid value: %s: field is immutable".formatted(Json.write(after.at(pointer))));
        }
    }

    private static JsonNode without(JsonNode object, Set<String> members) {
        return object.path("spec") instanceof ObjectNode spec ? spec.deepCopy().without(members) : Json.object();
    }

    private static JsonNode podBesides(JsonNode pod) {
        ObjectNode spec = (ObjectNode) without(
                pod, Set.of("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"));
        for (String list : List.of("containers", "initContainers")) {
            spec.path(list).forEach(each -> ((ObjectNode) each).remove("image"));
        }
        return spec;
    }
}
