package dev.millwright.k8s.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.model.Times;
import dev.millwright.mask.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Objects as rows: what says most about their kind. */
public final class Table {
    private static final int LONGEST = 160;

    private record Column(String title, Function<K8sObject, String> value) {}

    private final List<Column> columns;

    private Table(List<Column> columns) {
        this.columns = columns;
    }

    /** @param across whether rows are of several namespaces */
    public static Table of(Kind kind, boolean across, Instant now) {
        List<Column> columns = new ArrayList<>();
        if (across && kind.namespaced()) {
            columns.add(new Column("namespace", K8sObject::namespace));
        }
        if (!kind.name().equals("Event")) {
            columns.add(new Column("name", K8sObject::name));
        }
        columns.addAll(ofKind(kind.name(), now));
        if (!kind.name().equals("Event")) {
            columns.add(new Column("age", each -> age(each.created(), now)));
        }
        return new Table(columns);
    }

    /** Columns the caller names: {@code TITLE:PATH}, or a path. @throws IllegalArgumentException for what is no path */
    public static Table of(List<String> wanted) {
        List<Column> columns = new ArrayList<>();
        for (String each : wanted) {
            int colon = each.indexOf(':');
            boolean titled = colon > 0 && each.substring(0, colon).matches("[A-Za-z0-9 _-]+");
            Projection path = Projection.of(titled ? each.substring(colon + 1) : each);
            columns.add(new Column(
                    titled ? each.substring(0, colon) : path.steps().getLast(),
                    object -> Projection.line(path.in(object.json()))));
        }
        return new Table(columns);
    }

    public List<String> titles() {
        return columns.stream().map(Column::title).toList();
    }

    /** @param object masked */
    public List<String> row(K8sObject object) {
        return columns.stream()
                .map(each -> clip(SecretText.text(each.value().apply(object))))
                .toList();
    }

    private static String clip(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 2) + " …";
    }

    private static List<Column> ofKind(String kind, Instant now) {
        return switch (kind) {
            case "Pod" ->
                List.of(
                        column("ready", each -> {
                            List<Container> all = new Pod(each)
                                    .containers().stream()
                                            .filter(one -> one.role() == Container.Role.MAIN
                                                    || one.role() == Container.Role.SIDECAR)
                                            .toList();
                            return all.stream().filter(Container::ready).count() + "/" + all.size();
                        }),
                        column("status", each -> PodWord.of(new Pod(each))),
                        column("restarts", each -> String.valueOf(PodWord.restarts(new Pod(each)))),
                        column("node", each -> each.text("/spec/nodeName")));
            case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController" ->
                List.of(
                        column(
                                "ready",
                                each -> each.number("/status/readyReplicas", 0) + "/"
                                        + each.number("/spec/replicas", 1)),
                        column("images", Table::images));
            case "DaemonSet" ->
                List.of(
                        column(
                                "ready",
                                each -> each.number("/status/numberReady", 0) + "/"
                                        + each.number("/status/desiredNumberScheduled", 0)),
                        column("images", Table::images));
            case "Job" ->
                List.of(
                        column(
                                "done",
                                each -> each.number("/status/succeeded", 0) + "/"
                                        + each.number("/spec/completions", 1)),
                        column("failed", each -> String.valueOf(each.number("/status/failed", 0))));
            case "CronJob" ->
                List.of(
                        path("schedule", "spec.schedule"),
                        path("suspended", "spec.suspend"),
                        column("last", each -> age(Times.of(each.json().at("/status/lastScheduleTime")), now)));
            case "Service" ->
                List.of(
                        path("type", "spec.type"),
                        path("ip", "spec.clusterIP"),
                        column(
                                "ports",
                                each -> each.items("/spec/ports").stream()
                                        .map(port -> port.path("port").asText() + ">"
                                                + port.path("targetPort")
                                                        .asText(port.path("port")
                                                                .asText()))
                                        .collect(Collectors.joining(","))),
                        column(
                                "selector",
                                each -> Selector.ofLabels(each.json().at("/spec/selector"))
                                        .toString()));
            case "Ingress" ->
                List.of(
                        path("class", "spec.ingressClassName"),
                        path("hosts", "spec.rules[*].host"),
                        column(
                                "backends",
                                each -> each.json().at("/spec").findValues("service").stream()
                                        .map(one -> one.path("name").asText())
                                        .distinct()
                                        .collect(Collectors.joining(","))));
            case "PersistentVolumeClaim" ->
                List.of(
                        path("status", "status.phase"),
                        path("volume", "spec.volumeName"),
                        path("size", "spec.resources.requests.storage"),
                        path("class", "spec.storageClassName"));
            case "PersistentVolume" ->
                List.of(
                        path("status", "status.phase"),
                        path("size", "spec.capacity.storage"),
                        path("claim", "spec.claimRef.name"),
                        path("class", "spec.storageClassName"));
            case "Node" ->
                List.of(
                        column(
                                "ready",
                                each -> each.condition("Ready")
                                        .map(ready -> ready.status())
                                        .orElse("Unknown")),
                        path("unschedulable", "spec.unschedulable"),
                        path("version", "status.nodeInfo.kubeletVersion"));
            case "HorizontalPodAutoscaler" ->
                List.of(
                        path("target", "spec.scaleTargetRef.name"),
                        column(
                                "replicas",
                                each -> "%d of %d..%d"
                                        .formatted(
                                                each.number("/status/currentReplicas", 0),
                                                each.number("/spec/minReplicas", 1),
                                                each.number("/spec/maxReplicas", 0))));
            case "Event" ->
                List.of(
                        column("last", each -> age(Event.of(each.json()).last(), now)),
                        column("reason", each -> Event.of(each.json()).reason()),
                        column("object", each -> Event.of(each.json()).object().brief()),
                        column(
                                "count",
                                each -> String.valueOf(Event.of(each.json()).count())),
                        column("message", each -> Event.of(each.json()).message()));
            case "ConfigMap" -> List.of(column("keys", each -> keys(each.json().path("data"))));
            case "Secret" ->
                List.of(
                        path("type", "type"),
                        column("keys", each -> keys(each.json().path("data"))));
            case "Namespace" -> List.of(path("status", "status.phase"));
            default ->
                List.of(column(
                        "ready",
                        each -> each.condition("Ready")
                                .or(() -> each.condition("Available"))
                                .map(found -> found.status())
                                .orElse("-")));
        };
    }

    private static Column column(String title, Function<K8sObject, String> value) {
        return new Column(title, value);
    }

    private static Column path(String title, String path) {
        Projection projection = Projection.of(path);
        return new Column(title, each -> Projection.line(projection.in(each.json())));
    }

    private static String images(K8sObject workload) {
        return Projection.line(
                Projection.of("spec.template.spec.containers[*].image").in(workload.json()));
    }

    private static String keys(JsonNode data) {
        return StreamSupport.stream(((Iterable<String>) data::fieldNames).spliterator(), false)
                .collect(Collectors.joining(","));
    }

    private static String age(Optional<Instant> since, Instant now) {
        return since.map(at -> Times.ago(Duration.between(at, now))).orElse("-");
    }
}
