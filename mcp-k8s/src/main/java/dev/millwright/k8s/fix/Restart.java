package dev.millwright.k8s.fix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** A rolling restart: the pod template gets a new annotation, the workload's controller does the rest. */
public final class Restart {
    /** The one that {@code kubectl rollout restart} sets. */
    private static final String ANNOTATION = "kubectl.kubernetes.io/restartedAt";

    private Restart() {}

    /** @throws ToolException {@code CONFLICT} when the annotation would lead to nothing */
    public static void check(K8sObject workload) {
        if (workload.json().at("/spec/paused").asBoolean()) {
            throw ToolException.conflict(
                    workload.ref() + " is paused: a restart does nothing until it is resumed (spec.paused)");
        }
        if (workload.text("/spec/updateStrategy/type").equals("OnDelete")) {
            throw ToolException.conflict(workload.ref()
                    + " has updateStrategy OnDelete: its pods are replaced only when somebody deletes them");
        }
    }

    public static ArrayNode operations(K8sObject workload, Instant now) {
        String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
        JsonNode template = workload.json().at("/spec/template");
        if (!template.path("metadata").isObject()) {
            return Fix.add(
                    "/spec/template/metadata",
                    Json.object().set("annotations", Json.object().put(ANNOTATION, at)));
        } else if (!template.at("/metadata/annotations").isObject()) {
            return Fix.add("/spec/template/metadata/annotations", Json.object().put(ANNOTATION, at));
        }
        return Fix.add("/spec/template/metadata/annotations/" + Fix.escape(ANNOTATION), at);
    }

    /** Waits until a rollout is done or given up, or time is up; tells the client how far it is. */
    public static Rollout await(Call call, Cluster cluster, Kind kind, K8sObject workload, Duration patience)
            throws InterruptedException {
        JsonNode last = cluster.await(
                kind,
                Optional.of(workload.namespace()),
                workload.name(),
                now -> {
                    if (now.isMissingNode()) {
                        return true;
                    }
                    Rollout rollout = Rollout.of(new K8sObject(now));
                    if (rollout instanceof Rollout.Going going) {
                        call.progress(going.done(), going.total(), going.words());
                    }
                    return !(rollout instanceof Rollout.Going);
                },
                patience);
        return last.isMissingNode() ? new Rollout.Failed("it was deleted meanwhile") : Rollout.of(new K8sObject(last));
    }
}
