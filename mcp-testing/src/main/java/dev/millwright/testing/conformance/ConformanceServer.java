package dev.millwright.testing.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.identity.Caller;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.protocol.stateless.StatelessEngine;
import dev.millwright.tool.Tenant;
import dev.millwright.transport.StdioTransport;
import dev.millwright.transport.http.Access;
import dev.millwright.transport.http.HttpConfig;
import dev.millwright.transport.http.HttpServer;
import dev.millwright.transport.http.Mount;
import dev.millwright.transport.http.PrometheusMetrics;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** The fixtures of the conformance suite on the real engines: {@code --port N} at {@code /mcp}, or {@code --stdio}. */
public final class ConformanceServer {
    private ConformanceServer() {}

    public static void main(String[] args) throws Exception {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Path data = Files.createTempDirectory("millwright-conformance");
        try (Fixtures fixtures = new Fixtures(data)) {
            switch (List.of(args)) {
                case List<String> given when given.equals(List.of("--stdio")) -> stdio(fixtures, () -> key);
                case List<String> given
                when given.size() == 2 && given.getFirst().equals("--port") ->
                    http(fixtures, () -> key, Integer.parseInt(given.get(1)));
                default -> throw new IllegalArgumentException("give --stdio or --port N");
            }
        }
    }

    private static void stdio(Fixtures fixtures, Supplier<byte[]> key) throws InterruptedException {
        InputStream in = System.in;
        PrintStream out = System.out;
        System.setOut(System.err);
        Who who = new Who(Caller.local(), Tenant.DEFAULT);
        try (StatelessEngine stateless = new StatelessEngine(fixtures.endpoint(), key)) {
            new StdioTransport(fixtures.endpoint(), stateless, who, in, out, StdioTransport.Limits.DEFAULT).run();
        }
    }

    private static void http(Fixtures fixtures, Supplier<byte[]> key, int port) throws InterruptedException {
        ObjectNode settings = Json.object().put("port", port).put("drain-seconds", 1);
        HttpConfig config = Schema.of(HttpConfig.class, Schema.Keys.KEBAB).bind(settings);
        HttpServer.Parts parts = new HttpServer.Parts(
                new Access.Open(), new Tenants(Map.of()), fixtures.audit(), key, List.of(), new PrometheusMetrics());
        try (HttpServer server = HttpServer.start(config, List.of(new Mount("", fixtures::endpoint)), parts)) {
            System.err.println("conformance server at " + server.uri(""));
            new CountDownLatch(1).await();
        }
    }
}
