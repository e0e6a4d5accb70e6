package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Deletion;
import dev.millwright.k8s.api.Exec;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A cluster over HTTP: each answer is parsed once, into the tree that the tools look at. */
final class FabricCluster implements Cluster {
    private final Connection connection;
    private final Requests requests;

    FabricCluster(Connection connection, Duration patience) {
        this.connection = connection;
        this.requests = new Requests(connection, patience);
    }

    /** Nobody will ask for it again. */
    void retire() {
        connection.retire();
    }

    @Override
    public String context() {
        return connection.context();
    }

    @Override
    public List<Kind> kinds() {
        return connection.kinds().orElseGet(() -> {
            List<Kind> kinds = new Discovery(requests).kinds();
            connection.kinds(kinds);
            return kinds;
        });
    }

    private static String what(String verb, Kind kind, Optional<String> namespace, String name) {
        return verb + " " + kind.resource() + (name.isEmpty() ? "" : " " + name)
                + namespace
                        .filter(each -> kind.namespaced())
                        .map(each -> " in " + each)
                        .orElse("");
    }

    /** Parameters of a request, those without a value left out. */
    private static String query(String... namesAndValues) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!namesAndValues[i + 1].isEmpty()) {
                query.add(namesAndValues[i] + "=" + URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
            }
        }
        return query.toString();
    }

    @Override
    public Page list(Kind kind, ListQuery query, Consumer<String> next) {
        String path = kind.path(query.namespace())
                + query(
                        "limit",
                        Integer.toString(query.limit()),
                        "continue",
                        query.after(),
                        "labelSelector",
                        query.labels(),
                        "fieldSelector",
                        query.fields());
        return requests.read(
                Requests.Ask.get(path, what("list", kind, query.namespace(), "")),
                json -> Lists.page(json, kind, query.members(), next));
    }

    /** What has been asked for by its name need not say what it is. */
    private static JsonNode named(JsonNode item, Kind kind) {
        if (item instanceof ObjectNode object && !object.has("kind")) {
            ObjectNode whole =
                    Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.name());
            whole.setAll(object);
            return whole;
        }
        return item;
    }

    @Override
    public Optional<JsonNode> get(Kind kind, Optional<String> namespace, String name) {
        Requests.Ask ask = Requests.Ask.get(kind.path(namespace, name), what("get", kind, namespace, name));
        try {
            return Optional.of(named(requests.json(ask), kind));
        } catch (ApiError e) {
            // Without a reason the whole path is unknown, which is no answer to the question.
            if (e.isNotFound() && e.reason().equals("NotFound")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public JsonNode json(String path) {
        return requests.json(Requests.Ask.get(path, "get " + path));
    }

    @Override
    public String text(String path) {
        Requests.Ask ask = Requests.Ask.get(path, "get " + path).accepting("text/plain, */*");
        Requests.Answer answer = requests.answer(ask);
        if (!answer.isGood() && answer.code() < 500) {
            throw requests.failures().refused(ask, answer);
        }
        return answer.text();
    }

    private JsonNode write(
            String method, String path, String mediaType, JsonNode body, Write write, boolean force, String what) {
        String parameters = query(
                "fieldManager",
                Write.FIELD_MANAGER,
                "fieldValidation",
                "Strict",
                "dryRun",
                write.dryRun() ? "All" : "",
                "force",
                force ? "true" : "");
        return requests.json(new Requests.Ask(
                method,
                path + parameters,
                Optional.of(Json.write(body)),
                mediaType,
                "application/json",
                what + (write.dryRun() ? " (dry run)" : "")));
    }

    @Override
    public JsonNode create(Kind kind, Optional<String> namespace, JsonNode object, Write write) {
        return write(
                "POST",
                kind.path(namespace),
                "application/json",
                object,
                write,
                false,
                what("create", kind, namespace, object.at("/metadata/name").asText("")));
    }

    @Override
    public JsonNode replace(Kind kind, Optional<String> namespace, String name, JsonNode object, Write write) {
        return write(
                "PUT",
                kind.path(namespace, name),
                "application/json",
                object,
                write,
                false,
                what("update", kind, namespace, name));
    }

    @Override
    public JsonNode scale(Kind kind, Optional<String> namespace, String name, JsonNode scale, Write write) {
        return write(
                "PUT",
                kind.path(namespace, name) + "/scale",
                "application/json",
                scale,
                write,
                false,
                what("scale", kind, namespace, name));
    }

    @Override
    public JsonNode patch(Kind kind, Optional<String> namespace, String name, Patch patch, Write write) {
        return write(
                "PATCH",
                kind.path(namespace, name),
                patch.type().mediaType(),
                patch.body(),
                write,
                write.force() && patch.type() == Patch.Type.APPLY,
                what("patch", kind, namespace, name));
    }

    @Override
    public void delete(Kind kind, Optional<String> namespace, String name, Deletion deletion) {
        ObjectNode options = Json.object().put("apiVersion", "v1").put("kind", "DeleteOptions");
        options.put("propagationPolicy", deletion.propagation());
        deletion.uid()
                .ifPresent(uid -> options.withObjectProperty("preconditions").put("uid", uid));
        deletion.resourceVersion()
                .ifPresent(
                        version -> options.withObjectProperty("preconditions").put("resourceVersion", version));
        deletion.graceSeconds().ifPresent(seconds -> options.put("gracePeriodSeconds", seconds));
        if (deletion.dryRun()) {
            options.putArray("dryRun").add("All");
        }
        requests.send(new Requests.Ask(
                "DELETE",
                kind.path(namespace, name),
                Optional.of(Json.write(options)),
                "application/json",
                "application/json",
                what("delete", kind, namespace, name) + (deletion.dryRun() ? " (dry run)" : "")));
    }

    @Override
    public Optional<String> logs(LogQuery query) {
        return new Logs(requests).read(query);
    }

    @Override
    public JsonNode await(
            Kind kind, Optional<String> namespace, String name, Predicate<JsonNode> condition, Duration patience)
            throws InterruptedException {
        return new Awaiting(this, requests, kind, namespace, name, condition, patience).await();
    }

    @Override
    public void watch(
            Kind kind, Optional<String> namespace, Members members, String version, Duration time, Watcher watcher)
            throws InterruptedException {
        Requests.Ask ask = Requests.Ask.get(
                watchPath(kind, namespace, "", version, time.toSeconds()), what("watch", kind, namespace, ""));
        new Following(requests, ask, members, watcher).follow(time);
    }

    /** Path of a watch from a version on. @param name of one object; empty for all */
    static String watchPath(Kind kind, Optional<String> namespace, String name, String version, long seconds) {
        return kind.path(namespace)
                + query(
                        "watch",
                        "true",
                        "allowWatchBookmarks",
                        "true",
                        "fieldSelector",
                        name.isEmpty() ? "" : "metadata.name=" + name,
                        "resourceVersion",
                        version,
                        "timeoutSeconds",
                        Long.toString(seconds));
    }

    @Override
    public Exec.Ended exec(Exec exec) throws InterruptedException {
        return new Execution(connection, requests, exec).run();
    }

    @Override
    public Tunnel forward(String namespace, String pod, int port) {
        return Forwarded.open(connection, requests, namespace, pod, port);
    }

    /** Where a pod is, for its log, its programs and ports. */
    static String podPath(String namespace, String pod, String subresource, String... namesAndValues) {
        return Kinds.POD.path(Optional.of(namespace), pod) + "/" + subresource + query(namesAndValues);
    }

    static String number(OptionalInt number) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : "";
    }
}
