package dev.millwright.k8s.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.tool.ToolException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what containers use. */
public final class Meter {
    /** Where figures come from. */
    public enum Source {
        /** The metrics API, else the kubelets. */
        AUTO,
        METRICS,
        KUBELET
    }

    private final Cluster cluster;
    private final String namespace;
    private Source source;
    private final List<String> missing = new ArrayList<>();

    public Meter(Cluster cluster, String namespace, Source source) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.source = source;
    }

    /** Where the figures come from, known after the first reading. */
    public Source source() {
        return source;
    }

    public List<String> missing() {
        return List.copyOf(missing);
    }

    /** One reading of all containers of these pods. */
    public List<Sample> read(List<Pod> pods) {
        return switch (source) {
            case METRICS -> metrics();
            case KUBELET -> kubelet(pods);
            case AUTO -> {
                try {
                    List<Sample> samples = metrics();
                    source = Source.METRICS;
                    yield samples;
                } catch (ToolException e) {
                    missing.add("list pods.metrics.k8s.io in " + namespace + ": " + e.getMessage());
                    source = Source.KUBELET;
                    yield kubelet(pods);
                }
            }
        };
    }

    private List<Sample> metrics() {
        try {
            List<Sample> samples = new ArrayList<>();
            ListQuery query = ListQuery.in(Optional.of(namespace));
            for (JsonNode pod : cluster.list(Kinds.POD_METRICS, query).items()) {
                for (JsonNode each : pod.path("containers")) {
                    samples.add(new Sample(
                            pod.at("/metadata/name").asText(),
                            each.path("name").asText(),
                            Quantity.of(each.at("/usage/cpu")).orElse(Quantity.ZERO),
                            Quantity.of(each.at("/usage/memory")).orElse(Quantity.ZERO),
                            pod.path("timestamp").asText()));
                }
            }
            return samples;
        } catch (ApiError e) {
            if (e.isForbidden() || e.isNotFound() || e.code() == 503) {
                throw ToolException.unavailable(
                        e.isForbidden()
                                ? "forbidden"
                                : "the metrics API is not served; install metrics-server, or use source=kubelet");
            }
            throw e;
        }
    }

    private List<Sample> kubelet(List<Pod> pods) {
        Kubelets kubelets = new Kubelets(cluster);
        List<Sample> samples = new ArrayList<>();
        kubelets.of(pods.stream().map(Pod::nodeName).toList()).values().forEach(summary -> {
            for (JsonNode pod : summary.path("pods")) {
                if (pod.at("/podRef/namespace").asText().equals(namespace)) {
                    for (JsonNode each : pod.path("containers")) {
                        samples.add(new Sample(
                                pod.at("/podRef/name").asText(),
                                each.path("name").asText(),
                                new Quantity(BigDecimal.valueOf(
                                        each.at("/cpu/usageNanoCores").asLong(), 9)),
                                Quantity.of(each.at("/memory/workingSetBytes").asLong()),
                                each.at("/cpu/time").asText()));
                    }
                }
            }
        });
        kubelets.missing().stream().filter(each -> !missing.contains(each)).forEach(missing::add);
        return samples;
    }
}
