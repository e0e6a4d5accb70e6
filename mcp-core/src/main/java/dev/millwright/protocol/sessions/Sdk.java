package dev.millwright.protocol.sessions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.protocol.Errors;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.InitializeRequest;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import org.jspecify.annotations.Nullable;

/** What the SDK needs of us, without the parts of it that load much and do nothing here. */
public final class Sdk {
    /** The SDK's records read and written as it does itself, nested no deeper than ours. */
    public static McpJsonMapper mapper() {
        return Binding.MAPPER;
    }

    /** Made when a message other than {@code initialize} has to be bound. */
    private static final class Binding {
        static final McpJsonMapper MAPPER = new JacksonMcpJsonMapper(JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(Json.MAX_DEPTH)
                                .maxStringLength(Integer.MAX_VALUE)
                                .build())
                        .build())
                .build());
    }

    /** Accepts everything: the chain checks arguments, and answers come from the same records as their schema. */
    static final JsonSchemaValidator NO_VALIDATION =
            (schema, value) -> JsonSchemaValidator.ValidationResponse.asValid("");

    private Sdk() {}

    static ObjectNode params(@Nullable Object params) {
        return params instanceof ObjectNode object
                ? object
                : Json.tree(params) instanceof ObjectNode object ? object : Json.object();
    }

    public static JsonNode tree(Object value) {
        return value instanceof JsonNode node ? node : mapper().convertValue(value, JsonNode.class);
    }

    /**
     * Reads the params of {@code initialize} by hand: for the mapper to learn the records takes as long as the whole start.
     *
     * @throws McpError when they do not fit
     */
    public static InitializeRequest initializeRequest(ObjectNode params) {
        JsonNode version = params.path("protocolVersion");
        JsonNode given = params.path("capabilities");
        JsonNode client = params.path("clientInfo");
        if (!version.isTextual()
                || !given.isObject()
                || !client.path("name").isTextual()
                || !client.path("version").isTextual()) {
            throw error(Errors.INVALID_PARAMS, "initialize needs protocolVersion, capabilities and clientInfo");
        }
        ClientCapabilities.Builder capabilities = ClientCapabilities.builder();
        if (given.path("roots").isObject()) {
            capabilities.roots(given.path("roots").path("listChanged").asBoolean());
        }
        if (given.path("sampling").isObject()) {
            capabilities.sampling();
        }
        JsonNode elicitation = given.path("elicitation");
        if (elicitation.isObject()) {
            boolean url = elicitation.path("url").isObject();
            capabilities.elicitation(elicitation.path("form").isObject() || !url, url);
        }
        McpSchema.Implementation named = McpSchema.Implementation.builder(
                        client.path("name").textValue(), client.path("version").textValue())
                .build();
        return InitializeRequest.builder(version.textValue(), capabilities.build(), named)
                .build();
    }

    /** Writes the answer to {@code initialize}, by hand as well. */
    public static ObjectNode json(InitializeResult result, ObjectNode capabilities) {
        ObjectNode json = Json.object().put("protocolVersion", result.protocolVersion());
        json.set("capabilities", capabilities);
        json.putObject("serverInfo")
                .put("name", result.serverInfo().name())
                .put("version", result.serverInfo().version());
        if (!result.instructions().isBlank()) {
            json.put("instructions", result.instructions());
        }
        return json;
    }

    static McpError error(int code, String message) {
        return McpError.builder(code).message(message).build();
    }
}
