package dev.millwright.protocol.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Client;
import dev.millwright.json.Json;
import dev.millwright.protocol.LogLevel;
import dev.millwright.protocol.Progress;
import dev.millwright.protocol.Running;
import dev.millwright.tool.Question;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.Unanswerable;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** The client's side of one request of a session. */
final class SessionClient implements Client {
    /** How long a notification may take to be written; the client does not read any more after that. */
    private static final Duration SENDING = Duration.ofSeconds(10);

    private final McpAsyncServerExchange exchange;
    private final ObjectNode meta;
    private final Progress progress;
    private final Running.Entry entry;
    private final Questions questions;

    SessionClient(McpAsyncServerExchange exchange, ObjectNode meta, Running.Entry entry, Questions questions) {
        this.exchange = exchange;
        this.meta = meta;
        this.progress = new Progress(meta);
        this.entry = entry;
        this.questions = questions;
    }

    @Override
    public ObjectNode meta() {
        return meta;
    }

    @Override
    public boolean canAsk(Question question) {
        Optional<ClientCapabilities> capabilities = Optional.ofNullable(exchange.getClientCapabilities());
        Optional<ClientCapabilities.Elicitation> elicitation = capabilities.map(ClientCapabilities::elicitation);
        return switch (question) {
            case Question.Form _ ->
                elicitation
                        .filter(form -> form.form() != null || form.url() == null)
                        .isPresent();
            case Question.Visit _ ->
                elicitation.map(ClientCapabilities.Elicitation::url).isPresent();
            case Question.Sample _ ->
                capabilities.map(ClientCapabilities::sampling).isPresent();
            case Question.Roots _ -> capabilities.map(ClientCapabilities::roots).isPresent();
        };
    }

    @Override
    public Map<String, JsonNode> ask(Map<String, Question> questions) throws InterruptedException {
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        for (Map.Entry<String, Question> question : questions.entrySet()) {
            answers.put(question.getKey(), ask(question.getValue()));
        }
        return answers;
    }

    private JsonNode ask(Question question) throws InterruptedException {
        if (!canAsk(question)) {
            throw new Unanswerable(
                    switch (question) {
                        case Question.Form _, Question.Visit _ -> "elicitation";
                        case Question.Sample _ -> "sampling";
                        case Question.Roots _ -> "roots";
                    });
        }
        return switch (question) {
            case Question.Form form -> {
                Map<String, Object> schema = Json.mapper().convertValue(form.schema(), SessionsEngine.MAP);
                yield answer(exchange.createElicitation(McpSchema.ElicitFormRequest.builder(form.message(), schema)
                        .build()));
            }
            case Question.Visit visit -> {
                String id = UUID.randomUUID().toString();
                yield answer(
                        exchange.createElicitation(McpSchema.ElicitUrlRequest.builder(visit.message(), visit.url(), id)
                                .build()));
            }
            case Question.Sample sample ->
                answer(exchange.createMessage(
                        Sdk.mapper().convertValue(sample.params(), McpSchema.CreateMessageRequest.class)));
            case Question.Roots _ -> answer(exchange.listRoots());
        };
    }

    private JsonNode answer(Mono<?> answer) throws InterruptedException {
        try {
            return Sdk.tree(questions.ask(answer));
        } catch (ExecutionException e) {
            throw ToolException.unavailable("the client did not answer the question it was asked", e.getCause());
        }
    }

    @Override
    public void progress(double done, double total, String message) {
        progress.at(done, total, message).ifPresent(params -> {
            JsonNode token = params.path("progressToken");
            Object known = token.isTextual() ? token.textValue() : (Object) token.numberValue();
            McpSchema.ProgressNotification.Builder notification = McpSchema.ProgressNotification.builder(known, done);
            if (params.has("total")) {
                notification.total(total);
            }
            if (params.has("message")) {
                notification.message(message);
            }
            send(exchange.progressNotification(notification.build()));
        });
    }

    @Override
    public void log(String level, String logger, String message) {
        LogLevel severity = LogLevel.of(level).orElse(LogLevel.INFO);
        send(exchange.loggingNotification(
                McpSchema.LoggingMessageNotification.builder(McpSchema.LoggingLevel.valueOf(severity.name()), message)
                        .logger(logger)
                        .build()));
    }

    private void send(Mono<Void> sending) {
        if (!entry.isOpen()) {
            return;
        }
        CompletableFuture<Void> future = sending.toFuture();
        try {
            future.get(SENDING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // A client that cannot be told how far the work is may still be there for its answer.
            future.cancel(true);
        }
    }
}
