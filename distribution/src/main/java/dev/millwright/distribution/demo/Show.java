package dev.millwright.distribution.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.PrintStream;
import java.util.Map;

/** Calls tools through a client, and prints each call and its answer in a few lines. */
final class Show {
    /** A call that was answered with an error, or not as it should. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }

    private static final int WIDTH = 110;
    private static final int LINES = 6;

    private final McpSyncClient client;
    private final PrintStream out;

    Show(McpSyncClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    /** @throws Failed when the answer is an error */
    JsonNode call(String tool, Map<String, Object> arguments) {
        out.println();
        out.println("  -> " + tool + " " + clip(Json.write(arguments)));
        long start = System.nanoTime();
        McpSchema.CallToolResult result = client.callTool(
                McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
        long micros = (System.nanoTime() - start) / 1000;
        StringBuilder text = new StringBuilder();
        for (McpSchema.Content content : result.content()) {
            text.append(content instanceof McpSchema.TextContent words ? words.text() : content.type())
                    .append('\n');
        }
        text.toString().strip().lines().limit(LINES).forEach(line -> out.println("     " + clip(line)));
        out.println("     (%.1f ms)".formatted(micros / 1000.0));
        if (Boolean.TRUE.equals(result.isError())) {
            throw new Failed(
                    tool + " was answered with an error: " + text.toString().strip());
        }
        return Json.tree(result.structuredContent());
    }

    private McpSchema.CallToolResult result(String tool, Map<String, Object> arguments) {
        try {
            return client.callTool(
                    McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
        } catch (McpError e) {
            throw new Failed(tool + " was refused: " + e.getMessage());
        }
    }

    /** The same, and the answer must hold a text. @throws Failed when it does not */
    JsonNode call(String tool, Map<String, Object> arguments, String expected) {
        JsonNode answer = call(tool, arguments);
        if (!Json.write(answer).contains(Json.write(expected).replaceAll("^\"|\"$", ""))) {
            throw new Failed(tool + " should have answered with " + expected + ", got " + clip(Json.write(answer)));
        }
        return answer;
    }

    private static String clip(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...";
    }
}
