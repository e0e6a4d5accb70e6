package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.CONFLICT;
import static dev.millwright.tool.ToolException.Kind.DENIED;
import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReplaceInFilesTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    @Timeout(5)
    void manyHitsInOneLineTakeNoLongerThanInMany() throws Exception {
        bench.write("f", "\u00e9x".repeat(100_000) + "\nlast x");
        JsonNode done = bench.call("replace_in_files", "{'query':'x','replacement':'yy','dryRun':true}");
        assertThat(done.get("count").intValue()).isEqualTo(100_001);
        String around = done.at("/changed/0/occurrences/50/before").asText();
        assertThat(around)
                .startsWith("\u2026")
                .contains("\u00e9x\u00e9x")
                .endsWith("\u2026")
                .hasSizeLessThan(200);
    }

    @Test
    void replacesInAllFilesAndIsTakenBackAsOne() throws Exception {
        bench.write("a/x", "old old\n");
        bench.write("y", "no\nold\n");
        JsonNode done = bench.call("replace_in_files", "{'query':'old','replacement':'new $1'}");
        assertThat(done.path("count").asInt()).isEqualTo(3);
        assertThat(bench.text("a/x")).isEqualTo("new $1 new $1\n");
        assertThat(bench.text("y")).isEqualTo("no\nnew $1\n");
        bench.run("fs_undo", Json.object().put("opId", done.path("opId").asText()));
        assertThat(bench.text("a/x")).isEqualTo("old old\n");
        assertThat(bench.text("y")).isEqualTo("no\nold\n");
    }

    @Test
    void putsGroupsOfTheExpressionIn() throws Exception {
        bench.write("f", "get(a, b); get(c, d)\nget(\n");
        bench.call(
                "replace_in_files",
                "{'query':'get\\\\((\\\\w), (\\\\w)\\\\)','replacement':'$2.of(${1}) $$1','regex':true}");
        assertThat(bench.text("f")).isEqualTo("b.of(a) $1; d.of(c) $1\nget(\n");
        bench.refused(INVALID_INPUT, "replace_in_files", "{'query':'(a)','replacement':'$2','regex':true}");
        bench.refused(INVALID_INPUT, "replace_in_files", "{'query':'(a)','replacement':'$x','regex':true}");
    }

    @Test
    void changesEveryLineAtItsStart() throws Exception {
        bench.write("f", "a\r\nb\r\n");
        bench.call("replace_in_files", "{'query':'^','replacement':'> ','regex':true}");
        assertThat(bench.text("f")).isEqualTo("> a\r\n> b\r\n");
    }

    @Test
    void refusesAnyOtherThanTheExpectedCount() throws Exception {
        bench.write("f", "x x");
        assertThat(bench.refused(CONFLICT, "replace_in_files", "{'query':'x','replacement':'y','expectedCount':1}"))
                .contains("found 2", "f: 2");
        assertThat(bench.text("f")).isEqualTo("x x");
        bench.refused(NOT_FOUND, "replace_in_files", "{'query':'z','replacement':'y'}");
    }

    @Test
    void replacesOnlyTheOccurrencesChosenFromADryRun() throws Exception {
        bench.write("f", "x1\nx2\nx3\n");
        JsonNode dry = bench.call("replace_in_files", "{'query':'x','replacement':'y','dryRun':true}");
        assertThat(bench.text("f")).isEqualTo("x1\nx2\nx3\n");
        assertThat(dry.has("opId")).isFalse();
        JsonNode second = dry.at("/changed/0/occurrences/1");
        assertThat(second.path("line").asInt()).isEqualTo(2);
        assertThat(second.path("after").asText()).isEqualTo("y2");
        ObjectNode input = Json.object().put("query", "x").put("replacement", "y");
        input.putArray("occurrenceIds").add(second.path("id").asText());
        bench.run("replace_in_files", input);
        assertThat(bench.text("f")).isEqualTo("x1\ny2\nx3\n");
        bench.refused(CONFLICT, "replace_in_files", input);
    }

    @Test
    void changesNothingWhenOneFileIsProtected() throws Exception {
        bench.write("a", "x");
        bench.write(".vscode/settings.json", "x");
        assertThat(bench.refused(DENIED, "replace_in_files", "{'query':'x','replacement':'y'}"))
                .contains(".vscode");
        assertThat(bench.text("a")).isEqualTo("x");
    }

    @Test
    void touchesNoByteOutsideOfTheMatches() throws Exception {
        Random random = new Random(2);
        List<Charset> charsets = List.of(
                StandardCharsets.UTF_8,
                StandardCharsets.ISO_8859_1,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE);
        for (int i = 0; i < 120; i++) {
            Charset charset = charsets.get(i % 4);
            String mark = i % 4 >= 2 || random.nextBoolean() && i % 4 == 0 ? "\uFEFF" : "";
            StringBuilder text = new StringBuilder(mark);
            String[] parts = {"key", "\u00e9", " ", "\n", "\r\n", "\r", "word", "=", "ü"};
            for (int j = random.nextInt(60); j >= 0; j--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            text.append("key");
            Path file = bench.write("f", text.toString().getBytes(charset));
            bench.call("replace_in_files", "{'query':'key','replacement':'value'}");
            assertThat(Files.readAllBytes(file))
                    .as(charset + " " + text)
                    .isEqualTo(text.toString().replace("key", "value").getBytes(charset));
        }
    }

    @Test
    void fitsLineFeedsToTheFile() throws Exception {
        bench.write("f", "a\r\nb\r\nc\r\n");
        bench.call("replace_in_files", "{'query':'a\\nb','replacement':'x\\ny\\nz'}");
        assertThat(bench.text("f")).isEqualTo("x\r\ny\r\nz\r\nc\r\n");
    }

    @Test
    void leavesOutIgnoredAndBinaryFiles() throws Exception {
        bench.write(".gitignore", "out\n");
        bench.write("out", "x");
        bench.write("bin", "x\0x");
        bench.write("f", "x");
        bench.call("replace_in_files", "{'query':'x','replacement':'y'}");
        assertThat(bench.text("out") + bench.text("bin") + bench.text("f")).isEqualTo("xx\0xy");
    }
}
