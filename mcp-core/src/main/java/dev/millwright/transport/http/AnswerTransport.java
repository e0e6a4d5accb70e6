package dev.millwright.transport.http;

import dev.millwright.protocol.sessions.Sdk;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import reactor.core.publisher.Mono;

/**
 * Lets a session of the SDK write into an {@link Answer}.
 *
 * @param lasting whether the answer is a stream that goes on after a response
 */
record AnswerTransport(Answer answer, boolean lasting) implements McpStreamableServerTransport {
    @Override
    public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message, String id) {
        return sendMessage(message);
    }

    /** Events carry no id: nothing can be replayed, and an id would promise it. */
    @Override
    public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
        return Mono.fromCallable(() -> {
            byte[] json = Sdk.mapper().writeValueAsBytes(message);
            if (message instanceof McpSchema.JSONRPCResponse && !lasting) {
                answer.finish(200, json);
            } else {
                answer.event(json);
            }
            return null;
        });
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return Sdk.mapper().convertValue(data, type);
    }

    /** A single response is ended by whoever began it. */
    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    @Override
    public void close() {
        if (lasting) {
            answer.end();
        }
    }
}
