package dev.millwright.k8s.rules;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.diagnose.Difference;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The newest replica set of a deployment and the one before it: what the last change was, and how to take it back. */
record Revisions(K8sObject deployment, K8sObject newest, Optional<K8sObject> previous) {
    private static final String REVISION = "deployment.kubernetes.io/revision";

    /**
     * One field that differs.
     *
     * @param at JSON pointer in the deployment
     */
    record Change(String at, String before, String after) {}

    static Optional<Revisions> of(State state, K8sObject deployment) {
        List<K8sObject> sets = state.ownedBy(deployment).stream()
                .filter(each -> each.kind().equals("ReplicaSet"))
                .sorted(Comparator.comparing(Revisions::revision).reversed())
                .toList();
        return sets.isEmpty()
                ? Optional.empty()
                : Optional.of(new Revisions(
                        deployment, sets.getFirst(), sets.stream().skip(1).findFirst()));
    }

    static long revision(K8sObject set) {
        String number = set.annotations().getOrDefault(REVISION, "0");
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
    }

    /** The fields that the newest revision changed. */
    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (JsonNode each : back()) {
            String at = each.path("path").asText();
            changes.add(new Change(
                    at, show(each.path("value")), show(deployment.json().at(at))));
        }
        return changes;
    }

    /** The patch of those fields alone that makes them what they were; empty without a previous revision or a change. */
    Optional<Fix> undo() {
        ArrayNode operations = back();
        boolean served = previous.filter(each -> each.number("/status/readyReplicas", 0) > 0)
                .isPresent();
        return operations.isEmpty()
                ? Optional.empty()
                : Optional.of(Fix.patch(
                        served ? Fix.Risk.LOW : Fix.Risk.MEDIUM,
                        "Undo: back to revision " + revision(previous.orElseThrow())
                                + (served ? ", which still serves" : ""),
                        deployment,
                        operations));
    }

    /** From the template as it is to that of the previous revision. */
    private ArrayNode back() {
        if (previous.isEmpty()) {
            return Json.array();
        }
        JsonNode before = previous.get().json().at("/spec/template").deepCopy();
        if (before.at("/metadata/labels") instanceof ObjectNode labels) {
            labels.remove("pod-template-hash");
        }
        return Difference.patch(Difference.between(
                JsonPointer.compile("/spec/template"), deployment.json().at("/spec/template"), before));
    }

    private static String show(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.isTextual() ? value.textValue() : Json.write(value);
    }
}
