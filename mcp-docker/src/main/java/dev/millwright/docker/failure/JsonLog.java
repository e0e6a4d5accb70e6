package dev.millwright.docker.failure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Logs of one JSON object a line: BuildKit's {@code --progress=rawjson}, and what the engine's API answers a build. */
final class JsonLog {
    private JsonLog() {}

    /** Empty where the log is not of this form. */
    static Optional<Step> failing(List<String> lines) {
        Optional<String> first = lines.stream().filter(line -> !line.isBlank()).findFirst();
        if (first.isEmpty() || !first.get().strip().startsWith("{")) {
            return Optional.empty();
        }
        List<JsonNode> objects = new ArrayList<>();
        StringBuilder others = new StringBuilder();
        for (String line : lines) {
            Optional<JsonNode> object = object(line);
            object.ifPresent(objects::add);
            if (object.isEmpty()) {
                others.append(line).append('\n');
            }
        }
        if (objects.stream().anyMatch(each -> each.has("vertexes") || each.has("logs") || each.has("statuses"))) {
            return Optional.of(progress(objects, LogText.lines(others.toString())));
        } else if (objects.stream().anyMatch(each -> each.has("stream") || each.has("errorDetail"))) {
            return Optional.of(stream(objects));
        }
        return Optional.empty();
    }

    static Optional<JsonNode> object(String line) {
        if (!line.strip().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.mapper().readTree(line));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Step progress(List<JsonNode> objects, List<String> rest) {
        Map<String, StringBuilder> logs = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        String failed = "";
        String error = "";
        for (JsonNode object : objects) {
            for (JsonNode vertex : object.path("vertexes")) {
                String digest = vertex.path("digest").asText();
                names.put(digest, vertex.path("name").asText());
                String said = vertex.path("error").asText();
                if (!said.isEmpty() && !said.contains("context canceled")) {
                    failed = digest;
                    error = said;
                }
            }
            for (JsonNode log : object.path("logs")) {
                logs.computeIfAbsent(log.path("vertex").asText(), any -> new StringBuilder())
                        .append(decoded(log.path("data").asText()));
            }
        }
        List<String> said =
                LogText.lines(logs.getOrDefault(failed, new StringBuilder()).toString());
        return of("rawjson", names.getOrDefault(failed, ""), said, error, rest);
    }

    /**
     * The step of a vertex of BuildKit.
     *
     * @param error what BuildKit says of the vertex
     * @param rest what was said outside of it
     */
    static Step of(String format, String title, List<String> said, String error, List<String> rest) {
        List<String> lines = new ArrayList<>(said);
        lines.addAll(LogText.lines(BuildLog.cause(error)));
        rest.stream()
                .filter(line -> !line.isBlank() && !BuildLog.repeatsCommand(line))
                .forEach(lines::add);
        OptionalInt code = BuildLog.code(error);
        int close = title.indexOf("] ");
        boolean numbered = title.startsWith("[") && close > 1 && Character.isDigit(title.charAt(close - 1));
        return new Step(
                format,
                numbered ? title.substring(close + 2) : title,
                numbered ? title.substring(1, close) : "",
                lines,
                code,
                OptionalInt.empty());
    }

    private static String decoded(String data) {
        try {
            return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** The engine's answer to a build without BuildKit: the legacy log in pieces. */
    private static Step stream(List<JsonNode> objects) {
        StringBuilder log = new StringBuilder();
        for (JsonNode object : objects) {
            log.append(object.path("stream").asText());
            String error = object.path("errorDetail")
                    .path("message")
                    .asText(object.path("error").asText());
            if (!error.isEmpty()) {
                log.append('\n').append(error).append('\n');
            }
        }
        List<String> lines = LogText.lines(log.toString());
        return lines.stream().anyMatch(LegacyLog::begins)
                ? LegacyLog.failing(lines)
                : new Step("legacy", "", "", lines, BuildLog.code(lines), OptionalInt.empty());
    }
}
