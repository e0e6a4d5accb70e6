package dev.millwright.protocol.stateless;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Attempt;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.ProtocolException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Keeps what a request was already told between its rounds, in a sealed text that the client carries.
 *
 * <p>A state is good for its caller, tenant, method and arguments, for ten minutes, and its answers are handed to the
 * work once in this process: a person's consent cannot be replayed. An answer counts only for the question it was given
 * to.
 */
final class Rounds {
    private static final Duration LIFE = Duration.ofMinutes(10);

    /** Used states remembered at most; beyond it the oldest are forgotten first. */
    private static final int MOST_USED = 100_000;

    private final Seal seal;
    private final Clock clock;

    /** Nonces of states whose answers were handed out, with the time they expire. */
    private final Map<String, Instant> used = new LinkedHashMap<>();

    Rounds(Supplier<byte[]> key, Clock clock) {
        this.seal = new Seal(key);
        this.clock = clock;
    }

    /**
     * The round that a request begins or goes on with.
     *
     * @throws ProtocolException when its {@code requestState} was not given to this very request
     */
    Round of(Who who, String method, ObjectNode params) throws ProtocolException {
        String context = context(who, method, params);
        JsonNode state = params.path("requestState");
        if (state.isMissingNode()) {
            return new Round(context, Map.of(), Optional.empty());
        }
        ObjectNode opened = open(state, context);
        Map<String, JsonNode> answers = new HashMap<>();
        opened.path("answers").properties().forEach(answer -> answers.put(answer.getKey(), answer.getValue()));
        JsonNode responses = params.path("inputResponses");
        for (Map.Entry<String, JsonNode> asked : opened.path("asked").properties()) {
            JsonNode response = responses.path(asked.getKey());
            if (response.isObject()) {
                answers.put(key(asked.getKey(), asked.getValue().asText()), response);
            }
        }
        return new Round(context, answers, Optional.of(opened.path("nonce").asText()));
    }

    /** The round of a request that cannot ask. */
    Round none() {
        return new Round("", Map.of(), Optional.empty());
    }

    private ObjectNode open(JsonNode state, String context) throws ProtocolException {
        Optional<String> text = state.isTextual() ? seal.open(state.textValue(), context) : Optional.empty();
        if (text.isEmpty()) {
            throw refused("requestState was not given to this request; repeat it without");
        }
        try {
            ObjectNode opened = (ObjectNode) Json.read(text.get());
            if (clock.millis() > opened.path("expires").asLong()) {
                throw refused("requestState has expired; repeat the request without");
            }
            return opened;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProtocolException refused(String message) {
        return new ProtocolException(ProtocolException.Reason.INVALID_PARAMS, message);
    }

    /** What binds a state to its request: everything but the parts that change from round to round. */
    private static String context(Who who, String method, ObjectNode params) {
        ObjectNode same = params.deepCopy();
        same.remove(List.of("_meta", "requestState", "inputResponses"));
        ArrayNode bound = Json.array();
        bound.add(who.caller().id()).add(who.tenant().name()).add(method).add(Attempt.digest(same));
        return bound.toString();
    }

    private static String key(String key, String digest) {
        return key + "#" + digest;
    }

    private synchronized boolean use(String nonce) {
        Instant now = clock.instant();
        Iterator<Instant> oldest = used.values().iterator();
        while (oldest.hasNext() && (now.isAfter(oldest.next()) || used.size() >= MOST_USED)) {
            oldest.remove();
        }
        return used.putIfAbsent(nonce, now.plus(LIFE)) == null;
    }

    /** One round of a request. */
    final class Round {
        private final String context;
        private final Map<String, JsonNode> answers;
        private final Optional<String> nonce;
        private Optional<Boolean> fresh = Optional.empty();

        private Round(String context, Map<String, JsonNode> answers, Optional<String> nonce) {
            this.context = context;
            this.answers = answers;
            this.nonce = nonce;
        }

        /** The answer given to this question in this round or an earlier one. @param request as the client was sent it */
        Optional<JsonNode> answer(String key, ObjectNode request) {
            JsonNode answer = answers.get(key(key, Attempt.digest(request)));
            if (answer == null) {
                return Optional.empty();
            }
            if (fresh.isEmpty()) {
                fresh = Optional.of(use(nonce.orElseThrow()));
            }
            return fresh.get() ? Optional.of(answer) : Optional.empty();
        }

        /** The state to send with these questions. @param requests by key, as the client is sent them */
        String next(Map<String, ObjectNode> requests) {
            ObjectNode state = Json.object()
                    .put("nonce", UUID.randomUUID().toString())
                    .put("expires", clock.instant().plus(LIFE).toEpochMilli());
            ObjectNode asked = state.putObject("asked");
            requests.forEach((key, request) -> asked.put(key, Attempt.digest(request)));
            if (fresh.orElse(true)) {
                state.putObject("answers").setAll(new TreeMap<>(answers));
            }
            return seal.close(state.toString(), context);
        }
    }
}
