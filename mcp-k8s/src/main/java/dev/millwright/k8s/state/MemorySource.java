package dev.millwright.k8s.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Objects that are all here already, as those of a snapshot.
 *
 * <p>Whether these are all of a kind must be said: else nothing is known of what is not among them.
 */
public final class MemorySource implements Source {
    /** Which run of which container a log is of. */
    public record LogName(String namespace, String pod, String container, boolean previous) {}

    /** All objects of a kind that there are in a namespace; in all, or of a kind that is in none, where it is empty. */
    public record Whole(Kind kind, Optional<String> namespace) {}

    private final Map<Kind, List<K8sObject>> objects = new LinkedHashMap<>();
    private final Map<LogName, String> logs;
    private final Map<String, JsonNode> documents;
    private final Set<Whole> whole;
    private final Set<String> namespaces;
    private final Instant now;

    /** @param whole kinds of which all objects are here, also where there is none */
    public MemorySource(
            List<JsonNode> objects,
            List<Kind> whole,
            Map<LogName, String> logs,
            Map<String, JsonNode> documents,
            Instant now) {
        this(
                objects,
                whole.stream().map(kind -> new Whole(kind, Optional.empty())).collect(Collectors.toSet()),
                logs,
                documents,
                now);
    }

    /**
     * @param whole of what all objects are here, also where there is none
     * @param documents what else the API would answer, by path
     */
    public MemorySource(
            List<JsonNode> objects,
            Set<Whole> whole,
            Map<LogName, String> logs,
            Map<String, JsonNode> documents,
            Instant now) {
        for (JsonNode each : objects) {
            Kinds.of(each.path("apiVersion").asText(), each.path("kind").asText())
                    .or(() -> each.path("kind").asText().equals("Event") ? Optional.of(Kinds.EVENT) : Optional.empty())
                    .ifPresent(kind -> this.objects
                            .computeIfAbsent(kind, key -> new ArrayList<>())
                            .add(new K8sObject(each)));
        }
        this.logs = Map.copyOf(logs);
        this.documents = Map.copyOf(documents);
        this.whole = Set.copyOf(whole);
        this.now = now;
        this.namespaces = objects.stream()
                .map(each -> each.at("/metadata/namespace").asText())
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Listing list(Kind kind, Optional<String> namespace) {
        List<K8sObject> all = objects.getOrDefault(kind, List.of());
        return new Listing(
                namespace.isEmpty()
                        ? all
                        : all.stream()
                                .filter(each -> each.namespace().equals(namespace.get()))
                                .toList(),
                isWhole(kind, namespace)
                        ? Optional.empty()
                        : Optional.of(new Partial("list", kind.resource(), namespace, "not in the snapshot")));
    }

    private boolean isWhole(Kind kind, Optional<String> namespace) {
        if (whole.contains(new Whole(kind, Optional.empty()))) {
            return true;
        }
        Set<String> where = namespace.map(Set::of).orElse(namespaces);
        return kind.namespaced()
                && !where.isEmpty()
                && where.stream().allMatch(each -> whole.contains(new Whole(kind, Optional.of(each))));
    }

    /** Of all objects here. */
    public Set<String> namespaces() {
        return namespaces;
    }

    @Override
    public Optional<String> log(String namespace, String pod, String container, boolean previous) {
        return Optional.ofNullable(logs.get(new LogName(namespace, pod, container, previous)));
    }

    @Override
    public Optional<JsonNode> json(String path) {
        // What objects are here of is served, whether or not a document says so.
        return Optional.ofNullable(documents.get(path))
                .or(() -> objects.keySet().stream()
                        .filter(kind -> path.equals("/apis/" + kind.apiVersion()))
                        .findFirst()
                        .map(kind -> Json.object().put("groupVersion", kind.apiVersion())));
    }

    @Override
    public Instant now() {
        return now;
    }
}
