package dev.millwright.k8s.fix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.tool.ToolException;

/**
 * How many replicas a workload has, by its scale subresource (Kubernetes API, {@code autoscaling/v1 Scale}): nothing else
 * of it can be touched, and custom kinds may have one. Set only in the state that was read.
 */
public final class Scale {
    /** Attempts while nothing but the status of the workload changes under us. */
    private static final int ATTEMPTS = 5;

    private final Cluster cluster;
    private final Kind kind;
    private K8sObject workload;
    private final int replicas;

    private Scale(Cluster cluster, Kind kind, K8sObject workload, int replicas) {
        this.cluster = cluster;
        this.kind = kind;
        this.workload = workload;
        this.replicas = replicas;
    }

    /**
     * Of a workload that was just read; of a custom kind its scale is read, too.
     *
     * @throws ToolException {@code INVALID_INPUT} for a kind that has none
     */
    public static Scale of(Cluster cluster, Kind kind, K8sObject workload) {
        if (Workloads.SCALABLE.contains(kind)) {
            return new Scale(cluster, kind, workload, workload.number("/spec/replicas", 1));
        }
        try {
            String path = kind.path(workload.ref().namespace(), workload.name()) + "/scale";
            return new Scale(
                    cluster,
                    kind,
                    workload,
                    cluster.json(path).at("/spec/replicas").asInt());
        } catch (ApiError e) {
            if (e.isNotFound()) {
                throw ToolException.invalidInput(
                        "/kind %s has no scale subresource: its replicas are for its controller to set"
                                .formatted(kind.resource()));
            }
            throw e;
        }
    }

    public int replicas() {
        return replicas;
    }

    /**
     * Has the API server try it, then sets it unless that is all that was wanted. Who may not write the subresource of a
     * built-in kind, but may patch the workload, patches it.
     *
     * @throws ToolException {@code CONFLICT} when the workload has changed since it was read, or another number would
     *     come of it
     */
    public void set(int wanted, boolean dryRun) {
        try {
            write(wanted, Write.DRY_RUN);
        } catch (ApiError e) {
            if (!Workloads.SCALABLE.contains(kind)
                    || !e.isForbidden()
                    || e.reason().equals("OutOfReach")) {
                throw e;
            }
            Edit edit = Edit.of(
                    cluster,
                    kind,
                    workload,
                    workload.json().at("/spec/replicas").isMissingNode()
                            ? Fix.add("/spec/replicas", wanted)
                            : Fix.replace("/spec/replicas", wanted));
            edit.dryRun();
            if (!dryRun) {
                edit.apply();
            }
            return;
        }
        if (!dryRun) {
            write(wanted, Write.FOR_REAL);
        }
    }

    private void write(int wanted, Write write) {
        JsonNode got = sent(wanted, write);
        int set = got.at("/spec/replicas").asInt();
        if (set != wanted) {
            throw ToolException.conflict("%s %s has %d replicas, not %d: an admission webhook changes the number"
                    .formatted(
                            write.dryRun() ? "it would come to nothing:" : "it was changed, but",
                            workload.ref(),
                            set,
                            wanted));
        }
    }

    private JsonNode sent(int wanted, Write write) {
        for (int attempt = 1; ; attempt++) {
            ObjectNode scale = Json.object().put("apiVersion", "autoscaling/v1").put("kind", "Scale");
            scale.putObject("metadata")
                    .put("name", workload.name())
                    .put("namespace", workload.namespace())
                    .put("resourceVersion", workload.resourceVersion());
            scale.putObject("spec").put("replicas", wanted);
            try {
                return cluster.scale(kind, workload.ref().namespace(), workload.name(), scale, write);
            } catch (ApiError e) {
                if (!e.isConflict()) {
                    throw e;
                }
                again(attempt);
            }
        }
    }

    /** With the version that is there now, where it is still the workload that was read, but for its status. */
    private void again(int attempt) {
        K8sObject now = Edit.read(cluster, kind, workload.ref())
                .orElseThrow(() -> ToolException.notFound(workload.ref() + " is gone"));
        if (attempt == ATTEMPTS
                || !now.uid().equals(workload.uid())
                || !Fix.Change.revision(now).equals(Fix.Change.revision(workload))) {
            throw ToolException.conflict(workload.ref() + " has changed since it was read; nothing was changed");
        }
        workload = now;
    }
}
