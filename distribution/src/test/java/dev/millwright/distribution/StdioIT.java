package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged launcher over stdio, as a host runs it. */
class StdioIT {
    /** What a model pays for the list, before its first word. */
    private static final int MOST_BYTES_OF_TOOLS = 14_000;

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void setUp() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("hello.txt"), "good morning\n");
    }

    private Packaged.Talk start() throws IOException {
        return Packaged.talk(folder, "stdio", "filesystem", "--root", root.toString());
    }

    private static ObjectNode initialize() {
        ObjectNode params = Json.object().put("protocolVersion", "2025-11-25");
        params.putObject("capabilities");
        params.putObject("clientInfo").put("name", "test").put("version", "1");
        return params;
    }

    @Test
    void answersBothErasOnOneProcessAndEndsWithItsInput() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode discovered = talk.ask(1, "server/discover", Packaged.stateless());
            assertThat(discovered.at("/result/supportedVersions/0").asText()).isEqualTo("2026-07-28");

            JsonNode hello = talk.ask(2, "initialize", initialize());
            assertThat(hello.at("/result/protocolVersion").asText()).isEqualTo("2025-11-25");
            assertThat(hello.at("/result/serverInfo/name").asText()).isEqualTo("millwright-filesystem");
            talk.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

            ObjectNode read = Json.object().put("path", "hello.txt");
            JsonNode stateless = talk.ask(3, "tools/call", Packaged.call("read_file", read));
            JsonNode session = talk.ask(
                    4, "tools/call", Json.object().put("name", "read_file").set("arguments", read));
            assertThat(stateless.at("/result/content/0/text").asText()).isEqualTo("good morning\n");
            assertThat(session.at("/result/content/0/text").asText()).isEqualTo("good morning\n");

            assertThat(talk.end()).isZero();
        }
    }

    @Test
    void saysNothingButProtocolWhateverItIsSent() throws Exception {
        try (Packaged.Talk talk = start()) {
            talk.say("this is not json");
            talk.say("");
            talk.say("[]");
            talk.say("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"tools/list\"}");
            talk.say("\u0000\u0001");

            assertThat(talk.ask(9, "server/discover", Packaged.stateless()).has("result"))
                    .isTrue();
            assertThat(talk.end()).isZero();
        }
    }

    @Test
    void offersItsToolsInAListAModelCanAfford() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode tools = talk.ask(1, "tools/list", Packaged.stateless()).at("/result/tools");

            assertThat(tools).hasSizeGreaterThan(10);
            assertThat(Json.write(tools).getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(MOST_BYTES_OF_TOOLS);
            for (JsonNode tool : tools) {
                assertThat(tool.path("outputSchema").path("type").asText()).isEqualTo("object");
                assertThat(tool.path("annotations").fieldNames())
                        .toIterable()
                        .contains("title", "readOnlyHint", "destructiveHint", "openWorldHint");
            }
        }
    }

    @Test
    void changesAreUndoneAfterARestart() throws Exception {
        String operation;
        try (Packaged.Talk talk = start()) {
            ObjectNode write = Json.object()
                    .put("path", "hello.txt")
                    .put("content", "gone")
                    .put("mode", "overwrite");
            operation = talk.ask(1, "tools/call", Packaged.call("write_file", write))
                    .at("/result/structuredContent/opId")
                    .asText();
            assertThat(root.resolve("hello.txt")).hasContent("gone");
            talk.end();
        }
        try (Packaged.Talk talk = start()) {
            talk.ask(1, "tools/call", Packaged.call("fs_undo", Json.object().put("opId", operation)));
            assertThat(root.resolve("hello.txt")).hasContent("good morning\n");
            talk.end();
        }
    }
}
