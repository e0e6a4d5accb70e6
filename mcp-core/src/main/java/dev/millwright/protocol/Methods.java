package dev.millwright.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Client;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.tool.Resources;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests that both eras answer alike: params in, result out, before an era adds what is its own. */
public final class Methods {
    /** Values one completion may return, by the protocol. */
    private static final int MOST_COMPLETIONS = 100;

    private static final List<String> TOOLS = List.of("tools/list", "tools/call", "completion/complete");
    private static final List<String> PROMPTS = List.of("prompts/list", "prompts/get");
    private static final List<String> RESOURCES =
            List.of("resources/list", "resources/templates/list", "resources/read");

    private final Endpoint endpoint;

    public Methods(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Names of the methods this endpoint answers. */
    public List<String> names() {
        List<String> names = new ArrayList<>(TOOLS);
        if (endpoint.hasPrompts()) {
            names.addAll(PROMPTS);
        }
        if (endpoint.hasResources()) {
            names.addAll(RESOURCES);
        }
        return names;
    }

    public boolean has(String method) {
        return TOOLS.contains(method)
                || endpoint.hasPrompts() && PROMPTS.contains(method)
                || endpoint.hasResources() && RESOURCES.contains(method);
    }

    /** What a server declares to offer; the same for every caller. */
    public ObjectNode capabilities() {
        ObjectNode json = Json.object();
        json.putObject("completions");
        json.putObject("logging");
        if (endpoint.hasPrompts()) {
            json.putObject("prompts").put("listChanged", true);
        }
        if (endpoint.hasResources()) {
            json.putObject("resources").put("subscribe", true);
        }
        json.putObject("tools").put("listChanged", true);
        return json;
    }

    /**
     * Answers a request whose method is one of {@link #names}.
     *
     * @throws ProtocolException when it is to be answered with an error
     * @throws dev.millwright.call.NeedsInput when the client must answer something and repeat the request
     * @throws dev.millwright.tool.Unanswerable when the client lacks a capability
     */
    public ObjectNode answer(String method, ObjectNode params, Who who, Client client)
            throws ProtocolException, InterruptedException {
        return switch (method) {
            case "tools/list" -> tools(params, who);
            case "tools/call" -> {
                JsonNode arguments = optionalObject(params, "arguments");
                yield Wire.answer(endpoint.call(who, text(params, "name"), arguments, client));
            }
            case "prompts/list" -> prompts(params, who);
            case "prompts/get" -> {
                ArrayNode messages = Json.array();
                endpoint.prompt(who, text(params, "name"), texts(params, "arguments"), client)
                        .forEach(message -> messages.add(Wire.message(message)));
                ObjectNode result = Json.object();
                result.set("messages", messages);
                yield result;
            }
            case "resources/list" -> resources(params, who, client);
            case "resources/templates/list" -> templates(params, who);
            case "resources/read" -> {
                ArrayNode contents = Json.array();
                endpoint.read(who, text(params, "uri"), client).forEach(part -> contents.add(Wire.contents(part)));
                ObjectNode result = Json.object();
                result.set("contents", contents);
                yield result;
            }
            case "completion/complete" -> complete(params, who, client);
            default -> throw new IllegalArgumentException(method);
        };
    }

    private ObjectNode tools(ObjectNode params, Who who) throws ProtocolException {
        onlyPage(params);
        ObjectNode result = Json.object();
        ArrayNode tools = result.putArray("tools");
        endpoint.tools(who).forEach(tool -> tools.add(tool.face()));
        return result;
    }

    private ObjectNode prompts(ObjectNode params, Who who) throws ProtocolException {
        onlyPage(params);
        ObjectNode result = Json.object();
        ArrayNode prompts = result.putArray("prompts");
        endpoint.prompts(who).forEach(prompt -> prompts.add(Wire.prompt(prompt)));
        return result;
    }

    private ObjectNode templates(ObjectNode params, Who who) throws ProtocolException {
        onlyPage(params);
        ObjectNode result = Json.object();
        ArrayNode templates = result.putArray("resourceTemplates");
        endpoint.templates(who).forEach(template -> templates.add(Wire.template(template)));
        return result;
    }

    private ObjectNode resources(ObjectNode params, Who who, Client client)
            throws ProtocolException, InterruptedException {
        Optional<String> cursor = Optional.empty();
        if (hasCursor(params)) {
            try {
                byte[] inner = Base64.getUrlDecoder().decode(text(params, "cursor"));
                cursor = Optional.of(new String(inner, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw badCursor();
            }
        }
        Resources.Page page = endpoint.resources(who, cursor, client);
        ObjectNode result = Json.object();
        ArrayNode resources = result.putArray("resources");
        page.resources().forEach(resource -> resources.add(Wire.resource(resource)));
        page.cursor()
                .ifPresent(next -> result.put(
                        "nextCursor",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(next.getBytes(StandardCharsets.UTF_8))));
        return result;
    }

    private ObjectNode complete(ObjectNode params, Who who, Client client)
            throws ProtocolException, InterruptedException {
        JsonNode ref = params.path("ref");
        JsonNode argument = params.path("argument");
        String name = text(argument, "name");
        String typed = argument.path("value").asText();
        List<String> values = switch (ref.path("type").asText()) {
            case "ref/prompt" -> endpoint.completePrompt(who, text(ref, "name"), name, typed, client);
            case "ref/resource" -> endpoint.completeTemplate(who, text(ref, "uri"), name, typed, client);
            default -> throw invalid("ref.type must be ref/prompt or ref/resource");
        };
        ObjectNode result = Json.object();
        ObjectNode completion = result.putObject("completion");
        ArrayNode shown = completion.putArray("values");
        values.stream().limit(MOST_COMPLETIONS).forEach(shown::add);
        completion.put("total", values.size()).put("hasMore", values.size() > MOST_COMPLETIONS);
        return result;
    }

    private static boolean hasCursor(ObjectNode params) {
        return params.hasNonNull("cursor");
    }

    private static void onlyPage(ObjectNode params) throws ProtocolException {
        if (hasCursor(params)) {
            throw badCursor();
        }
    }

    private static ProtocolException badCursor() {
        return invalid("cursor is not one of ours; list again from the start");
    }

    private static String text(JsonNode params, String key) throws ProtocolException {
        JsonNode value = params.path(key);
        if (!value.isTextual()) {
            throw invalid(key + " must be text" + (value.isMissingNode() ? " and is missing" : ""));
        }
        return value.textValue();
    }

    private static ObjectNode optionalObject(ObjectNode params, String key) throws ProtocolException {
        JsonNode value = params.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Json.object();
        } else if (value instanceof ObjectNode object) {
            return object;
        }
        throw invalid(key + " must be an object");
    }

    private static Map<String, String> texts(ObjectNode params, String key) throws ProtocolException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : optionalObject(params, key).properties()) {
            if (!field.getValue().isTextual()) {
                throw invalid(key + "." + field.getKey() + " must be text");
            }
            texts.put(field.getKey(), field.getValue().textValue());
        }
        return texts;
    }

    private static ProtocolException invalid(String message) {
        return new ProtocolException(ProtocolException.Reason.INVALID_PARAMS, message);
    }
}
