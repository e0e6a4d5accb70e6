package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.sessions.Sdk;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.Optional;

/** Messages in the SDK's form. */
final class Messages {
    private Messages() {}

    static McpSchema.JSONRPCRequest request(Incoming.Request request) {
        return new McpSchema.JSONRPCRequest("2.0", request.method(), id(request.id()), request.params());
    }

    static McpSchema.JSONRPCNotification notification(Incoming.Notification notification) {
        return new McpSchema.JSONRPCNotification("2.0", notification.method(), notification.params());
    }

    /** The response, or empty when its result or error does not have the form of one. */
    static Optional<McpSchema.JSONRPCResponse> response(Incoming.Answer answer) {
        try {
            return Optional.of(Sdk.mapper().convertValue(answer.message(), McpSchema.JSONRPCResponse.class));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Object id(JsonNode id) {
        return id.isTextual() ? id.textValue() : id.numberValue();
    }
}
