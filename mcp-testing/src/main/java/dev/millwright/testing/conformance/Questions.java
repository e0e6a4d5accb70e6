package dev.millwright.testing.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.tool.Question;

/** Questions written as the suite writes them. */
final class Questions {
    private Questions() {}

    /** @param properties of the form, as JSON; all of them required */
    static Question form(String message, String properties) {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode fields = parse(properties);
        schema.set("properties", fields);
        fields.fieldNames().forEachRemaining(schema.putArray("required")::add);
        return new Question.Form(message, schema);
    }

    static Question sample(String prompt, int maxTokens) {
        ObjectNode params = Json.object();
        params.putArray("messages")
                .addObject()
                .put("role", "user")
                .putObject("content")
                .put("type", "text")
                .put("text", prompt);
        return new Question.Sample(params.put("maxTokens", maxTokens));
    }

    static ObjectNode parse(String json) {
        try {
            return (ObjectNode) Json.read(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
