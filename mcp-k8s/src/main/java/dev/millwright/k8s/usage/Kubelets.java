package dev.millwright.k8s.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kubelets' own figures, through the API server's proxy: {@code /stats/summary}. */
public final class Kubelets {
    /** Each node is a call. */
    private static final int MOST_NODES = 25;

    private final Cluster cluster;
    private final List<String> missing = new ArrayList<>();

    public Kubelets(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Summaries by node; of those that cannot be reached {@link #missing} tells. */
    public Map<String, JsonNode> of(Collection<String> nodes) {
        Map<String, JsonNode> summaries = new LinkedHashMap<>();
        List<String> asked =
                nodes.stream().filter(each -> !each.isEmpty()).distinct().toList();
        for (String node : asked) {
            if (summaries.size() + missing.size() >= MOST_NODES) {
                missing.add("get nodes/proxy: only %d of %d nodes were asked".formatted(MOST_NODES, asked.size()));
                break;
            }
            of(node).ifPresent(summary -> summaries.put(node, summary));
        }
        return summaries;
    }

    private Optional<JsonNode> of(String node) {
        try {
            return Optional.of(cluster.json("/api/v1/nodes/" + Kind.escape(node) + "/proxy/stats/summary"));
        } catch (ApiError e) {
            String why = e.isForbidden() ? "forbidden" : e.getMessage();
            missing.add("get nodes/proxy of " + node + ": " + why);
            return Optional.empty();
        }
    }

    /** What could not be read, and why. */
    public List<String> missing() {
        return List.copyOf(missing);
    }
}
