package dev.millwright.k8s.fix;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Unanswerable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A call by somebody in particular, whose client may answer questions; remembers what it was told and asked. */
public final class CallBy implements Call {
    private final String caller;
    private final Tenant tenant;
    private final Optional<JsonNode> answer;
    public final List<String> progress = new CopyOnWriteArrayList<>();
    public final List<String> asked = new ArrayList<>();

    public CallBy(String caller, Tenant tenant) {
        this(caller, tenant, Optional.empty());
    }

    /** @param answer to every question, as in {@code {"action": "accept", "content": {…}}} */
    public CallBy(String caller, Tenant tenant, Optional<JsonNode> answer) {
        this.caller = caller;
        this.tenant = tenant;
        this.answer = answer;
    }

    @Override
    public String id() {
        return "call-of-" + caller;
    }

    @Override
    public Tenant tenant() {
        return tenant;
    }

    @Override
    public String caller() {
        return caller;
    }

    @Override
    public int budget() {
        return 1_200;
    }

    @Override
    public Instant deadline() {
        return Instant.MAX;
    }

    @Override
    public void progress(double done, double total, String message) {
        progress.add(message);
    }

    @Override
    public void log(String level, String message) {
        // Nobody listens.
    }

    @Override
    public Map<String, JsonNode> ask(Map<String, Question> questions) {
        JsonNode all = answer.orElseThrow(() -> new Unanswerable("elicitation"));
        Map<String, JsonNode> answers = new HashMap<>();
        questions.forEach((key, question) -> {
            if (question instanceof Question.Form form) {
                asked.add(form.message());
            }
            answers.put(key, all.isMissingNode() ? Json.object() : all);
        });
        return answers;
    }

    @Override
    public boolean canAsk(Question question) {
        return answer.isPresent();
    }
}
