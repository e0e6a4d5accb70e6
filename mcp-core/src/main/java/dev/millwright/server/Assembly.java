package dev.millwright.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.audit.AuditLog;
import dev.millwright.call.Chain;
import dev.millwright.call.Metrics;
import dev.millwright.call.Permission;
import dev.millwright.call.Policy;
import dev.millwright.call.Quotas;
import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.json.Schema;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Offer;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.sandbox.SandboxConfig;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Migrations;
import dev.millwright.store.Plans;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Tenant;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The wiring of one process: its settings, its servers, and the one chain they share. */
public final class Assembly implements AutoCloseable {
    private final Settings settings;
    private final List<McpServer<?, ?>> servers;
    private final String version;
    private final boolean lasting;
    private final Path data;
    private final Store store;
    private final AuditLog audit;
    private final Tenants tenants;
    private final Redactor redactor;
    private final Chain chain;
    private final Supplier<Sandbox> sandbox;
    private final Map<String, Offer> offers = new LinkedHashMap<>();
    private final Deque<AutoCloseable> closing = new ConcurrentLinkedDeque<>();

    /** Of a process that ends with its caller. */
    public Assembly(Settings settings, List<McpServer<?, ?>> servers, String version, Metrics metrics) {
        this(settings, servers, version, metrics, false);
    }

    /**
     * @param lasting whether the process serves callers until it is told to stop
     * @throws ConfigException when the settings name a server or a reach that is not there
     */
    public Assembly(
            Settings settings, List<McpServer<?, ?>> servers, String version, Metrics metrics, boolean lasting) {
        this.settings = settings;
        this.servers = List.copyOf(servers);
        this.version = version;
        this.lasting = lasting;
        this.data = dataDirectory(settings, System.getenv());
        this.store = Store.open(
                storeUrl(settings.store(), data),
                this.servers.stream()
                        .flatMap(server -> server.migrations().stream())
                        .toArray(Migrations[]::new));
        this.audit = new AuditLog(data.resolve("audit"), settings.audit().rotateAt());
        this.tenants = new Tenants(settings.tenants());
        this.sandbox = new Once<>(() -> Sandboxes.choose(new SandboxConfig(
                settings.sandbox().confinement(), SandboxConfig.DEFAULT.scratch(), Optional.empty())));
        this.redactor = new Redactor(Stream.concat(settings.secrets().stream(), settings.store().password().stream())
                .map(Secrets::reveal)
                .toList());
        this.chain = new Chain(
                new Permission(policy(settings), tenants),
                quotas(settings),
                audit,
                new Once<>(() -> new Plans(store, Clock.systemUTC())),
                new Once<>(() -> new Idempotency(store, Clock.systemUTC())),
                redactor,
                metrics);
    }

    /** What the process serves at one address: these servers, in their order. */
    public Endpoint endpoint(String name, List<McpServer<?, ?>> chosen) {
        checkToolNames();
        return new Endpoint(name, version, chosen.stream().map(this::offer).toList(), chain);
    }

    /**
     * A tool misspelt in {@code deny-tools} would be offered. Only a program that has all servers knows all names.
     *
     * @throws ConfigException when the operator's lists name a tool that is not there
     */
    void checkToolNames() {
        List<String> named = new ArrayList<>(settings.allowTools());
        named.addAll(settings.denyTools());
        Set<String> present = servers.stream().<String>map(McpServer::name).collect(Collectors.toSet());
        if (named.isEmpty() || !present.containsAll(Configuration.SUITE)) {
            return;
        }
        List<String> known = servers.stream()
                .map(this::offer)
                .flatMap(offer -> offer.tools().stream())
                .map(tool -> tool.spec().name())
                .toList();
        for (String name : named) {
            if (!known.contains(name)) {
                throw new ConfigException("configuration: there is no tool %s (allow-tools, deny-tools)%s"
                        .formatted(
                                name,
                                Schema.nearest(name, known)
                                        .map(nearest -> "; did you mean " + nearest + "?")
                                        .orElse("; `millwright tools` lists them")));
            }
        }
    }

    private synchronized Offer offer(McpServer<?, ?> server) {
        return offers.computeIfAbsent(server.name(), name -> open(server));
    }

    private <C extends Record, R extends Record> Offer open(McpServer<C, R> server) {
        return server.open(config(server), reach(server), platform(server));
    }

    /** What works for a server here and what is missing. */
    public <C extends Record, R extends Record> List<McpServer.Check> doctor(McpServer<C, R> server) {
        return server.doctor(config(server), reach(server), platform(server));
    }

    private <C extends Record> C config(McpServer<C, ?> server) {
        JsonNode part = settings.servers().getOrDefault(server.name(), Json.object());
        return Configuration.bind(server.configType(), part, "/servers/" + server.name());
    }

    private <R extends Record> Map<Tenant, R> reach(McpServer<?, R> server) {
        Map<Tenant, R> reach = new LinkedHashMap<>();
        for (String name : tenants.names()) {
            Tenant tenant = new Tenant(name);
            JsonNode part = tenants.declared(tenant)
                    .reach()
                    .map(all -> all.get(server.name()))
                    .orElse(Json.object());
            String at = "/tenants/" + name + "/reach/" + server.name();
            reach.put(tenant, Configuration.bind(server.reachType(), part, at));
        }
        return reach;
    }

    private Platform platform(McpServer<?, ?> server) {
        return new Platform(
                data.resolve(server.name()),
                store,
                sandbox,
                Assembly::supplied,
                redactor::learn,
                System.getenv(),
                lasting,
                closing::push);
    }

    public Settings settings() {
        return settings;
    }

    public List<McpServer<?, ?>> servers() {
        return servers;
    }

    public Path data() {
        return data;
    }

    public Store store() {
        return store;
    }

    public AuditLog audit() {
        return audit;
    }

    public Tenants tenants() {
        return tenants;
    }

    private static Policy policy(Settings settings) {
        return new Policy(
                settings.readOnly(),
                Set.copyOf(settings.allowTools()),
                Set.copyOf(settings.denyTools()),
                settings.unconfirmed(),
                settings.budgetTokens(),
                Duration.ofSeconds(settings.deadlineSeconds()),
                Duration.ofSeconds(settings.questionSeconds()),
                settings.maxInput());
    }

    private static Quotas quotas(Settings settings) {
        Map<Tenant, Quotas.Quota> quotas = new LinkedHashMap<>();
        settings.tenants()
                .forEach((name, declared) -> declared.quotas()
                        .ifPresent(given -> quotas.put(
                                new Tenant(name),
                                new Quotas.Quota(
                                        given.callsPerMinute().orElse(0),
                                        given.concurrentCalls().orElse(0),
                                        given.bytes().orElse(0)))));
        return new Quotas(quotas, Quotas.Quota.NONE);
    }

    private static StoreUrl storeUrl(Settings.StoreSettings settings, Path data) {
        return settings.url()
                .<StoreUrl>map(url -> new StoreUrl.Shared(
                        url, settings.user(), settings.password().map(Assembly::supplied)))
                .orElse(new StoreUrl.Embedded(data));
    }

    private static Supplier<String> supplied(Secret secret) {
        return () -> Secrets.reveal(secret);
    }

    /** {@code data-dir}, else {@code millwright} in the user's data folder by the XDG base directory specification. */
    static Path dataDirectory(Settings settings, Map<String, String> environment) {
        if (settings.dataDir().isPresent()) {
            return Path.of(settings.dataDir().get()).toAbsolutePath();
        }
        String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".local", "share") : Path.of(xdg);
        return base.resolve("millwright").toAbsolutePath();
    }

    @Override
    public void close() {
        for (AutoCloseable resource = closing.poll(); resource != null; resource = closing.poll()) {
            try {
                resource.close();
            } catch (Exception e) {
                LoggerFactory.getLogger(Assembly.class).warn("closing {}", resource, e);
            }
        }
        audit.close();
        store.close();
    }

    /** Makes a value when it is first asked for, once. */
    private static final class Once<T> implements Supplier<T> {
        private final Supplier<T> maker;
        private Optional<T> made = Optional.empty();

        Once(Supplier<T> maker) {
            this.maker = maker;
        }

        @Override
        public synchronized T get() {
            if (made.isEmpty()) {
                made = Optional.of(maker.get());
            }
            return made.get();
        }
    }
}
