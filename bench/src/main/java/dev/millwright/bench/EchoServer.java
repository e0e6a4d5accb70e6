package dev.millwright.bench;

import dev.millwright.audit.AuditLog;
import dev.millwright.call.Chain;
import dev.millwright.call.Permission;
import dev.millwright.call.Policy;
import dev.millwright.call.Quotas;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.json.Schema;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Offer;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Plans;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import dev.millwright.transport.http.Access;
import dev.millwright.transport.http.HttpConfig;
import dev.millwright.transport.http.HttpServer;
import dev.millwright.transport.http.Mount;
import dev.millwright.transport.http.PrometheusMetrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A server of one tool that repeats its text, behind the whole chain: what HTTP and the protocol cost a call. */
final class EchoServer {
    private record Echo() implements Tool<Echo.Input, Echo.Output> {
        record Input(String text) {}

        record Output(String text) {}

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.reads("echo", Input.class, Output.class).description("Repeat a text.");
        }

        @Override
        public Output call(Input input, Call call) {
            return new Output(input.text());
        }
    }

    private EchoServer() {}

    /** @param args the port, and a directory for the store and the audit log */
    public static void main(String[] args) throws InterruptedException {
        Path data = Path.of(args[1]);
        Store store = Store.open(new StoreUrl.Embedded(data));
        AuditLog audit = new AuditLog(data.resolve("audit"), 64 << 20);
        PrometheusMetrics metrics = new PrometheusMetrics();
        Tenants tenants = new Tenants(Map.of());
        Chain chain = new Chain(
                new Permission(
                        new Policy(false, Set.of(), Set.of(), false, 6000, Duration.ofSeconds(30), Duration.ofMinutes(10), 1 << 20), tenants),
                new Quotas(Map.of(), Quotas.Quota.NONE),
                audit,
                () -> new Plans(store, Clock.systemUTC()),
                () -> new Idempotency(store, Clock.systemUTC()),
                new Redactor(List.of()),
                metrics);
        Offer offer = new Offer("echo", "", List.of(new Echo()), Optional.empty(), List.of());
        HttpConfig config = Schema.of(HttpConfig.class, Schema.Keys.KEBAB)
                .bind(Json.object().put("port", Integer.parseInt(args[0])));
        try (HttpServer server = HttpServer.start(
                config,
                List.of(new Mount("", () -> new Endpoint("echo", "1", List.of(offer), chain))),
                new HttpServer.Parts(new Access.Open(), tenants, audit, () -> new byte[32], List.of(), metrics))) {
            System.err.println("listening at " + server.uri(""));
            Thread.currentThread().join();
        }
    }
}
