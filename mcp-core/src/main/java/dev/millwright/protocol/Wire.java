package dev.millwright.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Reply;
import dev.millwright.json.Json;
import dev.millwright.tool.Content;
import dev.millwright.tool.Prompt;
import dev.millwright.tool.Resources;
import java.util.Base64;

/** The JSON form that answers, content and listings share in both eras. */
public final class Wire {
    private Wire() {}

    static ObjectNode answer(Reply.Answer answer) {
        ObjectNode json = Json.object();
        ArrayNode content = json.putArray("content");
        answer.content().forEach(part -> content.add(content(part)));
        if (content.isEmpty()) {
            answer.structured()
                    .ifPresent(structured ->
                            content.addObject().put("type", "text").put("text", Json.write(structured)));
        }
        answer.structured().ifPresent(structured -> json.set("structuredContent", structured));
        json.put("isError", answer.error());
        if (!answer.meta().isEmpty()) {
            json.set("_meta", answer.meta());
        }
        return json;
    }

    /** A failed tool call the model can read. */
    public static ObjectNode failure(String message) {
        ObjectNode json = Json.object();
        json.putArray("content").addObject().put("type", "text").put("text", message);
        return json.put("isError", true);
    }

    static ObjectNode content(Content content) {
        ObjectNode json = Json.object();
        switch (content) {
            case Content.Text text -> json.put("type", "text").put("text", text.text());
            case Content.Image image ->
                json.put("type", "image").put("data", base64(image.data())).put("mimeType", image.mimeType());
            case Content.Audio audio ->
                json.put("type", "audio").put("data", base64(audio.data())).put("mimeType", audio.mimeType());
            case Content.Embedded embedded ->
                json.put("type", "resource").set("resource", contents(embedded.resource()));
            case Content.Link link -> {
                json.put("type", "resource_link").put("uri", link.uri()).put("name", link.name());
                link.mimeType().ifPresent(type -> json.put("mimeType", type));
            }
        }
        return json;
    }

    static ObjectNode contents(Content.ResourceContent resource) {
        ObjectNode json = Json.object().put("uri", resource.uri()).put("mimeType", resource.mimeType());
        resource.text().ifPresent(text -> json.put("text", text));
        resource.blob().ifPresent(blob -> json.put("blob", base64(blob)));
        return json;
    }

    static ObjectNode resource(Resources.Resource resource) {
        ObjectNode json = Json.object()
                .put("uri", resource.uri())
                .put("name", resource.name())
                .put("description", resource.description())
                .put("mimeType", resource.mimeType());
        resource.size().ifPresent(size -> json.put("size", size));
        return json;
    }

    static ObjectNode template(Resources.Template template) {
        return Json.object()
                .put("uriTemplate", template.uriTemplate())
                .put("name", template.name())
                .put("description", template.description())
                .put("mimeType", template.mimeType());
    }

    static ObjectNode prompt(Prompt prompt) {
        ObjectNode json = Json.object()
                .put("name", prompt.name())
                .put("title", prompt.title())
                .put("description", prompt.description());
        ArrayNode arguments = json.putArray("arguments");
        prompt.arguments()
                .forEach(argument -> arguments
                        .addObject()
                        .put("name", argument.name())
                        .put("description", argument.description())
                        .put("required", argument.required()));
        return json;
    }

    static JsonNode message(Prompt.Message message) {
        ObjectNode json = Json.object().put("role", message.role());
        json.set("content", content(message.content()));
        return json;
    }

    private static String base64(byte[] data) {
        return Base64.getEncoder().encodeToString(data);
    }
}
