package dev.millwright.k8s.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millwright.json.Json;
import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;

/**
 * An API server on loopback, over HTTP as the real one speaks it: lists in pages that expire, watches, all patches,
 * server-side apply with owners of fields, dry runs, subresources, logs, exec and port-forward over websockets,
 * discovery, access reviews, refusals in the server's own words.
 *
 * <p>What it does not do: it runs no admission (quota, limits, webhooks, pod security), fills in few defaults, validates
 * only what {@link Validation} says, converts between versions by renaming, answers neither Tables nor partial metadata,
 * serves no {@code events.k8s.io} and no OpenAPI, and its pods do nothing unless {@link Rollouts} are asked for. It
 * keeps all objects in etcd's order and ends a pod that is being deleted after two more reads.
 */
public final class StubApiServer implements AutoCloseable {
    /** One request that came. @param resource with its subresource, as in {@code pods/log}; empty for other paths */
    public record Seen(
            String user,
            String verb,
            String resource,
            String namespace,
            String name,
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            byte[] bytes) {
        public String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        public String parameter(String parameter) {
            return query.getOrDefault(parameter, List.of("")).getFirst();
        }
    }

    /** What goes wrong with a request. */
    public sealed interface Failure {
        /** Answers so, with a Status or, without a reason, with plain text. */
        record Answer(int code, String reason, String message, OptionalInt retryAfter) implements Failure {}

        /** Resets the connection. */
        record Drop() implements Failure {}

        /** Answers only after so long. */
        record Slow(Duration delay) implements Failure {}

        /** Begins a right answer and breaks off in the middle. */
        record Cut() implements Failure {}

        /** Holds the request until the latch opens. */
        record Held(CountDownLatch until) implements Failure {}

        /** As priority and fairness refuse: plain text. */
        static Failure throttled(int retryAfterSeconds) {
            return new Answer(429, "", "Too many requests, please try again later.", OptionalInt.of(retryAfterSeconds));
        }

        static Failure status(int code, String reason, String message) {
            return new Answer(code, reason, message, OptionalInt.empty());
        }
    }

    /** A program that a test runs in a container; it is interrupted when the client goes away. */
    @FunctionalInterface
    public interface Program {
        Ended run(Started started) throws InterruptedException;
    }

    /** @param stdin all that was sent until the stream was closed; over v4, which cannot close it, the first message */
    public record Started(String namespace, String pod, String container, List<String> argv, byte[] stdin) {}

    /** How a program ended. */
    public record Ended(int exitCode, String stdout, String stderr) {}

    /** @param left requests that will fail, and that will go well before */
    private record Trouble(String verb, String resource, Failure failure, int[] left) {}

    private record Route(Kind kind, String namespace, String name, String subresource, List<String> rest) {}

    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
    private static final Map<String, String> TEXT = Map.of("Content-Type", "text/plain; charset=utf-8");
    private static final Pattern AGENT = Pattern.compile("([^/\\s]+).*");
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Objects objects = new Objects(Clock.systemUTC());
    private final PodStreams streams = new PodStreams(objects, Clock.systemUTC());
    private final Access access = new Access();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
    private final Map<String, String> users = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> summaries = new ConcurrentHashMap<>();
    private final List<Consumer<Objects>> controllers = new CopyOnWriteArrayList<>();
    private final Set<Kind> metrics = Set.of(Kinds.POD_METRICS, Kinds.NODE_METRICS);
    private final Optional<Certificates> certificates;
    private final Wire wire;
    private volatile String user = "kubernetes-admin";
    private volatile boolean tokenNeeded;
    private volatile boolean certificateNeeded;
    private volatile int metricsAnswer = 404;
    private volatile int minor = 36;
    private volatile List<String> failing = List.of();
    private volatile boolean closed;
    private volatile int broken;

    private StubApiServer(Optional<Certificates> certificates, int port) {
        this.certificates = certificates;
        this.wire = new Wire(
                certificates.map(Certificates::sockets).orElseGet(ServerSocketFactory::getDefault), port, this::serve);
    }

    /** Over plain HTTP, empty but for the namespaces {@code default} and {@code kube-system}. */
    public static StubApiServer start() {
        return new StubApiServer(Optional.empty(), 0).furnished();
    }

    /** Over TLS with a certificate of its own; clients may show one that {@link #kubeconfig} holds. */
    public static StubApiServer startSecure(Path folder) {
        return new StubApiServer(Optional.of(Certificates.make(folder)), 0).furnished();
    }

    /** The same objects at the same port as one that was closed: an API server that came back. */
    public StubApiServer restarted() {
        StubApiServer again = new StubApiServer(certificates, wire.port());
        for (Kind kind : objects.everyKind()) {
            objects.all(kind).forEach(each -> again.objects.load(kind, each));
        }
        return again;
    }

    private StubApiServer furnished() {
        namespace("default");
        namespace("kube-system");
        return this;
    }

    private void namespace(String name) {
        ObjectNode namespace = Json.object();
        namespace.putObject("metadata").put("name", name).putObject("labels").put("kubernetes.io/metadata.name", name);
        namespace.putObject("spec").putArray("finalizers").add("kubernetes");
        namespace.putObject("status").put("phase", "Active");
        objects.load(Kinds.NAMESPACE, namespace);
    }

    // What it holds.

    /** Objects as they are, as if they had been there before; their namespaces too, and kinds that they define. */
    public StubApiServer load(List<? extends JsonNode> all) {
        for (JsonNode each : all) {
            Kind kind = kindOf(each);
            if (metrics.contains(kind)) {
                metricsAnswer = 200;
            }
            String namespace = each.at("/metadata/namespace").asText();
            if (!namespace.isEmpty()
                    && objects.find(Kinds.NAMESPACE, "", namespace).isEmpty()) {
                namespace(namespace);
            }
            objects.load(kind, each);
            if (kind.equals(Kinds.CUSTOM_RESOURCE_DEFINITION)) {
                for (JsonNode version : each.at("/spec/versions")) {
                    if (version.path("served").asBoolean()) {
                        objects.serve(new Kind(
                                each.at("/spec/group").asText(),
                                version.path("name").asText(),
                                each.at("/spec/names/kind").asText(),
                                each.at("/spec/names/plural").asText(),
                                each.at("/spec/scope").asText().equals("Namespaced")));
                    }
                }
            }
        }
        return this;
    }

    /** Objects written as YAML, completed as {@link Yaml} does. */
    public StubApiServer load(String yaml) {
        return load(Yaml.objects(yaml));
    }

    /** A recorded scenario: its objects, its logs, its time. */
    public StubApiServer recorded(String scenario) {
        load(Recorded.objects(scenario));
        Recorded.logs(scenario)
                .forEach((run, text) -> logs(run.namespace(), run.pod(), run.container(), run.previous(), text));
        return at(Instant.parse("2026-11-20T14:30:00Z"));
    }

    private Kind kindOf(JsonNode object) {
        String version = object.path("apiVersion").asText();
        String name = object.path("kind").asText();
        return served().stream()
                .filter(each -> each.apiVersion().equals(version) && each.name().equals(name))
                .findFirst()
                .or(() -> metrics.stream()
                        .filter(each ->
                                each.apiVersion().equals(version) && each.name().equals(name))
                        .findFirst())
                .orElseThrow(() -> new IllegalArgumentException("not served: " + version + " " + name
                        + "; load its CustomResourceDefinition or call serve first"));
    }

    /** A kind beside those every cluster serves, as a gateway's. */
    public StubApiServer serve(Kind kind) {
        objects.serve(kind);
        return this;
    }

    /** What it stores now, with apiVersion and kind. */
    public Optional<JsonNode> stored(Kind kind, String namespace, String name) {
        return objects.find(kind, namespace, name).map(JsonNode::deepCopy);
    }

    public List<JsonNode> stored(Kind kind) {
        return objects.all(kind).stream().<JsonNode>map(ObjectNode::deepCopy).toList();
    }

    /** Changes an object behind everybody's back, as another client or a controller would. */
    public StubApiServer change(Kind kind, String namespace, String name, Consumer<ObjectNode> change) {
        synchronized (objects) {
            ObjectNode copy = objects.get(kind, namespace, name).deepCopy();
            change.accept(copy);
            objects.mend(kind, copy);
        }
        return this;
    }

    /** Takes an object away, as if it had been deleted. */
    public StubApiServer vanish(Kind kind, String namespace, String name) {
        objects.vanish(kind, namespace, name);
        return this;
    }

    /** Makes all page tokens expire and all earlier versions too old to watch. */
    public StubApiServer expire() {
        objects.compact();
        return this;
    }

    /** Breaks the connections of all watches. */
    public StubApiServer dropWatches() {
        broken++;
        return this;
    }

    /** A kubelet's {@code /stats/summary}, reached through the API server. */
    public StubApiServer summary(String node, JsonNode summary) {
        summaries.put(node, summary);
        return this;
    }

    /** 404 where no metrics server is installed (the default), 503 where it does not answer. */
    public StubApiServer metrics(int answer) {
        metricsAnswer = answer;
        return this;
    }

    /** A log. Lines that begin with an RFC 3339 time in UTC are of that time, without the words. */
    public StubApiServer logs(String namespace, String pod, String container, boolean previous, String text) {
        streams.log(namespace, pod, container, previous, text);
        return this;
    }

    public StubApiServer program(Program program) {
        streams.program(program);
        return this;
    }

    /** Where connections to a port of a pod end: a port on this machine's loopback. */
    public StubApiServer port(String namespace, String pod, int port, int local) {
        streams.port(namespace, pod, port, local);
        return this;
    }

    /** Runs after each write and before each read, with the objects in hand: controllers that a test asks for. */
    StubApiServer controllers(Consumer<Objects> controller) {
        controllers.add(controller);
        return this;
    }

    // How it behaves.

    /** Kubernetes 1.MINOR, 28 to 36. */
    public StubApiServer version(int minor) {
        this.minor = minor;
        return this;
    }

    public StubApiServer at(Instant now) {
        objects.clock(Clock.fixed(now, ZoneOffset.UTC));
        streams.clock(Clock.fixed(now, ZoneOffset.UTC));
        return this;
    }

    /** Checks of {@code /readyz} that fail, as {@code etcd}. */
    public StubApiServer unready(String... checks) {
        failing = List.of(checks);
        return this;
    }

    /** Who a caller is taken for that shows nothing. */
    public StubApiServer user(String name) {
        user = name;
        return this;
    }

    /** From now on callers need a bearer token; this one is valid, and its bearer's name is this. */
    public StubApiServer token(String token, String name) {
        tokenNeeded = true;
        users.put(token, name);
        return this;
    }

    /** A token that is valid no more. */
    public StubApiServer revoke(String token) {
        users.remove(token);
        return this;
    }

    /** From now on callers need a client certificate. */
    public StubApiServer certificateNeeded() {
        certificateNeeded = true;
        return this;
    }

    /**
     * Denies by RBAC.
     *
     * @param verb or {@code *}
     * @param resource as in {@code secrets}, {@code pods/log}, {@code deployments.apps}; or {@code *}
     * @param namespace or {@code *} for everywhere; empty for requests over all namespaces and for what is in none
     */
    public StubApiServer deny(String verb, String resource, String namespace) {
        access.deny(verb, resource, namespace);
        return this;
    }

    /** Allows this, and besides only what else was allowed so. */
    public StubApiServer allowOnly(String verb, String resource, String namespace) {
        access.allowOnly(verb, resource, namespace);
        return this;
    }

    /** What a SubjectAccessReview says yes to. */
    public StubApiServer grant(String user, String verb, String resource, String namespace) {
        access.grant(user, verb, resource, namespace);
        return this;
    }

    /** Lets the next requests of a verb and resource (or {@code *}) fail; for other paths the verb is {@code get}. */
    public StubApiServer fail(String verb, String resource, int times, Failure failure) {
        return fail(verb, resource, 0, times, failure);
    }

    /** The same, after so many that go well. */
    public StubApiServer fail(String verb, String resource, int after, int times, Failure failure) {
        troubles.add(new Trouble(verb, resource, failure, new int[] {times, after}));
        return this;
    }

    // What it saw.

    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Requests of a verb, refused and failed ones too. */
    public int calls(String verb) {
        return (int) seen.stream().filter(each -> each.verb().equals(verb)).count();
    }

    public int calls(String verb, String resource) {
        return (int) seen.stream()
                .filter(each -> each.verb().equals(verb) && each.resource().equals(resource))
                .count();
    }

    /** Changes that were asked for, without dry runs and reviews. */
    public List<Seen> changes() {
        return seen.stream()
                .filter(each -> Set.of("create", "update", "patch", "delete", "deletecollection")
                        .contains(each.verb()))
                .filter(each -> !each.parameter("dryRun").equals("All")
                        && !each.resource().endsWith("reviews"))
                .toList();
    }

    public StubApiServer forget() {
        seen.clear();
        return this;
    }

    // Where it is.

    public String url() {
        return (certificates.isPresent() ? "https" : "http") + "://localhost:" + wire.port();
    }

    /** A kubeconfig with one context {@code stub}, whose namespace is {@code shop}. @return its file */
    public Path kubeconfig(Path folder) {
        return kubeconfig(
                folder.resolve("kubeconfig"),
                certificates.map(Certificates::user).orElse("{}"));
    }

    /** The same with another user, as YAML in one line, {@code {token: abc}}. */
    public Path kubeconfig(Path file, String user) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.writeString(file, """
                    apiVersion: v1
                    kind: Config
                    current-context: stub
                    contexts:
                    - name: stub
                      context: {cluster: stub, user: stub, namespace: shop}
                    clusters:
                    - name: stub
                      cluster: {server: "%s"%s}
                    users:
                    - name: stub
                      user: %s
                    """.formatted(
                            url(),
                            certificates
                                    .map(each -> ", certificate-authority-data: " + each.authority())
                                    .orElse(""),
                            user));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PEM of the certificate that a client may show, as a program that logs in gives it. */
    public String clientCertificate() {
        return new String(certificates.orElseThrow().clientCertificate(), StandardCharsets.UTF_8);
    }

    public String clientKey() {
        return new String(certificates.orElseThrow().clientKey(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        wire.close();
    }

    // Serving.

    private List<Kind> served() {
        List<Kind> all = new ArrayList<>(Kinds.all());
        all.removeIf(each -> each.group().equals("gateway.networking.k8s.io"));
        all.addAll(objects.custom());
        if (metricsAnswer == 200) {
            all.addAll(metrics);
        }
        return all;
    }

    private void serve(Wire.Exchange exchange) throws IOException {
        Wire.Request request = exchange.request();
        Optional<Route> route = route(request.path());
        String verb = verb(request, route);
        String resource = route.map(
                        each -> each.kind().plural() + (each.subresource().isEmpty() ? "" : "/" + each.subresource()))
                .orElse("");
        String who = "";
        try {
            who = caller(request);
            note(who, verb, resource, route, request);
            if (stumbles(exchange, verb, resource)) {
                return;
            }
            answer(exchange, request, route, verb, resource, who);
        } catch (Refusal e) {
            if (who.isEmpty()) {
                note("", verb, resource, route, request);
            }
            Map<String, String> headers = new LinkedHashMap<>(JSON);
            if (e.code() == 429) {
                headers.put("Retry-After", "10");
            }
            exchange.answer(e.code(), headers, Json.bytes(e.status()));
        } catch (Discovery.NoSuchPath e) {
            exchange.answer(404, TEXT, "404 page not found\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private void note(String who, String verb, String resource, Optional<Route> route, Wire.Request request) {
        seen.add(new Seen(
                who,
                verb,
                resource,
                route.map(Route::namespace).orElse(""),
                route.map(Route::name).orElse(""),
                request.method(),
                "/" + String.join("/", request.path()),
                request.query(),
                request.headers(),
                request.body()));
    }

    private boolean stumbles(Wire.Exchange exchange, String verb, String resource) throws IOException {
        for (Trouble each : troubles) {
            boolean meant = (each.verb().equals("*") || each.verb().equals(verb))
                    && (each.resource().equals("*") || each.resource().equals(resource));
            synchronized (each) {
                if (!meant || each.left()[0] <= 0) {
                    continue;
                } else if (each.left()[1] > 0) {
                    each.left()[1]--;
                    continue;
                }
                each.left()[0]--;
            }
            switch (each.failure()) {
                case Failure.Answer answer -> {
                    Map<String, String> headers =
                            new LinkedHashMap<>(answer.reason().isEmpty() ? TEXT : JSON);
                    answer.retryAfter().ifPresent(seconds -> headers.put("Retry-After", Integer.toString(seconds)));
                    exchange.answer(
                            answer.code(),
                            headers,
                            answer.reason().isEmpty()
                                    ? (answer.message() + "\n").getBytes(StandardCharsets.UTF_8)
                                    : Json.bytes(
                                            new Refusal(answer.code(), answer.reason(), answer.message()).status()));
                    return true;
                }
                case Failure.Drop drop -> {
                    exchange.drop();
                    return true;
                }
                case Failure.Cut cut -> {
                    exchange.stream(200, JSON)
                            .write("{\"kind\":\"PodList\",\"items\":[{".getBytes(StandardCharsets.UTF_8));
                    exchange.drop();
                    return true;
                }
                case Failure.Slow slow -> pause(() -> Thread.sleep(slow.delay()));
                case Failure.Held held -> pause(() -> held.until().await());
            }
        }
        return false;
    }

    private interface Waiting {
        void untilDone() throws InterruptedException;
    }

    private static void pause(Waiting waiting) {
        try {
            waiting.untilDone();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the stub's own threads", e);
        }
    }

    private String caller(Wire.Request request) {
        Optional<X509Certificate> certificate = request.certificate();
        Optional<String> bearer = request.header("authorization")
                .filter(each -> each.startsWith("Bearer "))
                .map(each -> each.substring(7));
        String who;
        if (bearer.isPresent() && (tokenNeeded || !users.isEmpty())) {
            who = users.get(bearer.get());
        } else if (certificate.isPresent()) {
            Matcher name = Pattern.compile("CN=([^,]+)")
                    .matcher(certificate.get().getSubjectX500Principal().getName());
            who = name.find() ? name.group(1) : null;
        } else {
            who = tokenNeeded || certificateNeeded ? null : user;
        }
        if (who == null) {
            throw new Refusal(401, "Unauthorized", "Unauthorized");
        }
        Optional<String> as = request.header("impersonate-user");
        if (as.isPresent()) {
            Access.Attributes wanted = new Access.Attributes("impersonate", "", "users", "", as.get());
            if (!access.may(who, wanted)) {
                throw Access.forbidden(who, wanted);
            }
            return as.get();
        }
        return who;
    }

    private Optional<Route> route(List<String> path) {
        boolean core = path.size() > 2 && path.get(0).equals("api");
        if (!core && !(path.size() > 3 && path.get(0).equals("apis"))) {
            return Optional.empty();
        }
        String group = core ? "" : path.get(1);
        String version = path.get(core ? 1 : 2);
        List<String> rest = path.subList(core ? 2 : 3, path.size());
        String namespace = "";
        if (rest.getFirst().equals("namespaces")
                && rest.size() > 2
                && !Set.of("status", "finalize").contains(rest.get(2))) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        String plural = rest.getFirst();
        List<Kind> known = new ArrayList<>(served());
        known.addAll(metrics);
        boolean all = namespace.isEmpty();
        if (group.equals("authorization.k8s.io") && version.equals("v1") && plural.endsWith("reviews")) {
            return Optional.of(new Route(
                    new Kind(group, version, "SelfSubjectAccessReview", plural, false), "", "", "", List.of()));
        }
        Optional<Kind> kind = known.stream()
                .filter(each -> each.group().equals(group)
                        && each.version().equals(version)
                        && each.plural().equals(plural)
                        && (each.namespaced() || all))
                .findFirst();
        String in = namespace;
        List<String> left = rest;
        return kind.map(each -> new Route(
                each,
                each.equals(Kinds.NAMESPACE) && left.size() > 1 ? left.get(1) : in,
                left.size() > 1 ? left.get(1) : "",
                left.size() > 2 ? left.get(2) : "",
                left.size() > 3 ? left.subList(3, left.size()) : List.of()));
    }

    private static String verb(Wire.Request request, Optional<Route> route) {
        boolean one = route.isEmpty() || !route.get().name().isEmpty();
        return switch (request.method()) {
            case "GET" -> one ? "get" : request.flag("watch") ? "watch" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> one ? "delete" : "deletecollection";
            default -> request.method().toLowerCase(Locale.ROOT);
        };
    }

    private void answer(
            Wire.Exchange exchange,
            Wire.Request request,
            Optional<Route> route,
            String verb,
            String resource,
            String who)
            throws IOException {
        if (route.isEmpty()) {
            other(exchange, request, who);
            return;
        }
        Route to = route.get();
        Kind kind = to.kind();
        if (metrics.contains(kind) && metricsAnswer != 200) {
            if (metricsAnswer == 404) {
                throw new Discovery.NoSuchPath();
            }
            exchange.answer(metricsAnswer, TEXT, "service unavailable\n".getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (kind.plural().endsWith("reviews")) {
            exchange.answer(
                    201, JSON, Json.bytes(access.review(kind.plural(), who, (ObjectNode) read(request.text()))));
            return;
        }
        String needed = verb;
        if (Set.of("pods/exec", "pods/portforward").contains(resource) && minor >= 35) {
            needed = "create";
        }
        Access.Attributes attributes = new Access.Attributes(needed, kind.group(), resource, to.namespace(), to.name());
        if (!access.may(who, attributes)) {
            throw Access.forbidden(who, attributes);
        }
        if (kind.equals(Kinds.NODE) && to.subresource().equals("proxy")) {
            node(exchange, to);
            return;
        }
        tick();
        switch (to.subresource()) {
            case "log" -> exchange.answer(200, TEXT, streams.log(to.namespace(), to.name(), request));
            case "exec" -> streams.exec(to.namespace(), to.name(), exchange, minor >= 30);
            case "portforward" -> streams.forward(to.namespace(), to.name(), exchange);
            case "eviction" -> exchange.answer(201, JSON, Json.bytes(evict(to, request)));
            case "scale" -> exchange.answer(200, JSON, Json.bytes(scale(to, request, verb)));
            case "", "status" -> objects(exchange, request, to, verb);
            default -> throw new Discovery.NoSuchPath();
        }
        tick();
    }

    private void tick() {
        synchronized (objects) {
            controllers.forEach(each -> each.accept(objects));
        }
    }

    private void objects(Wire.Exchange exchange, Wire.Request request, Route to, String verb) throws IOException {
        Kind kind = to.kind();
        String namespace = kind.namespaced() ? to.namespace() : "";
        if (Set.of(Kinds.POD, Kinds.NAMESPACE).contains(kind)
                && request.method().equals("GET")) {
            objects.pass();
        }
        Map<String, String> headers = new LinkedHashMap<>(JSON);
        if (kind.equals(Kinds.ENDPOINTS) && minor >= 33) {
            headers.put(
                    "Warning", "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\"");
        }
        Objects.Options options = options(request);
        switch (verb) {
            case "list" ->
                exchange.answer(
                        200,
                        headers,
                        Json.bytes(objects.list(
                                kind,
                                namespace,
                                request.parameter("labelSelector"),
                                request.parameter("fieldSelector"),
                                request.parameter("limit").isEmpty() ? 0 : Integer.parseInt(request.parameter("limit")),
                                request.parameter("continue"),
                                kind.apiVersion())));
            case "watch" -> watch(exchange, request, kind, namespace);
            case "get" -> exchange.answer(200, headers, Json.bytes(objects.get(kind, namespace, to.name())));
            case "create" ->
                exchange.answer(
                        201, headers, Json.bytes(objects.create(kind, namespace, read(request.text()), options)));
            case "update" ->
                exchange.answer(
                        200,
                        headers,
                        Json.bytes(objects.update(
                                kind, namespace, to.name(), read(request.text()), to.subresource(), options)));
            case "patch" -> {
                boolean there = objects.find(kind, namespace, to.name()).isPresent();
                ObjectNode patched = objects.patch(
                        kind,
                        namespace,
                        to.name(),
                        request.header("content-type").orElse("").split(";")[0],
                        read(request.text()),
                        to.subresource(),
                        options);
                exchange.answer(there ? 200 : 201, headers, Json.bytes(patched));
            }
            case "delete" -> {
                JsonNode body = request.body().length == 0 ? Json.object() : read(request.text());
                boolean dry = options.dryRun() || body.path("dryRun").toString().contains("All");
                String uid = objects.get(kind, namespace, to.name())
                        .at("/metadata/uid")
                        .asText();
                Optional<ObjectNode> going = objects.delete(kind, namespace, to.name(), body, dry);
                exchange.answer(200, headers, Json.bytes(going.orElseGet(() -> deleted(kind, to.name(), uid))));
            }
            default ->
                throw new Refusal(
                        405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        }
    }

    private static ObjectNode deleted(Kind kind, String name, String uid) {
        ObjectNode status = Json.object()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .<ObjectNode>set("metadata", Json.object())
                .put("status", "Success");
        ObjectNode details = status.putObject("details").put("name", name);
        if (!kind.group().isEmpty()) {
            details.put("group", kind.group());
        }
        details.put("kind", kind.plural()).put("uid", uid);
        return status;
    }

    private static Objects.Options options(Wire.Request request) {
        String dry = request.parameter("dryRun");
        if (!dry.isEmpty() && !dry.equals("All")) {
            throw new Refusal(
                    422,
                    "Invalid",
                    "PatchOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"%s\": supported values: \"All\""
                            .formatted(dry));
        }
        String manager = request.parameter("fieldManager");
        boolean apply = request.header("content-type").orElse("").startsWith("application/apply-patch");
        if (manager.isEmpty() && !apply) {
            Matcher agent = AGENT.matcher(request.header("user-agent").orElse("unknown"));
            manager = agent.matches() ? agent.group(1) : "unknown";
        }
        return new Objects.Options(
                !dry.isEmpty(),
                manager,
                request.flag("force"),
                request.parameter("fieldValidation").equals("Strict"));
    }

    private static JsonNode read(String text) {
        try {
            return Json.read(text);
        } catch (JsonProcessingException notJson) {
            try {
                return YAML.readTree(text);
            } catch (JsonProcessingException e) {
                throw Refusal.badRequest("error decoding patch: " + e.getOriginalMessage());
            }
        }
    }

    private ObjectNode evict(Route to, Wire.Request request) {
        synchronized (objects) {
            ObjectNode pod = objects.get(Kinds.POD, to.namespace(), to.name());
            List<ObjectNode> budgets = objects.all(Kinds.DISRUPTION_BUDGET).stream()
                    .filter(each -> each.at("/metadata/namespace").asText().equals(to.namespace()))
                    .filter(each -> each.at("/spec/selector/matchLabels").properties().stream()
                            .allMatch(label -> pod.at("/metadata/labels")
                                    .path(label.getKey())
                                    .equals(label.getValue())))
                    .toList();
            if (budgets.size() > 1) {
                throw new Refusal(
                        500,
                        "InternalError",
                        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
            }
            for (ObjectNode each : budgets) {
                if (each.at("/status/disruptionsAllowed").asInt() <= 0) {
                    throw new Refusal(
                                    429,
                                    "TooManyRequests",
                                    "Cannot evict pod as it would violate the pod's disruption budget.")
                            .cause(
                                    "DisruptionBudget",
                                    "The disruption budget %s needs %d healthy pods and has %d currently"
                                            .formatted(
                                                    each.at("/metadata/name").asText(),
                                                    each.at("/status/desiredHealthy")
                                                            .asInt(),
                                                    each.at("/status/currentHealthy")
                                                            .asInt()),
                                    "");
                }
            }
            JsonNode body = read(request.text());
            boolean dry = body.at("/deleteOptions/dryRun").toString().contains("All")
                    || request.parameter("dryRun").equals("All");
            objects.delete(Kinds.POD, to.namespace(), to.name(), body.path("deleteOptions"), dry);
        }
        return Json.object()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .<ObjectNode>set("metadata", Json.object())
                .put("status", "Success");
    }

    private ObjectNode scale(Route to, Wire.Request request, String verb) {
        if (!Set.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.REPLICA_SET, Kinds.REPLICATION_CONTROLLER)
                        .contains(to.kind())
                && !scales(to.kind())) {
            throw new Discovery.NoSuchPath();
        }
        synchronized (objects) {
            ObjectNode workload = objects.get(to.kind(), to.namespace(), to.name());
            ObjectNode scale = scaleOf(workload);
            if (verb.equals("get")) {
                return scale;
            }
            JsonNode wanted = verb.equals("update")
                    ? read(request.text())
                    : switch (request.header("content-type").orElse("").split(";")[0]) {
                        case "application/json-patch+json" -> Patches.json(scale, read(request.text()));
                        case "application/merge-patch+json" -> Patches.merge(scale, read(request.text()));
                        default -> Patches.strategic(scale, read(request.text()));
                    };
            int replicas = wanted.at("/spec/replicas").asInt();
            if (replicas < 0) {
                throw Refusal.invalid(
                        new Kind("autoscaling", "v1", "Scale", "scales", true),
                        to.name(),
                        "spec.replicas",
                        "Invalid value: %d: must be greater than or equal to 0".formatted(replicas));
            }
            ObjectNode changed = workload.deepCopy();
            changed.withObjectProperty("spec").put("replicas", replicas);
            changed.withObjectProperty("metadata")
                    .put(
                            "resourceVersion",
                            wanted.at("/metadata/resourceVersion").asText());
            return scaleOf(objects.update(to.kind(), to.namespace(), to.name(), changed, "", options(request)));
        }
    }

    /** Whether a definition says so; replicas are at {@code .spec.replicas} of whatever it defines. */
    private boolean scales(Kind kind) {
        return objects.all(Kinds.CUSTOM_RESOURCE_DEFINITION).stream()
                .filter(each -> each.at("/spec/group").asText().equals(kind.group())
                        && each.at("/spec/names/plural").asText().equals(kind.plural()))
                .flatMap(each -> each.at("/spec/versions").valueStream())
                .anyMatch(each -> each.at("/subresources/scale").isObject());
    }

    private static ObjectNode scaleOf(ObjectNode workload) {
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String each : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            metadata.set(each, workload.path("metadata").path(each));
        }
        scale.putObject("spec").put("replicas", workload.at("/spec/replicas").asInt());
        List<String> labels = new ArrayList<>();
        workload.at("/spec/selector/matchLabels")
                .properties()
                .forEach(
                        each -> labels.add(each.getKey() + "=" + each.getValue().asText()));
        scale.putObject("status")
                .put("replicas", workload.at("/status/replicas").asInt())
                .put("selector", String.join(",", labels));
        return scale;
    }

    private void watch(Wire.Exchange exchange, Wire.Request request, Kind kind, String namespace) throws IOException {
        Predicate<JsonNode> selected = Selectors.labels(request.parameter("labelSelector"))
                .and(Selectors.fields(kind, request.parameter("labelSelector"), request.parameter("fieldSelector")))
                .and(each -> namespace.isEmpty()
                        || each.at("/metadata/namespace").asText().equals(namespace));
        String from = request.parameter("resourceVersion");
        long seconds = request.parameter("timeoutSeconds").isEmpty()
                ? 1_800
                : Long.parseLong(request.parameter("timeoutSeconds"));
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        Set<String> known = new HashSet<>();
        int unbroken = broken;
        long at;
        try (OutputStream out = exchange.stream(200, JSON)) {
            synchronized (objects) {
                at = objects.version();
                for (ObjectNode each : objects.all(kind)) {
                    if (selected.test(each)) {
                        known.add(each.at("/metadata/uid").asText());
                        if (from.isEmpty() || from.equals("0")) {
                            event(out, "ADDED", each);
                        }
                    }
                }
            }
            if (!from.isEmpty() && !from.equals("0")) {
                at = Long.parseLong(from);
                try {
                    // Back to what was known at that version.
                    for (Objects.Change each : objects.after(at, 0).reversed()) {
                        String uid = each.object().at("/metadata/uid").asText();
                        if (each.kind().equals(kind) && each.type().equals("ADDED")) {
                            known.remove(uid);
                        } else if (each.kind().equals(kind) && selected.test(each.object())) {
                            known.add(uid);
                        }
                    }
                } catch (Refusal e) {
                    event(out, "ERROR", e.status());
                    return;
                }
            }
            long left = end - System.nanoTime();
            while (left > 0 && !closed) {
                if (broken != unbroken) {
                    exchange.drop();
                    return;
                }
                List<Objects.Change> changes;
                try {
                    changes = objects.after(at, Math.clamp(left / 1_000_000, 1, 200));
                } catch (Refusal e) {
                    event(out, "ERROR", e.status());
                    return;
                }
                for (Objects.Change each : changes) {
                    at = each.version();
                    if (each.kind().equals(kind)) {
                        change(out, each, selected, known);
                    }
                }
                tick();
                left = end - System.nanoTime();
            }
            if (request.flag("allowWatchBookmarks")) {
                ObjectNode mark = Json.object().put("kind", kind.name()).put("apiVersion", kind.apiVersion());
                mark.putObject("metadata").put("resourceVersion", Long.toString(at));
                event(out, "BOOKMARK", mark);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the stub's own threads", e);
        }
    }

    private static void change(OutputStream out, Objects.Change change, Predicate<JsonNode> selected, Set<String> known)
            throws IOException {
        String uid = change.object().at("/metadata/uid").asText();
        boolean now = selected.test(change.object());
        if (change.type().equals("DELETED") || !now) {
            if (known.remove(uid)) {
                event(out, "DELETED", change.object());
            }
        } else {
            event(out, known.add(uid) ? "ADDED" : "MODIFIED", change.object());
        }
    }

    private static void event(OutputStream out, String type, JsonNode object) throws IOException {
        ObjectNode event = Json.object().put("type", type);
        event.set("object", object);
        out.write((Json.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void node(Wire.Exchange exchange, Route to) throws IOException {
        objects.get(Kinds.NODE, "", to.name());
        JsonNode summary = summaries.get(to.name());
        if (!to.rest().equals(List.of("stats", "summary")) || summary == null) {
            throw new Refusal(
                    503,
                    "ServiceUnavailable",
                    "error trying to reach service: dial tcp 192.0.2.2:10250: connect: connection refused");
        }
        exchange.answer(200, JSON, Json.bytes(summary));
    }

    private void other(Wire.Exchange exchange, Wire.Request request, String who) throws IOException {
        List<String> path = request.path();
        String first = path.getFirst();
        boolean get = request.method().equals("GET");
        if (!get) {
            throw new Discovery.NoSuchPath();
        }
        Access.Attributes asked = new Access.Attributes("get", "", "/" + String.join("/", path), "", "");
        if (!access.may(who, asked) && !Set.of("api", "apis", "version").contains(first)) {
            throw new Refusal(
                    403,
                    "Forbidden",
                    "forbidden: User \"%s\" cannot get path \"/%s\"".formatted(who, String.join("/", path)));
        }
        switch (first) {
            case "version" -> exchange.answer(200, JSON, Json.bytes(versionInfo()));
            case "readyz", "livez", "healthz" ->
                health(exchange, first, request.query().containsKey("verbose"));
            case "api", "apis" -> discover(exchange, request, path);
            default -> throw new Discovery.NoSuchPath();
        }
    }

    private ObjectNode versionInfo() {
        return Json.object()
                .put("major", "1")
                .put("minor", Integer.toString(minor))
                .put("gitVersion", "v1." + minor + ".2")
                .put("gitCommit", "0000000000000000000000000000000000000000")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-05-01T00:00:00Z")
                .put("goVersion", "go1.25.1")
                .put("compiler", "gc")
                .put("platform", "linux/amd64");
    }

    private void health(Wire.Exchange exchange, String which, boolean verbose) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String each :
                List.of("ping", "log", "etcd", "informer-sync", "poststarthook/start-apiextensions-controllers")) {
            text.append(failing.contains(each) ? "[-]" + each + " failed: reason withheld\n" : "[+]" + each + " ok\n");
        }
        text.append(which).append(failing.isEmpty() ? " check passed\n" : " check failed\n");
        exchange.answer(
                failing.isEmpty() ? 200 : 500,
                TEXT,
                (verbose || !failing.isEmpty() ? text.toString() : "ok").getBytes(StandardCharsets.UTF_8));
    }

    /** Aggregated where the caller accepts it: v2beta1 from 1.27 on, v2 from 1.30 on. */
    private void discover(Wire.Exchange exchange, Wire.Request request, List<String> path) throws IOException {
        List<Kind> kinds = served();
        boolean core = path.getFirst().equals("api");
        String accept = request.header("accept").orElse("");
        if (path.size() == 1) {
            for (String version : minor >= 30 ? List.of("v2", "v2beta1") : List.of("v2beta1")) {
                if (accept.contains("as=APIGroupDiscoveryList") && accept.contains("v=" + version + ";")) {
                    exchange.answer(
                            200,
                            Map.of(
                                    "Content-Type",
                                    "application/json;g=apidiscovery.k8s.io;v=" + version
                                            + ";as=APIGroupDiscoveryList"),
                            Json.bytes(Discovery.aggregated(kinds, core, version)));
                    return;
                }
            }
            exchange.answer(200, JSON, Json.bytes(core ? Discovery.versions() : Discovery.groupList(kinds)));
        } else if (core) {
            exchange.answer(200, JSON, Json.bytes(Discovery.resources(kinds, "", path.get(1))));
        } else if (path.size() == 3 && path.get(1).equals("metrics.k8s.io") && metricsAnswer == 503) {
            exchange.answer(503, TEXT, "service unavailable\n".getBytes(StandardCharsets.UTF_8));
        } else if (path.size() == 3) {
            exchange.answer(200, JSON, Json.bytes(Discovery.resources(kinds, path.get(1), path.get(2))));
        } else {
            for (JsonNode each : Discovery.groupList(kinds).path("groups")) {
                if (each.path("name").asText().equals(path.get(1))) {
                    exchange.answer(200, JSON, Json.bytes(each));
                    return;
                }
            }
            throw new Discovery.NoSuchPath();
        }
    }

    /** A port that nobody listens on. */
    public static int deadPort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
