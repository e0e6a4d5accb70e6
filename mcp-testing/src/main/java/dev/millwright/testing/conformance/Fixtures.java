package dev.millwright.testing.conformance;

import dev.millwright.audit.AuditLog;
import dev.millwright.call.Chain;
import dev.millwright.call.Permission;
import dev.millwright.call.Policy;
import dev.millwright.call.Quotas;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Redactor;
import dev.millwright.protocol.Changes;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Offer;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Plans;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Tool;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Everything the suite asks for, as one endpoint behind the chain of the products. */
final class Fixtures implements AutoCloseable {
    private static final Policy POLICY =
            new Policy(false, Set.of(), Set.of(), false, 6000, Duration.ofSeconds(60), Duration.ofMinutes(10), 1 << 20);

    private final Store store;
    private final AuditLog audit;
    private final Endpoint endpoint;

    /** @param data folder for the audit log and the store */
    Fixtures(Path data) {
        store = Store.open(new StoreUrl.Embedded(data));
        audit = new AuditLog(data.resolve("audit"), 64 << 20);
        Chain chain = new Chain(
                new Permission(POLICY, new Tenants(Map.of())),
                new Quotas(Map.of(), Quotas.Quota.NONE),
                audit,
                () -> new Plans(store, Clock.systemUTC()),
                () -> new Idempotency(store, Clock.systemUTC()),
                new Redactor(List.of()),
                (_, _, _) -> {});
        endpoint = new Endpoint("millwright-conformance", "1", List.of(offer(this::announce)), chain);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    AuditLog audit() {
        return audit;
    }

    private void announce(Changes.Change change) {
        endpoint.changes().announce(change);
    }

    private static Offer offer(Consumer<Changes.Change> announce) {
        List<Tool<?, ?>> tools = new ArrayList<>(ContentTools.all());
        tools.addAll(TalkingTools.all(announce));
        tools.addAll(InputTools.all());
        tools.addAll(StoppableTools.all());
        tools.add(new SchemaTool());
        return new Offer(
                "conformance",
                "Fixtures of the MCP conformance suite.",
                tools,
                Optional.of(new TestResources()),
                TestPrompt.all());
    }

    @Override
    public void close() {
        audit.close();
        store.close();
    }
}
