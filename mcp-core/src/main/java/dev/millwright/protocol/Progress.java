package dev.millwright.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.Optional;

/** Progress of one request, for a client that gave a token; what does not rise is left out, as the protocol asks. */
public final class Progress {
    private final Optional<JsonNode> token;
    private double last = Double.NEGATIVE_INFINITY;

    /** @param meta the request's {@code _meta} */
    public Progress(ObjectNode meta) {
        JsonNode given = meta.path("progressToken");
        token = given.isTextual() || given.isIntegralNumber() ? Optional.of(given) : Optional.empty();
    }

    /** The params of a notification to send, if one is to be sent. @param total 0 when it is not known */
    public synchronized Optional<ObjectNode> at(double done, double total, String message) {
        if (token.isEmpty() || !(done > last) || Double.isInfinite(done)) {
            return Optional.empty();
        }
        last = done;
        ObjectNode params = Json.object();
        params.set("progressToken", token.get());
        params.put("progress", done);
        if (total > 0) {
            params.put("total", total);
        }
        if (!message.isEmpty()) {
            params.put("message", message);
        }
        return Optional.of(params);
    }
}
