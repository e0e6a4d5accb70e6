package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.store.Plans;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Question;
import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Lets nothing be destroyed that a person did not agree to.
 *
 * <p>Asks through the client; where the client cannot ask, or its person put the question aside, the call is refused
 * with a plan token, and the same call with that token goes through once.
 */
record Confirm(Policy policy, Supplier<Plans> plans) implements Step {
    private static final Duration PLAN_LIFETIME = Duration.ofMinutes(10);
    private static final String KEY = "confirm";

    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        if (attempt.work().effect() == Effect.DESTROYS) {
            if (!attempt.operation().confirmable()) {
                throw new IllegalStateException(attempt.operation().name() + " destroys but was not declared to");
            }
            confirm(attempt);
        }
        return next.go();
    }

    private void confirm(Attempt attempt) throws InterruptedException {
        if (policy.unconfirmed()) {
            attempt.note("unconfirmed: --yes");
            return;
        }
        if (attempt.plan().isPresent()) {
            plans.get().redeem(attempt.plan().get(), attempt.bound());
            attempt.note("confirmed by plan token");
            return;
        }
        Question question = new Question.Form(attempt.work().confirmation(), form());
        if (!attempt.client().canAsk(question)) {
            throw refusal(attempt, "this client cannot ask the person");
        }
        JsonNode answer = attempt.ask(Map.of(KEY, question)).getOrDefault(KEY, Json.object());
        if (!answer.path("action").asText().equals("accept")) {
            throw refusal(attempt, "the person did not confirm");
        }
        if (!answer.path("content").path(KEY).asBoolean()) {
            throw ToolException.denied(
                    "the person said no to: " + attempt.work().confirmation());
        }
        attempt.note("confirmed by the person");
    }

    private ToolException refusal(Attempt attempt, String reason) {
        String token = plans.get().issue(attempt.bound(), PLAN_LIFETIME);
        return ToolException.denied(
                "%s Not done: %s. Ask the person; only if they agree, repeat the call unchanged with \"plan\": \"%s\" (within %d minutes, once)"
                        .formatted(attempt.work().confirmation(), reason, token, PLAN_LIFETIME.toMinutes()));
    }

    private static ObjectNode form() {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties")
                .putObject(KEY)
                .put("type", "boolean")
                .put("title", "Confirm")
                .put("description", "Yes, do it.");
        schema.putArray("required").add(KEY);
        return schema;
    }
}
