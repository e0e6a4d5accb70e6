package dev.millwright.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.Optional;

/** One message from a client, told apart by its JSON-RPC form. */
public sealed interface Incoming {
    /** @param id text or a whole number. @param params empty when it had none */
    record Request(JsonNode id, String method, ObjectNode params, ObjectNode message) implements Incoming {}

    /** @param params empty when it had none */
    record Notification(String method, ObjectNode params, ObjectNode message) implements Incoming {}

    /** A result or an error for a request of ours. */
    record Answer(ObjectNode message) implements Incoming {}

    /** What cannot be handled. @param reply the JSON-RPC error to send; its {@code id} is left out where it is unknown */
    record Malformed(ObjectNode reply) implements Incoming {}

    /** Reads UTF-8 bytes. */
    static Incoming read(byte[] bytes, int from, int length) {
        JsonNode node;
        try {
            node = Json.read(bytes, from, length);
        } catch (JsonProcessingException e) {
            return malformed(Errors.PARSE_ERROR, "not JSON: " + Errors.position(e), Optional.empty());
        }
        if (!(node instanceof ObjectNode message)) {
            return malformed(
                    Errors.INVALID_REQUEST,
                    node.isArray() ? "batches are not supported; send one message at a time" : "not a JSON object",
                    Optional.empty());
        }
        return of(message);
    }

    /** Tells what a JSON object is. */
    static Incoming of(ObjectNode message) {
        JsonNode id = message.path("id");
        boolean usable = id.isTextual() || id.isIntegralNumber();
        Optional<JsonNode> known = usable ? Optional.of(id) : Optional.empty();
        if (!message.path("jsonrpc").asText().equals("2.0")) {
            return malformed(Errors.INVALID_REQUEST, "jsonrpc must be \"2.0\"", known);
        }
        JsonNode method = message.path("method");
        if (method.isMissingNode() && (message.has("result") || message.has("error"))) {
            return new Answer(message);
        }
        if (!method.isTextual()) {
            return malformed(Errors.INVALID_REQUEST, "method must be text", known);
        }
        JsonNode params = message.path("params");
        if (!params.isObject() && !params.isMissingNode() && !params.isNull()) {
            return malformed(Errors.INVALID_REQUEST, "params must be an object", known);
        }
        ObjectNode given = params instanceof ObjectNode object ? object : Json.object();
        if (id.isMissingNode()) {
            return new Notification(method.textValue(), given, message);
        } else if (!usable) {
            return malformed(Errors.INVALID_REQUEST, "id must be text or a whole number", known);
        }
        return new Request(id, method.textValue(), given, message);
    }

    private static Malformed malformed(int code, String message, Optional<JsonNode> id) {
        return new Malformed(Errors.reply(id, code, message, Optional.empty()));
    }
}
