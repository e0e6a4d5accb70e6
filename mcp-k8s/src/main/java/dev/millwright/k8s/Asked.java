package dev.millwright.k8s;

import dev.millwright.json.Schema;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads arguments, or says what would fit. */
final class Asked {
    private Asked() {}

    static Duration since(String text) {
        return Times.length(text)
                .orElseThrow(() -> ToolException.invalidInput(
                        "/since must be a length of time like 90s, 15m, 1h30m or 2d, got " + text));
    }

    static Selector selector(String text) {
        try {
            return Selector.parse(text);
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput("/selector " + e.getMessage());
        }
    }

    /**
     * Says of a namespace in which nothing was found that there is none of that name, where that is so.
     *
     * @throws ToolException {@code NOT_FOUND}
     */
    static void checkExists(Cluster cluster, String namespace) {
        try {
            if (cluster.get(Kinds.NAMESPACE, Optional.empty(), namespace).isEmpty()) {
                throw ToolException.notFound(
                        "/namespace: the cluster has no namespace " + namespace + nearest(cluster, namespace));
            }
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            // It may be there: that nothing was found is all that can be said.
        }
    }

    private static String nearest(Cluster cluster, String namespace) {
        try {
            List<String> names = cluster.list(Kinds.NAMESPACE, ListQuery.in(Optional.empty())).items().stream()
                    .map(each -> each.at("/metadata/name").asText())
                    .toList();
            return Schema.nearest(namespace, names)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("");
        } catch (ApiError e) {
            return "";
        }
    }

    /** What to say where all namespaces were asked for and the tenant reaches only some; empty where it reaches all. */
    static List<String> onlyPart(Clusters clusters, Call call, String namespace) {
        List<String> reached = clusters.reach(call.tenant()).namespaces();
        return reached.isEmpty()
                ? List.of()
                : List.of("looked at " + namespace + " only: the tenant reaches " + String.join(", ", reached));
    }
}
