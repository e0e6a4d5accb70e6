package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.store.Idempotency;
import dev.millwright.tool.Content;
import dev.millwright.tool.Effect;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Performs a call that brings an idempotency key once: the same call with the same key again gets the first one's
 * answer. Reads are simply done again.
 */
record Once(Supplier<Idempotency> kept) implements Step {
    /** Key of a request's {@code _meta}: any text the client makes up, one for each call it means to be done once. */
    static final String KEY = "dev.millwright/idempotencyKey";

    private static final Duration LIFE = Duration.ofHours(24);

    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        JsonNode key = attempt.client().meta().path(KEY);
        if (!key.isTextual() || !attempt.operation().tool() || attempt.work().effect() == Effect.READS) {
            return next.go();
        }
        Optional<JsonNode> earlier = kept.get().reserve(key.textValue(), attempt.bound(), LIFE);
        if (earlier.isPresent()) {
            attempt.note("answered again, not performed");
            return read(earlier.get());
        }
        Reply reply;
        try {
            reply = next.go();
        } catch (Exception e) {
            kept.get().release(key.textValue(), attempt.bound());
            throw e;
        }
        if (reply instanceof Reply.Answer answer) {
            kept.get().complete(key.textValue(), attempt.bound(), write(answer));
        }
        return reply;
    }

    private static JsonNode write(Reply.Answer answer) {
        ObjectNode json = Json.object();
        answer.structured().ifPresent(structured -> json.set("structured", structured));
        List<String> texts = answer.content().stream()
                .filter(Content.Text.class::isInstance)
                .map(part -> ((Content.Text) part).text())
                .toList();
        json.set("texts", Json.tree(texts));
        return json;
    }

    private static Reply.Answer read(JsonNode json) {
        List<Content> content = json.path("texts")
                .valueStream()
                .map(text -> (Content) new Content.Text(text.textValue()))
                .toList();
        return new Reply.Answer(
                Optional.ofNullable(json.get("structured")),
                content,
                false,
                Json.object().put("dev.millwright/repeated", true));
    }
}
