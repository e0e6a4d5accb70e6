package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(folder);
        bench.git("init", "-q", "-b", "main");
        bench.write("src/a.txt", "one\ntwo\nthree\n");
        bench.write("b.bin", "a\0b");
        bench.git("add", ".");
        bench.git("commit", "-qm", "First words\n\nAnd why.");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private JsonNode show(String arguments) throws Exception {
        return bench.call("git_show", arguments);
    }

    @Test
    void aCommitComesWithItsMessageAndChanges() throws Exception {
        JsonNode first = show("{}");
        assertThat(first.get("kind").textValue()).isEqualTo("commit");
        assertThat(first.get("id").textValue())
                .isEqualTo(bench.git("rev-parse", "HEAD").strip());
        assertThat(first.get("message").textValue()).isEqualTo("First words\n\nAnd why.");
        assertThat(first.get("author").textValue()).isEqualTo("Ada Lovelace <ada@example.org>");
        assertThat(first.get("files")).hasSize(2);
        assertThat(first.toString()).contains("+one\\n+two");
        bench.write("src/a.txt", "one\n2\nthree\n");
        bench.git("commit", "-qam", "Second");
        assertThat(show("{'object':'HEAD','mode':'stat'}").get("files").toString())
                .contains("\"added\":1,\"removed\":1")
                .doesNotContain("patch");
    }

    @Test
    void tagsFoldersAndFilesAreShown() throws Exception {
        bench.git("tag", "-a", "v1", "-m", "The first");
        JsonNode tag = show("{'object':'v1'}");
        assertThat(tag.get("kind").textValue()).isEqualTo("tag");
        assertThat(tag.get("message").textValue()).isEqualTo("The first");
        assertThat(tag.get("note").textValue())
                .contains("commit " + bench.git("rev-parse", "HEAD").strip());
        assertThat(show("{'object':'v1','path':'.'}").get("entries").toString()).isEqualTo("[\"b.bin\",\"src/\"]");
        assertThat(show("{'path':'src/a.txt'}").get("text").textValue()).isEqualTo("one\ntwo\nthree\n");
        assertThat(show("{'object':'HEAD:src/a.txt','startLine':2,'endLine':2}")
                        .get("text")
                        .textValue())
                .isEqualTo("two\n");
        assertThat(show("{'path':'b.bin'}").get("note").textValue()).isEqualTo("binary, 3 bytes");
        bench.refused(ToolException.Kind.NOT_FOUND, "git_show", "{'path':'nothing'}");
        bench.refused(ToolException.Kind.NOT_FOUND, "git_show", "{'object':'nothing'}");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_show", "{'object':'--all'}");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_show", "{'path':'src/a.txt','startLine':9}");
    }

    @Test
    void longFilesAndFoldersArePagedWithinTheBudget() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 5000; i++) {
            text.append("line \"").append(i).append("\"\n");
            bench.write("many/file-" + i, "x");
        }
        bench.write("long.txt", text.toString());
        bench.git("add", ".");
        bench.git("commit", "-qm", "Much");
        StringBuilder read = new StringBuilder();
        for (int line = 1; line <= 5000; ) {
            ObjectNode input = Json.object().put("path", "long.txt").put("startLine", line);
            JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, 2000), "git_show", input);
            assertThat(Json.size(answer)).isLessThanOrEqualTo(8000);
            read.append(answer.get("text").textValue());
            line = answer.path("nextLine").asInt(5001);
        }
        assertThat(read.toString()).isEqualTo(text.toString());
        List<String> names = new ArrayList<>();
        ObjectNode input = Json.object().put("path", "many");
        JsonNode answer;
        do {
            answer = bench.run(new FakeCall(Tenant.DEFAULT, 2000), "git_show", input);
            assertThat(Json.size(answer)).isLessThanOrEqualTo(8000);
            answer.get("entries").forEach(name -> names.add(name.textValue()));
            input.put("cursor", answer.path("cursor").asText());
        } while (answer.has("cursor"));
        assertThat(names).hasSize(5000).doesNotHaveDuplicates();
        assertThat(Json.size(bench.run(new FakeCall(Tenant.DEFAULT, 2000), "git_show", Json.object())))
                .isLessThanOrEqualTo(8000);
    }

    @Test
    void aBlobThatInflatesToFarMoreIsNotLoaded() throws Exception {
        Path file = folder.resolve("huge");
        byte[] zeros = new byte[1 << 20];
        Arrays.fill(zeros, (byte) 'x');
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 256; i++) {
                out.write(zeros);
            }
        }
        String id = bench.git("-c", "core.bigFileThreshold=1m", "hash-object", "-w", file.toString())
                .strip();
        bench.git("update-index", "--add", "--cacheinfo", "100644," + id + ",huge");
        bench.git("commit", "-qm", "Huge");
        Files.delete(file);
        long before = used();
        assertThat(bench.refused(ToolException.Kind.LIMIT, "git_show", "{'path':'huge'}"))
                .contains("268435456 bytes");
        assertThat(show("{}").toString()).contains("too large");
        assertThat(used() - before).isLessThan(100_000_000);
        bench.refused(ToolException.Kind.LIMIT, "git_blame", "{'path':'huge','rev':'HEAD'}");
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void oddCommitsAreReadAndTheirTextIsMadeHarmless() throws Exception {
        String tree = bench.git("write-tree").strip();
        Path raw = folder.resolve("raw");
        Files.writeString(
                raw,
                "tree " + tree
                        + "\nauthor \u001b[2J <> 99999999999999 +9999\ncommitter x <x> 1 +0000\n\nhi \u202e\u0000 there");
        String id = bench.git("hash-object", "-t", "commit", "-w", "--literally", raw.toString())
                .strip();
        assertThat(show("{'object':'" + id + "'}").toString())
                .doesNotContain("\u202e", "\u001b")
                .contains("hi \\\\u202e");
    }
}
