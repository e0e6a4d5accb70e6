package dev.millwright.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.Optional;

/** JSON-RPC errors and the codes both eras use. */
public final class Errors {
    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL = -32603;

    /** Ours, outside of what JSON-RPC and MCP reserve: not allowed, too much, or not to be had now. */
    public static final int REFUSED = -31000;

    private Errors() {}

    /** An error message; {@code id} is left out where it is unknown. */
    public static ObjectNode reply(Optional<JsonNode> id, int code, String message, Optional<JsonNode> data) {
        ObjectNode reply = Json.object().put("jsonrpc", "2.0");
        id.ifPresent(known -> reply.set("id", known));
        ObjectNode error = reply.putObject("error").put("code", code).put("message", message);
        data.ifPresent(known -> error.set("data", known));
        return reply;
    }

    /** Where a text stops being JSON, without quoting it. */
    static String position(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        return at == null ? "unreadable" : "unreadable at byte " + Math.max(0, at.getByteOffset());
    }
}
