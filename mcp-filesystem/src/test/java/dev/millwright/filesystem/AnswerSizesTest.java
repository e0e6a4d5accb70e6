package dev.millwright.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tool says fits the budget of its call, whatever there is to say. */
class AnswerSizesTest {
    private static final int TOKENS = 1_000;
    private static final int FILES = 150;

    /** Every kind of character that JSON writes longer than the file does. */
    private static final String LINE = "needle \"quoted\" \\ \u0001 \u6f22\u5b57 \ud83d\ude00 text\n";

    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        for (int i = 0; i < FILES; i++) {
            bench.write("d\u00e4/file-%03d.txt".formatted(i), LINE.repeat(20));
        }
        bench.write("large.txt", LINE.repeat(20_000));
        bench.write("line.txt", LINE.strip().repeat(20_000));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private JsonNode sized(String tool, JsonNode arguments) throws Exception {
        JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, TOKENS), tool, arguments);
        assertThat(Json.size(answer)).as(tool).isLessThanOrEqualTo(TOKENS * 4);
        return answer;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "read_file {'path':'large.txt'}",
                "read_file {'path':'large.txt','lineNumbers':true}",
                "read_file {'path':'large.txt','tail':5000}",
                "read_file {'path':'line.txt'}",
                "read_file {'path':'line.txt','offset':100}",
                "list_files {'depth':5,'limit':10000}",
                "list_files {'depth':5,'limit':10000,'sort':'mtime'}",
                "search_files {'query':'needle'}",
                "search_files {'query':'needle','context':5}",
                "replace_in_files {'query':'needle','replacement':'x','dryRun':true}",
                "replace_in_files {'query':'needle','replacement':'x'}",
                "edit_file {'path':'large.txt','edits':[{'old':'needle','new':'x','expectedCount':20000}],'dryRun':true}",
                "edit_file {'path':'large.txt','edits':[{'old':'needle','new':'x','expectedCount':20000}]}",
                "fs_undo {}"
            })
    void fitTheBudget(String call) throws Exception {
        int space = call.indexOf(' ');
        sized(call.substring(0, space), Json.read(call.substring(space).replace('\'', '"')));
    }

    @Test
    void filesThereWasNoRoomForAreNamed() throws Exception {
        ObjectNode input = Json.object();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            paths.add("d\u00e4/file-%03d.txt".formatted(i));
        }
        var all = input.putArray("paths");
        paths.forEach(all::add);
        JsonNode answer = sized("read_many", input);
        List<String> named = new ArrayList<>(answer.get("files").findValuesAsText("path"));
        assertThat(named).isNotEmpty();
        answer.get("omitted").forEach(path -> named.add(path.asText()));
        assertThat(named).isEqualTo(paths);
    }

    @Test
    void patchOfManyFilesCountsThoseItDoesNotName() throws Exception {
        StringBuilder patch = new StringBuilder();
        for (int i = 0; i < FILES; i++) {
            String path = "d\u00e4/file-%03d.txt".formatted(i);
            patch.append("--- a/%s\n+++ b/%s\n@@ -1,1 +1,1 @@\n-%s+new\n".formatted(path, path, LINE));
        }
        JsonNode answer = sized("apply_patch", Json.object().put("patch", patch.toString()));
        assertThat(answer.get("files").size() + answer.get("omitted").intValue())
                .isEqualTo(FILES);
        assertThat(bench.text("d\u00e4/file-149.txt")).startsWith("new\n");
    }
}
