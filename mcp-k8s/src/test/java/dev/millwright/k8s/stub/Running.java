package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import java.util.List;
import java.util.function.Consumer;

/** A cluster in which things run: deployments become available, jobs end, as those of a release must to be waited for. */
public final class Running {
    /** What a name holds for the job, or the deployment, that never ends well. */
    public static final String BROKEN = "broken";

    private Running() {}

    public static StubApiServer on(StubApiServer server) {
        return server.controllers(objects -> {
            each(objects, Kinds.DEPLOYMENT, Running::deployed);
            each(objects, Kinds.JOB, Running::ended);
            each(objects, Kinds.CUSTOM_RESOURCE_DEFINITION, definition -> established(objects, definition));
        });
    }

    private static void each(Objects objects, Kind kind, Consumer<ObjectNode> change) {
        for (ObjectNode stored : List.copyOf(objects.all(kind))) {
            ObjectNode changed = stored.deepCopy();
            change.accept(changed);
            if (!changed.equals(stored)) {
                objects.mend(kind, changed);
            }
        }
    }

    private static void deployed(ObjectNode deployment) {
        int replicas = deployment.at("/metadata/name").asText().contains(BROKEN)
                ? 0
                : deployment.at("/spec/replicas").asInt(1);
        deployment
                .withObjectProperty("status")
                .put("observedGeneration", deployment.at("/metadata/generation").asLong(1))
                .put("replicas", replicas)
                .put("updatedReplicas", replicas)
                .put("readyReplicas", replicas)
                .put("availableReplicas", replicas);
    }

    private static void established(Objects objects, ObjectNode definition) {
        if (definition.at("/status/conditions").isMissingNode()) {
            definition
                    .withObjectProperty("status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Established")
                    .put("status", "True");
            for (JsonNode version : definition.at("/spec/versions")) {
                objects.serve(new Kind(
                        definition.at("/spec/group").asText(),
                        version.path("name").asText(),
                        definition.at("/spec/names/kind").asText(),
                        definition.at("/spec/names/plural").asText(),
                        definition.at("/spec/scope").asText().equals("Namespaced")));
            }
        }
    }

    private static void ended(ObjectNode job) {
        boolean failed = job.at("/metadata/name").asText().contains(BROKEN);
        if (job.at("/status/conditions").isMissingNode()) {
            job.withObjectProperty("status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", failed ? "Failed" : "Complete")
                    .put("status", "True");
        }
    }
}
