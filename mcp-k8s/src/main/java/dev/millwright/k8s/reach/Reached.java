package dev.millwright.k8s.reach;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Deletion;
import dev.millwright.k8s.api.Exec;
import dev.millwright.k8s.api.Kept;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.LogQuery;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.api.Patch;
import dev.millwright.k8s.api.Tunnel;
import dev.millwright.k8s.api.Watcher;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.mask.Mask;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cluster as far as a tenant reaches: refuses other namespaces, changes nothing in protected ones, and tells the
 * process the secrets that pass.
 *
 * <p>A list over all namespaces is one over those that are reached: one after the other, a page never of two.
 */
final class Reached implements Cluster {
    private static final Pattern IN_NAMESPACE = Pattern.compile("/namespaces/([^/?]+)");

    private final Cluster cluster;
    private final K8sReach reach;
    private final Consumer<Collection<String>> hide;
    private final Confided confided;
    private final Kept kept;
    private Optional<List<String>> namespaces = Optional.empty();

    /** @param kept makes of this what is kept of it */
    Reached(
            Cluster cluster,
            K8sReach reach,
            Consumer<Collection<String>> hide,
            Confided confided,
            Function<Cluster, Kept> kept) {
        this.cluster = cluster;
        this.reach = reach;
        this.hide = hide;
        this.confided = confided;
        this.kept = kept.apply(this);
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
    public synchronized List<String> namespaces() {
        if (namespaces.isEmpty()) {
            namespaces = Optional.of(reached());
        }
        return namespaces.get();
    }

    /** As they are configured; patterns are looked up among those there are, with as many list calls as that takes. */
    private List<String> reached() {
        if (reach.namespaces().stream().noneMatch(each -> each.indexOf('*') >= 0)) {
            return reach.namespaces().stream().distinct().sorted().toList();
        }
        Set<String> all = new TreeSet<>();
        ListQuery query = ListQuery.in(Optional.empty());
        Page page = cluster.list(Kinds.NAMESPACE, query);
        while (true) {
            page.items().forEach(each -> all.add(each.at("/metadata/name").asText()));
            if (page.next().isEmpty()) {
                break;
            }
            page = cluster.list(Kinds.NAMESPACE, query.after(page.next()));
        }
        all.removeIf(each -> !reach.reaches(each));
        if (all.isEmpty()) {
            throw refused(
                    "list",
                    Kinds.NAMESPACE,
                    Optional.empty(),
                    "no namespace matches what the tenant reaches: " + String.join(", ", reach.namespaces()));
        }
        return List.copyOf(all);
    }

    @Override
    public Page list(Kind kind, ListQuery query, Consumer<String> next) {
        Page page;
        if (kind.namespaced()
                && query.namespace().isEmpty()
                && !reach.namespaces().isEmpty()) {
            page = across(kind, query, next);
        } else {
            check("list", kind, query.namespace());
            page = cluster.list(kind, query, next);
        }
        if (kind.equals(Kinds.NAMESPACE) && !reach.namespaces().isEmpty()) {
            page = new Page(
                    page.items().stream()
                            .filter(each ->
                                    reach.reaches(each.at("/metadata/name").asText()))
                            .toList(),
                    page.next(),
                    OptionalLong.empty(),
                    page.resourceVersion());
        }
        page.items().forEach(this::learn);
        return page;
    }

    /** One page of one namespace; the token says which namespace comes next, and where in it. */
    private Page across(Kind kind, ListQuery query, Consumer<String> told) {
        List<String> all = namespaces();
        int slash = query.after().indexOf('/');
        String in = slash < 0 ? all.getFirst() : query.after().substring(0, slash);
        int at = all.indexOf(in);
        if (at < 0) {
            throw new ApiError(
                    410,
                    "Expired",
                    "list " + kind.resource(),
                    "the list went on in namespace " + in + ", which is reached no more: list from the start",
                    Optional.empty());
        }
        Page page = cluster.list(
                kind,
                query.within(in).after(slash < 0 ? "" : query.after().substring(slash + 1)),
                token -> told.accept(in + "/" + token));
        String next =
                !page.next().isEmpty() ? in + "/" + page.next() : at + 1 < all.size() ? all.get(at + 1) + "/" : "";
        if (page.next().isEmpty() && !next.isEmpty()) {
            told.accept(next);
        }
        return new Page(page.items(), next, OptionalLong.empty(), page.resourceVersion());
    }

    @Override
    public Optional<JsonNode> get(Kind kind, Optional<String> namespace, String name) {
        check("get", kind, its(kind, namespace, name));
        Optional<JsonNode> object = cluster.get(kind, namespace, name);
        object.ifPresent(this::learn);
        return object;
    }

    @Override
    public JsonNode json(String path) {
        checkPath(path);
        return cluster.json(path);
    }

    @Override
    public String text(String path) {
        checkPath(path);
        return cluster.text(path);
    }

    @Override
    public JsonNode create(Kind kind, Optional<String> namespace, JsonNode object, Write write) {
        checkChange(
                "create", kind, its(kind, namespace, object.at("/metadata/name").asText()));
        return learned(cluster.create(kind, namespace, object, write));
    }

    @Override
    public JsonNode replace(Kind kind, Optional<String> namespace, String name, JsonNode object, Write write) {
        checkChange("update", kind, its(kind, namespace, name));
        return learned(cluster.replace(kind, namespace, name, object, write));
    }

    @Override
    public JsonNode scale(Kind kind, Optional<String> namespace, String name, JsonNode scale, Write write) {
        checkChange("update", kind, its(kind, namespace, name));
        return cluster.scale(kind, namespace, name, scale, write);
    }

    @Override
    public JsonNode patch(Kind kind, Optional<String> namespace, String name, Patch patch, Write write) {
        checkChange("patch", kind, its(kind, namespace, name));
        return learned(cluster.patch(kind, namespace, name, patch, write));
    }

    @Override
    public void delete(Kind kind, Optional<String> namespace, String name, Deletion deletion) {
        checkChange("delete", kind, its(kind, namespace, name));
        cluster.delete(kind, namespace, name, deletion);
    }

    @Override
    public Optional<String> logs(LogQuery query) {
        check("get", Kinds.POD, Optional.of(query.namespace()));
        confided.learn(cluster, query.namespace(), hide);
        return cluster.logs(query);
    }

    @Override
    public JsonNode await(
            Kind kind, Optional<String> namespace, String name, Predicate<JsonNode> condition, Duration patience)
            throws InterruptedException {
        check("watch", kind, its(kind, namespace, name));
        return learned(cluster.await(kind, namespace, name, condition, patience));
    }

    @Override
    public void watch(
            Kind kind, Optional<String> namespace, Members members, String version, Duration time, Watcher watcher)
            throws InterruptedException {
        check("watch", kind, namespace);
        cluster.watch(kind, namespace, members, version, time, new Watcher() {
            @Override
            public void opened() {
                watcher.opened();
            }

            @Override
            public void changed(String type, JsonNode object) {
                learn(object);
                watcher.changed(type, object);
            }
        });
    }

    /** Only lists that this has read are kept for it, so that they are within its reach. */
    @Override
    public Kept kept() {
        return kept;
    }

    @Override
    public Exec.Ended exec(Exec exec) throws InterruptedException {
        checkChange("create", Kinds.POD, Optional.of(exec.namespace()));
        confided.learn(cluster, exec.namespace(), hide);
        return cluster.exec(exec);
    }

    @Override
    public Tunnel forward(String namespace, String pod, int port) {
        check("create", Kinds.POD, Optional.of(namespace));
        return cluster.forward(namespace, pod, port);
    }

    private JsonNode learned(JsonNode object) {
        learn(object);
        return object;
    }

    /** A namespace counts as within itself. */
    private static Optional<String> its(Kind kind, Optional<String> namespace, String name) {
        return kind.equals(Kinds.NAMESPACE) ? Optional.of(name) : namespace;
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

    /** A path that names a namespace is one in it. */
    private void checkPath(String path) {
        Matcher in = IN_NAMESPACE.matcher(path);
        if (!reach.namespaces().isEmpty() && in.find() && !reach.reaches(in.group(1))) {
            throw new ApiError(
                    403,
                    "OutOfReach",
                    "get " + path,
                    "the tenant reaches only the namespaces " + String.join(", ", reach.namespaces()),
                    Optional.empty());
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
