package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlameTest {
    private static final String FUNCTION = """
            int compareTheLengthsOfTwoThings(Thing one, Thing other) {
                int difference = one.length() - other.length();
                return difference == 0 ? one.name().compareTo(other.name()) : difference;
            }
            """;

    private static final String REST = "a\nb\nc\nd\ne\nf\ng\nh\n";

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(folder);
        bench.git("init", "-q", "-b", "main");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String commit(String message) throws Exception {
        bench.git("add", "-A");
        bench.git("commit", "-qm", message);
        return bench.git("rev-parse", "--short=8", "HEAD").strip();
    }

    private List<String> blame(String arguments) throws Exception {
        List<String> lines = new ArrayList<>();
        for (JsonNode range : bench.call("git_blame", arguments).get("ranges")) {
            lines.add("%d-%d %s"
                    .formatted(
                            range.get("start").intValue(),
                            range.get("end").intValue(),
                            range.get("id").textValue()));
        }
        return lines;
    }

    @Test
    void mergesLinesOfACommitIntoRanges() throws Exception {
        bench.write("a", "1\n2\n3\n4\n5\n");
        String first = commit("first");
        bench.write("a", "1\n2\nthree\n4\n5\n");
        String second = commit("second");
        assertThat(blame("{'path':'a'}")).containsExactly("1-2 " + first, "3-3 " + second, "4-5 " + first);
        assertThat(blame("{'path':'a','startLine':2,'endLine':3}")).containsExactly("2-2 " + first, "3-3 " + second);
        assertThat(bench.call("git_blame", "{'path':'a','startLine':3,'endLine':3,'text':true}")
                        .toString())
                .contains("\"text\":\"three\\n\"", "Ada Lovelace");
    }

    @Test
    void changesOfTheWorkingTreeAreNotCommittedYet() throws Exception {
        bench.write("a", "1\n2\n3\n");
        String first = commit("first");
        bench.write("a", "1\nnew\n2\n3\n");
        assertThat(blame("{'path':'a'}")).containsExactly("1-1 " + first, "2-2 00000000", "3-4 " + first);
        assertThat(blame("{'path':'a','rev':'HEAD'}")).containsExactly("1-3 " + first);
        bench.git("mv", "a", "b");
        assertThat(blame("{'path':'b'}")).containsExactly("1-1 " + first, "2-2 00000000", "3-4 " + first);
        bench.write("loose", "x\n");
        bench.refused(ToolException.Kind.NOT_FOUND, "git_blame", "{'path':'loose'}");
        bench.refused(ToolException.Kind.NOT_FOUND, "git_blame", "{'path':'none','rev':'HEAD'}");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_blame", "{'path':'../outside/f'}");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_blame", "{'path':'b','startLine':9}");
    }

    @Test
    void anAnswerFromBeforeServesLaterCommits() throws Exception {
        bench.write("a", "1\n2\n3\n");
        String first = commit("first");
        assertThat(blame("{'path':'a'}")).containsExactly("1-3 " + first);
        bench.write("a", "0\n1\n2\n3\n");
        String second = commit("second");
        bench.write("other", "x\n");
        commit("third");
        assertThat(blame("{'path':'a'}")).containsExactly("1-1 " + second, "2-4 " + first);
        assertThat(blame("{'path':'a'}")).containsExactly("1-1 " + second, "2-4 " + first);
    }

    @Test
    void movedLinesAreFoundWhereTheyStood() throws Exception {
        bench.write("a", "top\n" + FUNCTION + REST);
        bench.write("c", "int other;\n");
        String first = commit("first");
        bench.write("a", "top\n" + REST + FUNCTION);
        String second = commit("within");
        assertThat(blame("{'path':'a'}")).contains("10-13 " + second);
        assertThat(blame("{'path':'a','detectMoves':true}").toString())
                .doesNotContain(second)
                .contains(first);
        bench.write("a", "top\n" + REST);
        bench.write("c", "int other;\n" + FUNCTION);
        String third = commit("elsewhere");
        assertThat(blame("{'path':'c'}")).containsExactly("1-1 " + first, "2-5 " + third);
        assertThat(blame("{'path':'c','detectMoves':true}").toString()).doesNotContain(third);
    }

    @Test
    void commitsCanBeIgnored() throws Exception {
        bench.write("a", "one\ntwo\nthree\n");
        String first = commit("first");
        bench.write("a", "  one\n  two\n  three\n");
        String second = commit("format");
        assertThat(blame("{'path':'a'}")).containsExactly("1-3 " + second);
        assertThat(blame("{'path':'a','ignoreRevs':['" + second + "']}")).containsExactly("1-3 " + first);
        assertThat(blame("{'path':'a','ignoreWhitespace':true}")).containsExactly("1-3 " + first);
    }

    @Test
    void longAnswersAreCutBetweenRangesAndSayWhereToGoOn() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            text.append("line ").append(i).append('\n');
        }
        bench.write("a", text.toString());
        commit("first");
        bench.write("a", text.toString().replaceAll("(?m)^line (\\d*[02468])$", "LINE $1"));
        commit("second");
        int line = 1;
        int pages = 0;
        while (line <= 400) {
            ObjectNode input = Json.object().put("path", "a").put("startLine", line);
            JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, 1000), "git_blame", input);
            assertThat(Json.size(answer)).isLessThanOrEqualTo(4000);
            line = answer.path("nextLine").asInt(401);
            pages++;
        }
        assertThat(pages).isGreaterThan(3);
    }
}
