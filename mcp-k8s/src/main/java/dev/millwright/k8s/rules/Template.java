package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.model.K8sObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The pod template of a workload.
 *
 * @param at where it stands, as in {@code /spec/template}; empty for a pod, which is its own
 */
record Template(K8sObject workload, String at) {
    static Optional<Template> of(K8sObject workload) {
        return switch (workload.kind()) {
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job" ->
                Optional.of(new Template(workload, "/spec/template"));
            case "CronJob" -> Optional.of(new Template(workload, "/spec/jobTemplate/spec/template"));
            case "Pod" -> Optional.of(new Template(workload, ""));
            default -> Optional.empty();
        };
    }

    /** Whether it may be changed: that of a job or a pod may not. */
    boolean changeable() {
        return !workload.kind().equals("Pod") && !workload.kind().equals("Job");
    }

    Map<String, String> labels() {
        return workload.texts(at + "/metadata/labels");
    }

    JsonNode spec() {
        return workload.json().at(at + "/spec");
    }

    List<JsonNode> containers() {
        return StreamSupport.stream(spec().path("containers").spliterator(), false)
                .toList();
    }
}
