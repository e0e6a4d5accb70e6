package dev.millwright.filesystem.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Unanswerable;
import java.time.Instant;
import java.util.Map;

/** A call of somebody, with a budget and nobody listening. */
record FakeCall(String caller, Tenant tenant, int budget, Instant deadline) implements Call {
    static final FakeCall LOCAL = new FakeCall("local", Tenant.DEFAULT, 6_000, Instant.MAX);

    FakeCall by(String caller) {
        return new FakeCall(caller, tenant, budget, deadline);
    }

    FakeCall in(Tenant tenant) {
        return new FakeCall(caller, tenant, budget, deadline);
    }

    FakeCall within(int budget) {
        return new FakeCall(caller, tenant, budget, deadline);
    }

    FakeCall until(Instant deadline) {
        return new FakeCall(caller, tenant, budget, deadline);
    }

    @Override
    public String id() {
        return "c-1";
    }

    @Override
    public void progress(double done, double total, String message) {}

    @Override
    public void log(String level, String message) {}

    @Override
    public Map<String, JsonNode> ask(Map<String, Question> questions) {
        throw new Unanswerable("elicitation");
    }

    @Override
    public boolean canAsk(Question question) {
        return false;
    }
}
