package dev.millwright.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.view.Table;
import dev.millwright.k8s.view.Trimmed;
import dev.millwright.k8s.view.YamlText;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content.ResourceContent;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Resources;
import dev.millwright.tool.ToolException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Contexts, namespaces and workloads to browse: {@code k8s:///CONTEXT}, {@code k8s:///CONTEXT/NAMESPACE},
 * {@code k8s:///CONTEXT/NAMESPACE/KIND/NAME}; what is in no namespace has {@code -} for it. Parts are percent-encoded.
 */
final class ClusterResources implements Resources {
    private static final String ROOT = "k8s:///";
    private static final String OBJECT = ROOT + "{context}/{namespace}/{kind}/{name}";
    private static final String NONE = "-";
    private static final int PAGE = 100;
    private static final String JSON = "application/json";

    private static final List<Kind> WORKLOADS =
            List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.CRON_JOB);

    /** @param kind of {@link #WORKLOADS}, by number */
    record Place(int kind, String after) {}

    private final Clusters clusters;
    private final Clock clock;

    ClusterResources(Clusters clusters, Clock clock) {
        this.clusters = clusters;
        this.clock = clock;
    }

    @Override
    public String scheme() {
        return "k8s";
    }

    @Override
    public List<String> scopes() {
        return List.of("k8s:read");
    }

    @Override
    public List<Template> templates() {
        return List.of(
                new Template(ROOT + "{context}", "Cluster", "Version and namespaces.", JSON),
                new Template(ROOT + "{context}/{namespace}", "Namespace", "Workloads and services.", JSON),
                new Template(OBJECT, "Object", "An object, secrets masked.", "application/yaml"));
    }

    /** Contexts and namespaces first; each further page has workloads of the usual context. */
    @Override
    public Page list(Optional<String> cursor, Call call) throws Exception {
        if (cursor.isPresent()) {
            Place place = Cursor.read(cursor.get(), Place.class, question(call));
            return clusters.use(call, Optional.empty(), cluster -> workloads(cluster, place, call));
        }
        List<Resource> resources = new ArrayList<>();
        for (String each : clusters.contexts(call.tenant())) {
            resources.add(new Resource(ROOT + Kind.escape(each), each, "Cluster", JSON, Optional.empty()));
        }
        if (resources.isEmpty()) {
            return new Page(resources, Optional.empty());
        }
        try {
            return clusters.use(call, Optional.empty(), cluster -> {
                String base = ROOT + Kind.escape(cluster.context()) + "/";
                namespaces(cluster, call)
                        .forEach(each -> resources.add(
                                new Resource(base + Kind.escape(each), each, "Namespace", JSON, Optional.empty())));
                return new Page(resources, Optional.of(Cursor.of(new Place(0, ""), question(call))));
            });
        } catch (ToolException e) {
            // No usual context, or its cluster is not reached: the contexts can still be chosen from.
            return new Page(resources, Optional.empty());
        }
    }

    private static String question(Call call) {
        return "k8s resources\n" + call.tenant().name();
    }

    private Page workloads(Cluster cluster, Place place, Call call) {
        List<Resource> resources = new ArrayList<>();
        if (place.kind() < 0 || place.kind() >= WORKLOADS.size()) {
            return new Page(resources, Optional.empty());
        }
        Kind kind = WORKLOADS.get(place.kind());
        Optional<String> within = clusters.reach(call.tenant()).namespaces().isEmpty()
                ? Optional.empty()
                : Optional.of(clusters.namespace(call, Optional.empty(), Optional.empty()));
        String next = "";
        try {
            dev.millwright.k8s.api.Page page =
                    cluster.list(kind, ListQuery.in(within).limit(PAGE).after(place.after()));
            next = page.next();
            for (JsonNode each : page.items()) {
                K8sObject object = new K8sObject(each);
                resources.add(new Resource(
                        uri(cluster.context(), object.namespace(), kind, object.name()),
                        object.namespace() + "/" + object.name(),
                        kind.name(),
                        "application/yaml",
                        Optional.empty()));
            }
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            // Not to be seen by this identity: on to the next kind.
        }
        Place following = next.isEmpty() ? new Place(place.kind() + 1, "") : new Place(place.kind(), next);
        return new Page(
                resources,
                following.kind() == WORKLOADS.size()
                        ? Optional.empty()
                        : Optional.of(Cursor.of(following, question(call))));
    }

    private static String uri(String context, String namespace, Kind kind, String name) {
        return ROOT
                + String.join(
                        "/",
                        Kind.escape(context),
                        namespace.isEmpty() ? NONE : Kind.escape(namespace),
                        kind.name().toLowerCase(Locale.ROOT),
                        Kind.escape(name));
    }

    /** Those the tenant reaches; the usual one where they may not be listed. */
    private List<String> namespaces(Cluster cluster, Call call) {
        try {
            return cluster.list(Kinds.NAMESPACE, ListQuery.in(Optional.empty())).items().stream()
                    .map(each -> each.at("/metadata/name").asText())
                    .filter(clusters.reach(call.tenant())::reaches)
                    .toList();
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            return List.of(clusters.namespace(call, Optional.of(cluster.context()), Optional.empty()));
        }
    }

    @Override
    public List<ResourceContent> read(String uri, Call call) throws Exception {
        List<String> parts = parts(uri);
        return clusters.use(call, Optional.of(parts.getFirst()), cluster -> switch (parts.size()) {
            case 1 -> List.of(ResourceContent.text(uri, JSON, cluster(cluster, call)));
            case 2 -> List.of(ResourceContent.text(uri, JSON, namespace(cluster, parts.get(1), call)));
            default -> List.of(ResourceContent.text(uri, "application/yaml", object(cluster, parts, call)));
        });
    }

    private static List<String> parts(String uri) {
        List<String> parts = new ArrayList<>();
        if (uri.startsWith(ROOT)) {
            for (String each : uri.substring(ROOT.length()).split("/", -1)) {
                try {
                    parts.add(URLDecoder.decode(each.replace("+", "%2B"), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    throw ToolException.invalidInput(uri + " is not a URI: % needs two hexadecimal digits");
                }
            }
        }
        if (parts.isEmpty() || parts.size() == 3 || parts.size() > 4 || parts.contains("")) {
            throw ToolException.notFound(
                    uri + " is none of k8s:///CONTEXT, k8s:///CONTEXT/NAMESPACE, k8s:///CONTEXT/NAMESPACE/KIND/NAME");
        }
        return parts;
    }

    private String cluster(Cluster cluster, Call call) {
        ObjectNode shown = Json.object().put("context", cluster.context());
        shown.put("version", cluster.json("/version").path("gitVersion").asText());
        namespaces(cluster, call).forEach(shown.putArray("namespaces")::add);
        return Json.write(shown);
    }

    private String namespace(Cluster cluster, String name, Call call) {
        Optional<String> namespace =
                Optional.of(clusters.namespace(call, Optional.of(cluster.context()), Optional.of(name)));
        ObjectNode shown = Json.object().put("namespace", name);
        List<Kind> kinds = new ArrayList<>(WORKLOADS);
        kinds.add(Kinds.SERVICE);
        for (Kind kind : kinds) {
            try {
                Table table = Table.of(kind, false, clock.instant());
                ArrayNode rows = Json.array();
                for (JsonNode each :
                        cluster.list(kind, ListQuery.in(namespace).limit(PAGE)).items()) {
                    rows.add(Json.tree(table.row(new K8sObject(Mask.object(each)))));
                }
                if (!rows.isEmpty()) {
                    ObjectNode section = shown.putObject(kind.plural());
                    section.set("columns", Json.tree(table.titles()));
                    section.set("rows", rows);
                }
            } catch (ApiError e) {
                if (!e.isForbidden()) {
                    throw e;
                }
                shown.put(kind.plural(), "forbidden");
            }
        }
        return Json.write(shown);
    }

    private String object(Cluster cluster, List<String> parts, Call call) {
        Kind kind = Kinds.served(parts.get(2), cluster);
        Optional<String> namespace = kind.namespaced()
                ? Optional.of(clusters.namespace(call, Optional.of(cluster.context()), Optional.of(parts.get(1))))
                : Optional.empty();
        return cluster.get(kind, namespace, parts.get(3))
                .map(Trimmed::brief)
                .map(YamlText::of)
                .orElseThrow(() -> ToolException.notFound("no %s is called %s%s"
                        .formatted(
                                kind.name(),
                                parts.get(3),
                                namespace.map(each -> " in " + each).orElse(""))));
    }

    @Override
    public List<String> complete(String uriTemplate, String variable, String typed, Call call) throws Exception {
        try {
            return switch (variable) {
                case "context" -> beginning(clusters.contexts(call.tenant()), typed);
                case "kind" ->
                    beginning(
                            Kinds.all().stream()
                                    .map(each -> each.name().toLowerCase(Locale.ROOT))
                                    .toList(),
                            typed);
                case "namespace" ->
                    clusters.use(call, Optional.empty(), cluster -> beginning(namespaces(cluster, call), typed));
                case "name" -> clusters.use(call, Optional.empty(), cluster -> names(cluster, typed, call));
                default -> List.of();
            };
        } catch (ToolException e) {
            // What cannot be reached completes nothing.
            return List.of();
        }
    }

    /** Of workloads in the usual namespace: a completion is not told which one was chosen. */
    private List<String> names(Cluster cluster, String typed, Call call) {
        Optional<String> namespace =
                Optional.of(clusters.namespace(call, Optional.of(cluster.context()), Optional.empty()));
        TreeSet<String> names = new TreeSet<>();
        for (Kind kind : WORKLOADS) {
            for (JsonNode each : cluster.list(kind, ListQuery.in(namespace)).items()) {
                names.add(each.at("/metadata/name").asText());
            }
        }
        return beginning(new ArrayList<>(names), typed);
    }

    private static List<String> beginning(List<String> all, String typed) {
        return all.stream().filter(each -> each.startsWith(typed)).limit(PAGE).toList();
    }
}
