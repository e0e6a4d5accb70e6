package dev.millwright.k8s;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Call;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Namespaces and workloads that begin with what a person typed. */
final class Places {
    private static final int MOST = 100;
    private static final List<Kind> WORKLOADS = List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET);

    private final Clusters clusters;

    Places(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Values for the arguments {@code namespace} and {@code name}; none for others. */
    List<String> complete(String argument, String typed, Call call) throws Exception {
        return switch (argument) {
            case "namespace" ->
                clusters.use(call, Optional.empty(), cluster -> names(namespaces(cluster, call), typed));
            case "name" -> clusters.use(call, Optional.empty(), cluster -> names(workloads(cluster, call), typed));
            default -> List.of();
        };
    }

    private static List<String> names(Stream<String> all, String typed) {
        return all.filter(each -> each.startsWith(typed))
                .distinct()
                .sorted()
                .limit(MOST)
                .toList();
    }

    private Stream<String> namespaces(Cluster cluster, Call call) {
        K8sReach reach = clusters.reach(call.tenant());
        List<String> exact = exact(reach);
        if (!reach.namespaces().isEmpty() && exact.size() == reach.namespaces().size()) {
            return exact.stream();
        }
        return listed(cluster, Kinds.NAMESPACE, Optional.empty()).filter(reach::reaches);
    }

    private static List<String> exact(K8sReach reach) {
        return reach.namespaces().stream().filter(each -> !each.contains("*")).toList();
    }

    /** A prompt's arguments are completed one by one, so the workloads are those of every namespace that is reached. */
    private Stream<String> workloads(Cluster cluster, Call call) {
        K8sReach reach = clusters.reach(call.tenant());
        List<Optional<String>> where = reach.namespaces().isEmpty()
                ? List.of(Optional.empty())
                : exact(reach).stream().map(Optional::of).toList();
        return where.stream()
                .flatMap(namespace -> WORKLOADS.stream().flatMap(kind -> listed(cluster, kind, namespace)));
    }

    private static Stream<String> listed(Cluster cluster, Kind kind, Optional<String> namespace) {
        return cluster.list(kind, ListQuery.in(namespace)).items().stream()
                .map(each -> each.at("/metadata/name").asText());
    }
}
