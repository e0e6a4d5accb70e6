package dev.millwright.protocol.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.protocol.Era;
import dev.millwright.protocol.Errors;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/** Checks that the HTTP headers of a stateless request say what its body says, so that proxies may trust them. */
public final class Headers {
    public static final String VERSION = "MCP-Protocol-Version";
    public static final String METHOD = "Mcp-Method";
    public static final String NAME = "Mcp-Name";

    private static final String WRAPPED = "=?base64?";

    private Headers() {}

    /**
     * The error to answer with, or empty when headers and body agree. What the body lacks is left to the engine to say.
     *
     * @param header value of a header by its name
     * @param lenient lets a wrong {@code MCP-Protocol-Version} pass: a hosted connector is known to send the version of
     *     the sessions era with a stateless body
     */
    public static Optional<Response> check(
            ObjectNode message, Function<String, Optional<String>> header, boolean lenient) {
        JsonNode params = message.path("params");
        Optional<String> problem = Optional.empty();
        if (!lenient) {
            problem = mismatch(VERSION, header, params.path("_meta").path(Era.META + "protocolVersion"), false);
        }
        String method = message.path("method").asText();
        if (problem.isEmpty()) {
            problem = mismatch(METHOD, header, message.path("method"), false);
        }
        if (problem.isEmpty()) {
            problem = switch (method) {
                case "tools/call", "prompts/get" -> mismatch(NAME, header, params.path("name"), true);
                case "resources/read" -> mismatch(NAME, header, params.path("uri"), true);
                case "tasks/get", "tasks/update", "tasks/cancel" -> mismatch(NAME, header, params.path("taskId"), true);
                default -> Optional.empty();
            };
        }
        JsonNode id = message.path("id");
        Optional<JsonNode> known = id.isTextual() || id.isIntegralNumber() ? Optional.of(id) : Optional.empty();
        return problem.map(
                why -> new Response(Errors.reply(known, StatelessEngine.HEADER_MISMATCH, why, Optional.empty()), 400));
    }

    private static Optional<String> mismatch(
            String name, Function<String, Optional<String>> header, JsonNode body, boolean mayBeWrapped) {
        if (!body.isTextual()) {
            return Optional.empty();
        }
        Optional<String> sent = header.apply(name).map(String::strip);
        if (sent.isEmpty()) {
            return Optional.of("header " + name + " is missing");
        }
        Optional<String> said = mayBeWrapped ? unwrap(sent.get()) : sent;
        if (said.isPresent() && said.get().equals(body.textValue())) {
            return Optional.empty();
        }
        return Optional.of("header " + name + " does not match the request's body");
    }

    /** Decodes {@code =?base64?…?=}, in which names that do not fit into a header travel; other text stays as it is. */
    static Optional<String> unwrap(String value) {
        if (!value.startsWith(WRAPPED) || !value.endsWith("?=") || value.length() < WRAPPED.length() + 2) {
            return Optional.of(value);
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(value.substring(WRAPPED.length(), value.length() - 2));
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
