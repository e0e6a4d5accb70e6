package dev.millwright.server;

import dev.millwright.call.Who;
import dev.millwright.identity.ApiKeys;
import dev.millwright.identity.Caller;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.stateless.StatelessEngine;
import dev.millwright.transport.StdioTransport;
import dev.millwright.transport.http.HttpConfig;
import dev.millwright.transport.http.HttpServer;
import dev.millwright.transport.http.Mount;
import dev.millwright.transport.http.Probe;
import dev.millwright.transport.http.PrometheusMetrics;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A wired process at work: its servers behind a transport, until that ends. */
public final class Serving {
    private Serving() {}

    /**
     * Serves on two streams, as one endpoint, for the user who started the process.
     *
     * @param tenant to work in; empty where there is but one, or one named default
     * @throws InterruptedException when interrupted; running calls are, too
     */
    public static void stdio(
            Assembly assembly, List<McpServer<?, ?>> chosen, Optional<String> tenant, InputStream in, OutputStream out)
            throws InterruptedException {
        OldGarbage.watch();
        Endpoint endpoint = assembly.endpoint(name(chosen), chosen);
        Who who = new Who(Caller.local(), assembly.tenants().of(Caller.local(), tenant));
        StatelessEngine stateless = new StatelessEngine(endpoint, new SealKey(assembly.data()));
        new StdioTransport(endpoint, stateless, who, in, out, StdioTransport.Limits.DEFAULT).run();
    }

    /**
     * Serves over HTTP until the process is told to stop: all chosen servers at {@code /mcp}, each at
     * {@code /SERVER/mcp}.
     *
     * @param metrics those of the assembly
     * @param started called once requests are answered
     */
    public static void http(
            Assembly assembly,
            List<McpServer<?, ?>> chosen,
            PrometheusMetrics metrics,
            Stop stop,
            Consumer<HttpServer> started)
            throws InterruptedException {
        OldGarbage.watch();
        HttpConfig config =
                Configuration.bind(HttpConfig.class, assembly.settings().http(), "/http");
        AuthConfig auth =
                Configuration.bind(AuthConfig.class, assembly.settings().auth(), "/auth");
        assembly.checkToolNames();
        List<Mount> mounts = new ArrayList<>();
        mounts.add(new Mount("", () -> assembly.endpoint(name(chosen), chosen)));
        for (McpServer<?, ?> server : chosen) {
            mounts.add(
                    new Mount(server.name(), () -> assembly.endpoint("millwright-" + server.name(), List.of(server))));
        }
        List<String> resources =
                HttpServer.resources(config, mounts.stream().map(Mount::name).toList());
        HttpServer.Parts parts = new HttpServer.Parts(
                auth.access(() -> new ApiKeys(assembly.store(), Clock.systemUTC()), resources),
                assembly.tenants(),
                assembly.audit(),
                new SealKey(assembly.data()),
                List.of(
                        new Probe("store", () -> assembly.store().read(connection -> connection.isValid(5))),
                        new Probe("audit", () -> assembly.audit().ready())),
                metrics);
        try (HttpServer server = HttpServer.start(config, mounts, parts)) {
            started.accept(server);
            stop.await();
        }
    }

    private static String name(List<McpServer<?, ?>> chosen) {
        return chosen.size() == 1 ? "millwright-" + chosen.getFirst().name() : "millwright";
    }
}
