package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.CONFLICT;
import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditFileTest {
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

    private static ObjectNode edit(String... oldAndNew) {
        ObjectNode input = Json.object().put("path", "f");
        for (int i = 0; i < oldAndNew.length; i += 2) {
            input.withArray("/edits").addObject().put("old", oldAndNew[i]).put("new", oldAndNew[i + 1]);
        }
        return input;
    }

    private JsonNode edited(String... oldAndNew) throws Exception {
        return bench.run("edit_file", edit(oldAndNew));
    }

    @ParameterizedTest
    @CsvSource({
        "a|b|c|,          \\r\\n \\r\\n \\r\\n",
        "a|b|c|,          \\r\\n \\n \\r\\n",
        "a|b|c,           \\r \\r",
        "a|b|c,           \\n \\n"
    })
    void keepsEveryLineEnd(String lines, String ends) throws Exception {
        String text = lines;
        for (String end : ends.split(" ")) {
            text = text.replaceFirst("\\|", end.replace("\\r", "\r").replace("\\n", "\n"));
        }
        bench.write("f", text);
        edited("b", "B");
        assertThat(bench.text("f")).isEqualTo(text.replace("b", "B"));
    }

    @Test
    void lineEndsOfTheOldTextMatchAnyAndThoseOfTheNewComeFromThePlace() throws Exception {
        bench.write("f", "one\r\ntwo\r\nthree\nfour\r\n");
        edited("one\ntwo", "one\nadded\ntwo");
        assertThat(bench.text("f")).isEqualTo("one\r\nadded\r\ntwo\r\nthree\nfour\r\n");
        edited("three\nfour", "three\nmore\nfour");
        assertThat(bench.text("f")).isEqualTo("one\r\nadded\r\ntwo\r\nthree\nmore\nfour\r\n");
        edited("four", "four\nfive");
        assertThat(bench.text("f")).endsWith("four\r\nfive\r\n");
    }

    @Test
    void keepsTheByteOrderMark() throws Exception {
        bench.write("f", "\ufeffword one\nword two\n");
        assertThat(bench.call("read_file", "{'path':'f'}").get("text").asText()).startsWith("word one");
        edited("word one", "wort one");
        assertThat(bench.text("f")).isEqualTo("\ufeffwort one\nword two\n");
    }

    @Test
    void editsUtf16() throws Exception {
        byte[] text = "\ufeffgrün\r\n欢迎 a\r\n".getBytes(StandardCharsets.UTF_16BE);
        bench.write("f", text);
        edited("欢迎", "willkommen");
        assertThat(Files.readAllBytes(bench.root.resolve("f")))
                .isEqualTo("\ufeffgrün\r\nwillkommen a\r\n".getBytes(StandardCharsets.UTF_16BE));
    }

    @Test
    void utf16HitsLieOnCodeUnitsOnly() throws Exception {
        // The bytes of U+6161 occur across the border of U+0061 U+6100.
        bench.write("f", "\ufeffaaa\u6100".getBytes(StandardCharsets.UTF_16BE));
        bench.refused(NOT_FOUND, "edit_file", edit("\u6161", "x"));
    }

    @Test
    void editsShiftJisWhenToldSoAndAsksOtherwise() throws Exception {
        Charset shiftJis = Charset.forName("Shift_JIS");
        // 表 is 95 5C: its second byte is a backslash in ASCII.
        byte[] text = "表\\n x=1\n".getBytes(shiftJis);
        bench.write("f", text);
        bench.run("edit_file", edit("\\", "/").put("encoding", "Shift_JIS"));
        assertThat(Files.readAllBytes(bench.root.resolve("f"))).isEqualTo("表/n x=1\n".getBytes(shiftJis));
        bench.write("f", "表 ソ\n".getBytes(shiftJis));
        ToolException.Kind kind = null;
        try {
            edited("\\", "/");
        } catch (ToolException e) {
            kind = e.kind();
        }
        assertThat(kind).isIn(INVALID_INPUT, NOT_FOUND);
        assertThat(Files.readAllBytes(bench.root.resolve("f"))).isEqualTo("表 ソ\n".getBytes(shiftJis));
    }

    @Test
    void unrelatedLatin1Survives() throws Exception {
        byte[] text = "caf\u00e9 = 1\nna\u00efve = 2\n".getBytes(StandardCharsets.ISO_8859_1);
        bench.write("f", text);
        edited("= 2", "= 3");
        text[text.length - 2] = '3';
        assertThat(Files.readAllBytes(bench.root.resolve("f"))).isEqualTo(text);
    }

    @Test
    void twoHitsAreAConflictThatNamesBoth() throws Exception {
        bench.write("f", "x=1\ny\nx=1\n");
        assertThat(bench.refused(CONFLICT, "edit_file", edit("x=1", "x=2"))).contains("lines 1, 3");
        assertThat(bench.text("f")).isEqualTo("x=1\ny\nx=1\n");
        ObjectNode both = edit("x=1", "x=2");
        ((ObjectNode) both.at("/edits/0")).put("expectedCount", 2);
        bench.run("edit_file", both);
        assertThat(bench.text("f")).isEqualTo("x=2\ny\nx=2\n");
    }

    @Test
    void occurrenceAndStartLineChooseAHit() throws Exception {
        bench.write("f", "x\nx\nx\n");
        ObjectNode second = edit("x", "y");
        ((ObjectNode) second.at("/edits/0")).put("occurrence", 2);
        bench.run("edit_file", second);
        assertThat(bench.text("f")).isEqualTo("x\ny\nx\n");
        ObjectNode third = edit("x", "z");
        ((ObjectNode) third.at("/edits/0")).put("startLine", 3);
        bench.run("edit_file", third);
        assertThat(bench.text("f")).isEqualTo("x\ny\nz\n");
    }

    @Test
    void emptyOldTextIsRefused() throws Exception {
        bench.write("f", "kept");
        bench.refused(INVALID_INPUT, "edit_file", edit("", "x"));
        assertThat(bench.text("f")).isEqualTo("kept");
    }

    @Test
    void otherIndentationIsShownNotApplied() throws Exception {
        bench.write("f", "def f():\n        if x:\n            return 1\n");
        assertThat(bench.refused(NOT_FOUND, "edit_file", edit("if x:\n    return 1", "pass")))
                .contains("from line 2", "        if x:\n            return 1");
        assertThat(bench.text("f")).isEqualTo("def f():\n        if x:\n            return 1\n");
    }

    @Test
    void allEditsOrNone() throws Exception {
        bench.write("f", "one two three");
        bench.refused(NOT_FOUND, "edit_file", edit("one", "1", "four", "4"));
        bench.refused(INVALID_INPUT, "edit_file", edit("one two", "1", "two three", "2"));
        assertThat(bench.text("f")).isEqualTo("one two three");
        edited("three", "one", "one", "three");
        assertThat(bench.text("f")).isEqualTo("three two one");
    }

    @Test
    void newTextIsLiteral() throws Exception {
        bench.write("f", "a");
        edited("a", "$1 \\1 ${x} %s");
        assertThat(bench.text("f")).isEqualTo("$1 \\1 ${x} %s");
    }

    @Test
    void dryRunShowsTheDifferenceOnly() throws Exception {
        bench.write("f", "a\nb\nc\n");
        JsonNode shown = bench.run("edit_file", edit("b", "B").put("dryRun", true));
        assertThat(shown.get("diff").asText()).isEqualTo("--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
        assertThat(shown.has("opId")).isFalse();
        assertThat(bench.text("f")).isEqualTo("a\nb\nc\n");
    }

    @Test
    void characterTheEncodingLacksIsRefused() throws Exception {
        bench.write("f", "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        bench.refused(INVALID_INPUT, "edit_file", edit("caf", "\u6b22").put("encoding", "ISO-8859-1"));
    }

    @Test
    void oneOfTwoEditsWithTheSameVersionWins() throws Exception {
        for (int round = 0; round < 20; round++) {
            bench.write("f", "x=0\n");
            String version =
                    bench.call("read_file", "{'path':'f'}").get("version").asText();
            List<Callable<String>> calls = new ArrayList<>();
            for (int i = 1; i <= 2; i++) {
                ObjectNode input = edit("x=0", "x=" + i).put("ifVersion", version);
                calls.add(() -> {
                    try {
                        bench.run("edit_file", input);
                        return "done";
                    } catch (ToolException e) {
                        return e.kind().toString();
                    }
                });
            }
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<String> outcomes = new ArrayList<>();
                for (Future<String> outcome : threads.invokeAll(calls)) {
                    outcomes.add(outcome.get());
                }
                assertThat(outcomes).containsExactlyInAnyOrder("done", "CONFLICT");
            }
            assertThat(bench.root.toFile().list()).containsExactly("f");
        }
    }
}
