package dev.millwright.protocol.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Client;
import dev.millwright.call.NeedsInput;
import dev.millwright.json.Json;
import dev.millwright.protocol.Era;
import dev.millwright.protocol.LogLevel;
import dev.millwright.protocol.Progress;
import dev.millwright.tool.Question;
import dev.millwright.tool.Unanswerable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The client's side of one stateless request: what its {@code _meta} declares, and the outlet while the request runs. */
final class RequestClient implements Client {
    private final ObjectNode meta;
    private final JsonNode capabilities;
    private final Optional<LogLevel> logLevel;
    private final Progress progress;
    private final Rounds.Round round;
    private final Outlet outlet;
    private final Thread thread = Thread.currentThread();
    private boolean open = true;

    RequestClient(ObjectNode meta, Optional<LogLevel> logLevel, Rounds.Round round, Outlet outlet) {
        this.meta = meta;
        this.capabilities = meta.path(Era.META + "clientCapabilities");
        this.logLevel = logLevel;
        this.progress = new Progress(meta);
        this.round = round;
        this.outlet = outlet;
    }

    @Override
    public ObjectNode meta() {
        return meta;
    }

    @Override
    public boolean canAsk(Question question) {
        return switch (question) {
            case Question.Form _ -> {
                JsonNode elicitation = capabilities.path("elicitation");
                yield elicitation.isObject() && (elicitation.has("form") || !elicitation.has("url"));
            }
            case Question.Visit _ ->
                capabilities.path("elicitation").path("url").isObject();
            case Question.Sample _ -> capabilities.path("sampling").isObject();
            case Question.Roots _ -> capabilities.path("roots").isObject();
        };
    }

    @Override
    public Map<String, JsonNode> ask(Map<String, Question> questions) {
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        Map<String, Question> missing = new LinkedHashMap<>();
        questions.forEach((key, question) -> {
            if (!canAsk(question)) {
                throw new Unanswerable(capability(question));
            }
            round.answer(key, request(question))
                    .ifPresentOrElse(answer -> answers.put(key, answer), () -> missing.put(key, question));
        });
        if (!missing.isEmpty()) {
            throw new NeedsInput(missing);
        }
        return answers;
    }

    private static String capability(Question question) {
        return switch (question) {
            case Question.Form _, Question.Visit _ -> "elicitation";
            case Question.Sample _ -> "sampling";
            case Question.Roots _ -> "roots";
        };
    }

    /** A question as the protocol asks it. */
    static ObjectNode request(Question question) {
        ObjectNode request = Json.object();
        switch (question) {
            case Question.Form form -> {
                ObjectNode params = request.put("method", "elicitation/create").putObject("params");
                params.put("mode", "form").put("message", form.message()).set("requestedSchema", form.schema());
            }
            case Question.Visit visit ->
                request.put("method", "elicitation/create")
                        .putObject("params")
                        .put("mode", "url")
                        .put("message", visit.message())
                        .put("url", visit.url());
            case Question.Sample sample ->
                request.put("method", "sampling/createMessage").set("params", sample.params());
            case Question.Roots _ -> request.put("method", "roots/list").putObject("params");
        }
        return request;
    }

    @Override
    public void progress(double done, double total, String message) {
        progress.at(done, total, message).ifPresent(params -> send("notifications/progress", params));
    }

    @Override
    public void log(String level, String logger, String message) {
        LogLevel severity = LogLevel.of(level).orElse(LogLevel.INFO);
        if (logLevel.isPresent() && severity.compareTo(logLevel.get()) >= 0) {
            ObjectNode params = Json.object().put("level", severity.wire()).put("logger", logger);
            send("notifications/message", params.put("data", message));
        }
    }

    private synchronized void send(String method, ObjectNode params) {
        if (!open) {
            return;
        }
        ObjectNode notification = Json.object().put("jsonrpc", "2.0").put("method", method);
        notification.set("params", params);
        try {
            outlet.notify(notification);
        } catch (IOException e) {
            // Nobody is there to be answered: the same as a cancel.
            open = false;
            thread.interrupt();
        }
    }

    /** Lets nothing more through; what is being sent has been sent on return. */
    synchronized void close() {
        open = false;
    }
}
