package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cluster as the Helm library sees it: a server on loopback, behind an unguessable path, that reads through our own
 * connection, so that the library gets no credentials and reaches no further than the tenant; and that takes the release
 * which the library is about to record, and refuses it and every other write.
 */
final class ApiGate implements AutoCloseable {
    private static final Pattern OBJECTS =
            Pattern.compile("/(?:api/(v1)|apis/([^/]+)/([^/]+))(?:/namespaces/([^/]+)(?=/))?/([^/]+)(?:/([^/]+))?");
    private static final Pattern DISCOVERY =
            Pattern.compile("/version|/api|/apis|/api/v1|/apis/[a-z0-9][a-z0-9.-]*(?:/[a-z0-9]+)?");

    /** Of a request's body: a release is an object of at most 1.5 MiB. */
    private static final int MOST_BODY = 16 * 1024 * 1024;

    private final Cluster cluster;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String path;
    private volatile Optional<String> taken = Optional.empty();

    ApiGate(Cluster cluster) throws IOException {
        this.cluster = cluster;
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        path = "/" + HexFormat.of().formatHex(secret);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(path + "/", this::answer);
        server.start();
    }

    /** For the library alone; holds no credentials. */
    String kubeconfig(String namespace) {
        ObjectNode config =
                Json.object().put("apiVersion", "v1").put("kind", "Config").put("current-context", "gate");
        config.putArray("clusters")
                .addObject()
                .put("name", "gate")
                .putObject("cluster")
                .put("server", "http://127.0.0.1:" + server.getAddress().getPort() + path);
        config.putArray("users").addObject().put("name", "gate").putObject("user");
        config.putArray("contexts")
                .addObject()
                .put("name", "gate")
                .putObject("context")
                .put("cluster", "gate")
                .put("user", "gate")
                .put("namespace", namespace);
        return Json.write(config);
    }

    /** The payload of the release that was to be recorded. */
    Optional<String> taken() {
        return taken;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = of(exchange);
            } catch (ApiError e) {
                answer = status(
                        e.code() == ApiError.UNREACHABLE ? 503 : e.code(), e.reason(), String.valueOf(e.getMessage()));
            }
            byte[] body = Json.bytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.code(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private record Answer(int code, JsonNode body) {}

    private Answer of(HttpExchange exchange) throws IOException {
        String asked = exchange.getRequestURI().getRawPath().substring(path.length());
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY);
        Matcher objects = OBJECTS.matcher(asked);
        if (exchange.getRequestMethod().equals("POST")
                && objects.matches()
                && (objects.group(5).equals("secrets") || objects.group(5).equals("configmaps"))) {
            Optional<String> release = StoredRelease.payload(body);
            if (release.isPresent()) {
                taken = release;
            }
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            return status(403, "Forbidden", "nothing is written while a chart is rendered");
        } else if (DISCOVERY.matcher(asked).matches()) {
            return new Answer(200, cluster.json(asked));
        } else if (!objects.matches()) {
            return status(404, "NotFound", "not served while a chart is rendered: " + asked);
        }
        Optional<String> namespace = Optional.ofNullable(objects.group(4)).map(ApiGate::plain);
        Kind kind = kind(objects);
        if (objects.group(6) == null) {
            return new Answer(
                    200, list(kind, namespace, query(exchange, "labelSelector"), query(exchange, "fieldSelector")));
        }
        String name = plain(objects.group(6));
        return cluster.get(kind, namespace, name)
                .map(object -> new Answer(200, object))
                .orElseGet(() -> status(404, "NotFound", "%s \"%s\" not found".formatted(kind.resource(), name)));
    }

    private Kind kind(Matcher objects) {
        String apiVersion = objects.group(1) == null ? objects.group(2) + "/" + objects.group(3) : objects.group(1);
        String plural = objects.group(5);
        return Served.kind(cluster, apiVersion, each -> each.plural().equals(plural))
                .orElseThrow(() -> new ApiError(
                        404,
                        "NotFound",
                        "find " + plural,
                        "the cluster serves no %s of %s".formatted(plural, apiVersion),
                        Optional.empty()));
    }

    private JsonNode list(Kind kind, Optional<String> namespace, String labels, String fields) {
        ObjectNode list = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.name() + "List");
        ArrayNode items = Json.array();
        ListQuery query = ListQuery.in(namespace).labels(labels).fields(fields);
        for (Page page = cluster.list(kind, query); ; page = cluster.list(kind, query.after(page.next()))) {
            page.items().forEach(items::add);
            if (page.next().isEmpty()) {
                list.putObject("metadata").put("resourceVersion", page.resourceVersion());
                list.set("items", items);
                return list;
            }
        }
    }

    private static String query(HttpExchange exchange, String name) {
        String query =
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        for (String each : query.split("&")) {
            if (each.startsWith(name + "=")) {
                return plain(each.substring(name.length() + 1));
            }
        }
        return "";
    }

    private static String plain(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    private static Answer status(int code, String reason, String message) {
        return new Answer(
                code,
                Json.object()
                        .put("apiVersion", "v1")
                        .put("kind", "Status")
                        .put("status", "Failure")
                        .put("reason", reason)
                        .put("code", code)
                        .put("message", message));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
