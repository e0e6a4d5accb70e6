package dev.millwright.k8s.reach;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Deletion;
import dev.millwright.k8s.api.Exec;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.LogQuery;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.api.Patch;
import dev.millwright.k8s.api.Tunnel;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.mask.Mask;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A cluster as far as a tenant reaches: refuses other namespaces, changes nothing in protected ones, and tells the
 * process the secrets that pass.
 */
final class Reached implements Cluster {
    private final Cluster cluster;
    private final K8sReach reach;
    private final Consumer<Collection<String>> hide;

    Reached(Cluster cluster, K8sReach reach, Consumer<Collection<String>> hide) {
        this.cluster = cluster;
        this.reach = reach;
        this.hide = hide;
    }

    @Override
    public String context() {
        return cluster.context();
    }

    @Override
    public List<Kind> kinds() {
        return cluster.kinds();
    }

    @Override
    public Page list(Kind kind, ListQuery query) {
        check("list", kind, query.namespace());
        Page page = cluster.list(kind, query);
        page.items().forEach(this::learn);
        return page;
    }

    @Override
    public Optional<JsonNode> get(Kind kind, Optional<String> namespace, String name) {
        check("get", kind, kind.equals(Kinds.NAMESPACE) ? Optional.of(name) : namespace);
        Optional<JsonNode> object = cluster.get(kind, namespace, name);
        object.ifPresent(this::learn);
        return object;
    }

    @Override
    public JsonNode json(String path) {
        return cluster.json(path);
    }

    @Override
    public String text(String path) {
        return cluster.text(path);
    }

    @Override
    public JsonNode create(Kind kind, Optional<String> namespace, JsonNode object, Write write) {
        checkChange("create", kind, namespace);
        return cluster.create(kind, namespace, object, write);
    }

    @Override
    public JsonNode replace(Kind kind, Optional<String> namespace, String name, JsonNode object, Write write) {
        checkChange("update", kind, namespace);
        return cluster.replace(kind, namespace, name, object, write);
    }

    @Override
    public JsonNode patch(Kind kind, Optional<String> namespace, String name, Patch patch, Write write) {
        checkChange("patch", kind, namespace);
        return cluster.patch(kind, namespace, name, patch, write);
    }

    @Override
    public void delete(Kind kind, Optional<String> namespace, String name, Deletion deletion) {
        checkChange("delete", kind, namespace);
        cluster.delete(kind, namespace, name, deletion);
    }

    @Override
    public Optional<String> logs(LogQuery query) {
        check("get", Kinds.POD, Optional.of(query.namespace()));
        return cluster.logs(query);
    }

    @Override
    public JsonNode await(
            Kind kind, Optional<String> namespace, String name, Predicate<JsonNode> condition, Duration patience)
            throws InterruptedException {
        check("watch", kind, namespace);
        return cluster.await(kind, namespace, name, condition, patience);
    }

    @Override
    public Exec.Ended exec(Exec exec) throws InterruptedException {
        checkChange("create", Kinds.POD, Optional.of(exec.namespace()));
        return cluster.exec(exec);
    }

    @Override
    public Tunnel forward(String namespace, String pod, int port) {
        check("create", Kinds.POD, Optional.of(namespace));
        return cluster.forward(namespace, pod, port);
    }

    private void learn(JsonNode object) {
        if (object.path("kind").asText().equals("Secret")) {
            hide.accept(Mask.valuesOf(object));
        }
    }

    private void check(String verb, Kind kind, Optional<String> namespace) {
        if (reach.namespaces().isEmpty() || (!kind.namespaced() && namespace.isEmpty())) {
            return;
        }
        if (namespace.isEmpty() || !reach.reaches(namespace.get())) {
            throw refused(
                    verb,
                    kind,
                    namespace,
                    "the tenant reaches only the namespaces " + String.join(", ", reach.namespaces()));
        }
    }

    private void checkChange(String verb, Kind kind, Optional<String> namespace) {
        check(verb, kind, namespace);
        if (namespace.filter(reach::protects).isPresent()) {
            throw refused(verb, kind, namespace, "the configuration protects this namespace (protected-namespaces)");
        }
        if (!kind.namespaced() && !reach.namespaces().isEmpty()) {
            throw refused(verb, kind, namespace, "the tenant changes nothing outside of its namespaces");
        }
    }

    private static ApiError refused(String verb, Kind kind, Optional<String> namespace, String why) {
        return new ApiError(
                403,
                "OutOfReach",
                verb + " " + kind.resource()
                        + namespace.map(each -> " in " + each).orElse(""),
                why,
                Optional.empty());
    }
}
