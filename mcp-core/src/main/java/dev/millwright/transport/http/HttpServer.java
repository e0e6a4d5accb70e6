package dev.millwright.transport.http;

import dev.millwright.audit.AuditLog;
import dev.millwright.identity.ResourceMetadata;
import dev.millwright.identity.Tenants;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.LoggerFactory;

/**
 * Serves endpoints over HTTP: {@code /mcp} and {@code /SERVER/mcp} in both protocol eras, {@code /SERVER/sse} for old
 * hosts, {@code /healthz}, {@code /readyz}, {@code /metrics}, and where to get tokens.
 *
 * <p>TLS is the business of a proxy in front.
 */
public final class HttpServer implements AutoCloseable {
    /**
     * What a server is made of, beside its configuration.
     *
     * @param tenants of the configuration
     * @param audit where refusals are recorded that no chain sees
     * @param key 32 secret bytes that seal what clients carry between the rounds of a stateless request; the same after
     *     a restart and in every process that may get the next round
     * @param probes what {@code /readyz} looks at
     * @param metrics also given to the chains of the endpoints
     */
    public record Parts(
            Access access,
            Tenants tenants,
            AuditLog audit,
            Supplier<byte[]> key,
            List<Probe> probes,
            PrometheusMetrics metrics) {
        public Parts {
            probes = List.copyOf(probes);
        }
    }

    /** After the drain, how long interrupted calls get to notice. */
    private static final Duration LAST_CHANCE = Duration.ofSeconds(2);

    private final HttpConfig config;
    private final Server jetty;
    private final ServerConnector connector;
    private final Work work;
    private final List<Door> doors;
    private final ScheduledExecutorService ticker;

    private HttpServer(
            HttpConfig config,
            Server jetty,
            ServerConnector connector,
            Work work,
            List<Door> doors,
            ScheduledExecutorService ticker) {
        this.config = config;
        this.jetty = jetty;
        this.connector = connector;
        this.work = work;
        this.doors = doors;
        this.ticker = ticker;
    }

    /**
     * Starts to listen.
     *
     * @throws ToolException {@code DENIED} when others could reach the process and would not be asked who they are;
     *     {@code UNAVAILABLE} when the address cannot be had
     */
    public static HttpServer start(HttpConfig config, List<Mount> mounts, Parts parts) {
        InetAddress address = address(config, parts.access());
        QueuedThreadPool threads = new QueuedThreadPool(8, 2);
        threads.setName("http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http ", 0).factory()));
        Server jetty = new Server(threads);
        ServerConnector connector = connector(config, jetty, address);
        open(connector, config);

        Work work = new Work();
        Gate gate = new Gate(
                new AllowList(config),
                parts.access(),
                parts.tenants(),
                parts.audit(),
                new Refusals(parts.metrics()),
                Clock.systemUTC());
        Front front = new Front(gate, work, parts.probes(), parts.metrics());
        String base = config.publicUrl().orElseGet(() -> base(config, connector.getLocalPort()));
        List<Door> doors = new ArrayList<>();
        for (Mount mount : mounts) {
            URI resource = URI.create(base + mount.prefix() + "/mcp");
            Door door = new Door(config, mount, parts.key(), work, gate, Front.metadata(resource));
            doors.add(door);
            front.mount(mount, door, config.legacySse());
            oauth(parts.access())
                    .ifPresent(oauth -> front.describe(
                            new ResourceMetadata(resource.toString(), oauth.authorizationServers(), oauth.scopes()),
                            mount.prefix() + "/mcp",
                            mount.name().isEmpty() || mounts.size() == 1));
        }
        parts.metrics().watch(() -> doors.stream().mapToInt(Door::sessions).sum(), work::count);
        jetty.setHandler(front);
        try {
            jetty.start();
        } catch (Exception e) {
            connector.close();
            throw ToolException.unavailable("HTTP cannot be served: " + e.getMessage(), e);
        }
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("http-ticker").daemon().factory());
        SlowClients slow = new SlowClients(Duration.ofSeconds(config.requestTimeoutSeconds()));
        ticker.scheduleWithFixedDelay(() -> tick(work, doors, slow, connector), 1, 1, TimeUnit.SECONDS);
        return new HttpServer(config, jetty, connector, work, List.copyOf(doors), ticker);
    }

    /** URLs of the resources that tokens may be for: one for each endpoint. */
    public static List<String> resources(HttpConfig config, List<String> names) {
        String base = config.publicUrl().orElseGet(() -> base(config, config.port()));
        return names.stream()
                .map(name -> base + (name.isEmpty() ? "" : "/" + name) + "/mcp")
                .toList();
    }

    private static String base(HttpConfig config, int port) {
        String host = config.bind().contains(":") ? "[" + config.bind() + "]" : config.bind();
        return "http://" + host + ":" + port;
    }

    private static Optional<Access.OAuth> oauth(Access access) {
        return switch (access) {
            case Access.Open _ -> Optional.empty();
            case Access.Guarded guarded -> guarded.oauth();
        };
    }

    private static InetAddress address(HttpConfig config, Access access) {
        InetAddress address;
        try {
            address = InetAddress.getByName(config.bind());
        } catch (UnknownHostException e) {
            throw ToolException.unavailable("bind: there is no address " + config.bind() + " here", e);
        }
        if (access instanceof Access.Open && !address.isLoopbackAddress()) {
            throw ToolException.denied(
                    "bind: on %s others can reach this process, and nobody would be asked who they are; configure keys or OAuth, or bind 127.0.0.1"
                            .formatted(config.bind()));
        }
        return address;
    }

    private static ServerConnector connector(HttpConfig config, Server jetty, InetAddress address) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(config.maxHeaderBytes());
        ServerConnector connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostAddress());
        connector.setPort(config.port());
        connector.setIdleTimeout(TimeUnit.SECONDS.toMillis(config.idleTimeoutSeconds()));
        connector.setAcceptQueueSize(128);
        jetty.addConnector(connector);
        jetty.addBean(new NetworkConnectionLimit(config.maxConnections(), connector));
        jetty.setErrorHandler(new JsonErrors());
        jetty.setStopTimeout(0);
        return connector;
    }

    private static void open(ServerConnector connector, HttpConfig config) {
        try {
            connector.open();
        } catch (IOException e) {
            throw ToolException.unavailable(
                    "port %d on %s cannot be had: is another process listening there? (port, bind)"
                            .formatted(config.port(), config.bind()),
                    e);
        }
    }

    private static void tick(Work work, List<Door> doors, SlowClients slow, ServerConnector connector) {
        try {
            work.beat();
            doors.forEach(Door::sweep);
            slow.close(connector);
        } catch (RuntimeException e) {
            // A tick that failed must not be the last one.
            LoggerFactory.getLogger(HttpServer.class).error("housekeeping failed", e);
        }
    }

    /** The port listened on, also when any was asked for. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Where an endpoint is on this machine. @param name of the mount */
    public URI uri(String name) {
        return URI.create(base(config, port()) + (name.isEmpty() ? "" : "/" + name) + "/mcp");
    }

    /**
     * Takes no more calls, lets those that run end for {@code drain-seconds}, stops the rest, and closes all
     * connections.
     */
    @Override
    public void close() {
        work.refuse();
        connector.close();
        doors.forEach(Door::endSubscriptions);
        try {
            if (!work.await(Duration.ofSeconds(config.drainSeconds()))) {
                work.cancelAll();
                doors.forEach(Door::cancelAll);
                work.await(LAST_CHANCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        doors.forEach(Door::close);
        ticker.shutdownNow();
        try {
            jetty.stop();
        } catch (Exception e) {
            LoggerFactory.getLogger(HttpServer.class).warn("HTTP did not stop cleanly", e);
        }
    }
}
