package dev.millwright.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Targeted;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.Unanswerable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A call without a chain around it; nobody listens, nobody answers. */
public record FakeCall(String id, Tenant tenant, int budget, Instant deadline, Optional<String> system)
        implements Call {
    private static final AtomicLong NEXT = new AtomicLong();

    /** Of the default tenant, with 10,000 tokens for the answer and no hurry. */
    public FakeCall() {
        this(Tenant.DEFAULT, 10_000);
    }

    public FakeCall(Tenant tenant, int budget) {
        this("c-" + Long.toString(System.nanoTime(), 36) + "-" + NEXT.incrementAndGet(), tenant, budget, Instant.MAX);
    }

    public FakeCall(String id, Tenant tenant, int budget, Instant deadline) {
        this(id, tenant, budget, deadline, Optional.empty());
    }

    /** The same, as the chain makes it for this input. */
    public FakeCall of(Record input) {
        return input instanceof Targeted targeted
                ? new FakeCall(id, tenant, budget, deadline, targeted.system())
                : this;
    }

    /** JSON in, JSON out: as the tool behaves behind the chain. */
    public <I extends Record, O extends Record> JsonNode run(Tool<I, O> tool, JsonNode arguments) throws Exception {
        I input = Schema.of(tool.spec().input()).bind(arguments);
        return Json.tree(tool.call(input, of(input)));
    }

    @Override
    public String caller() {
        return "local";
    }

    @Override
    public void progress(double done, double total, String message) {
        // Nobody listens.
    }

    @Override
    public void log(String level, String message) {
        // Nobody listens.
    }

    @Override
    public Map<String, JsonNode> ask(Map<String, Question> questions) {
        throw new Unanswerable("elicitation");
    }

    @Override
    public boolean canAsk(Question question) {
        return false;
    }
}
