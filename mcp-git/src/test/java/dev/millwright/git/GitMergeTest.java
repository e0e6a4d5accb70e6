package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitMergeTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "master");
        bench.write("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        bench.write("b.txt", "one\ntwo\n");
        commit("base");
        bench.git("branch", "topic");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void commit(String message) throws Exception {
        bench.git("add", "-A");
        bench.git("commit", "-q", "-m", message);
    }

    private void topic(String path, String text, String message) throws Exception {
        bench.git("switch", "-q", "topic");
        bench.write(path, text);
        commit(message);
        bench.git("switch", "-q", "master");
    }

    private void clean() throws Exception {
        assertThat(bench.git("status", "--porcelain")).isEmpty();
        bench.git("fsck", "--strict");
    }

    @Test
    void movesTheBranchWhereItCan() throws Exception {
        topic("a.txt", "changed\n", "theirs");
        JsonNode answer = bench.call("git_merge", "{'source':'topic'}");
        assertThat(answer.path("result").asText()).isEqualTo("fast-forward");
        assertThat(bench.git("rev-parse", "HEAD")).isEqualTo(bench.git("rev-parse", "topic"));
        assertThat(bench.text("a.txt")).isEqualTo("changed\n");
        clean();
    }

    @Test
    void mergesARenameWithAnEditAndTakesItBack() throws Exception {
        topic("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\nten\n", "theirs");
        bench.git("mv", "a.txt", "moved.txt");
        commit("ours");
        String before = bench.git("rev-parse", "HEAD");
        JsonNode answer = bench.call("git_merge", "{'source':'topic'}");
        assertThat(answer.path("result").asText()).isEqualTo("merged");
        assertThat(bench.text("moved.txt")).endsWith("9\nten\n");
        assertThat(bench.git("log", "-1", "--format=%s|%p").split("\\|")[0]).isEqualTo("Merge branch 'topic'");
        clean();
        bench.call("git_undo", "{'opId':'" + answer.path("opId").asText() + "'}");
        assertThat(bench.git("rev-parse", "HEAD")).isEqualTo(before);
        clean();
    }

    @Test
    void leavesWhatNativeGitLeavesInAConflict() throws Exception {
        topic("a.txt", "1\n2\n3\n4\nFIVE theirs\n6\n7\n8\n9\n", "theirs");
        bench.write("a.txt", "1\n2\n3\n4\nFIVE ours\n6\n7\n8\n9\n");
        commit("ours");
        JsonNode answer = bench.call("git_merge", "{'source':'topic'}");
        assertThat(answer.path("result").asText()).isEqualTo("conflicts");
        assertThat(answer.at("/conflicts/0/hunks/0/ours").asText()).isEqualTo("FIVE ours\n");
        assertThat(answer.at("/conflicts/0/hunks/0/theirs").asText()).isEqualTo("FIVE theirs\n");
        String stages = bench.git("ls-files", "-u");
        String text = bench.text("a.txt");
        String message = bench.text(".git/MERGE_MSG");
        bench.git("merge", "--abort");
        clean();
        assertThat(bench.gitMayFail("merge", "topic")).contains("CONFLICT");
        assertThat(bench.git("ls-files", "-u")).isEqualTo(stages);
        assertThat(bench.text("a.txt")).isEqualTo(text);
        assertThat(bench.text(".git/MERGE_MSG")).isEqualTo(message);
        bench.call("git_conflicts", "{'paths':['a.txt'],'resolve':'union'}");
        assertThat(bench.text("a.txt")).contains("FIVE ours\nFIVE theirs\n");
        assertThat(bench.call("git_merge", "{'action':'continue'}")
                        .path("result")
                        .asText())
                .isEqualTo("merged");
        assertThat(bench.git("rev-list", "--parents", "-1", "HEAD").split(" ")).hasSize(3);
        clean();
    }

    @Test
    void abortsAMergeThatNativeGitBegan() throws Exception {
        topic("b.txt", "theirs\n", "theirs");
        bench.write("b.txt", "ours\n");
        commit("ours");
        bench.gitMayFail("merge", "topic");
        bench.call("git_merge", "{'action':'abort'}");
        assertThat(bench.text("b.txt")).isEqualTo("ours\n");
        assertThat(bench.root.resolve(".git/MERGE_HEAD")).doesNotExist();
        clean();
    }

    @Test
    void onlySaysWhatWouldHappen() throws Exception {
        topic("b.txt", "theirs\n", "theirs");
        bench.write("b.txt", "ours\n");
        commit("ours");
        String before = bench.git("rev-parse", "HEAD");
        JsonNode answer = bench.call("git_merge", "{'source':'topic','dryRun':true}");
        assertThat(answer.path("result").asText()).isEqualTo("conflicts");
        assertThat(answer.at("/conflicts/0/path").asText()).isEqualTo("b.txt");
        assertThat(answer.has("opId")).isFalse();
        assertThat(bench.git("rev-parse", "HEAD")).isEqualTo(before);
        clean();
    }

    @Test
    void touchesNothingWhenLocalChangesAreInTheWay() throws Exception {
        topic("b.txt", "theirs\n", "theirs");
        bench.write("c.txt", "ours\n");
        commit("ours");
        bench.write("b.txt", "not committed\n");
        assertThat(bench.refused(Kind.CONFLICT, "git_merge", "{'source':'topic'}"))
                .contains("b.txt");
        assertThat(bench.text("b.txt")).isEqualTo("not committed\n");
        assertThat(bench.root.resolve(".git/MERGE_HEAD")).doesNotExist();
    }

    @Test
    void squashesWithoutAMerge() throws Exception {
        topic("b.txt", "theirs\n", "theirs");
        JsonNode answer = bench.call("git_merge", "{'source':'topic','squash':true}");
        assertThat(answer.path("result").asText()).isEqualTo("staged");
        assertThat(bench.git("diff", "--cached", "--name-only")).isEqualTo("b.txt\n");
        assertThat(bench.root.resolve(".git/MERGE_HEAD")).doesNotExist();
    }

    @Test
    void runsNoMergeDriver() throws Exception {
        bench.write(".gitattributes", "*.txt merge=evil\n");
        commit("attributes");
        bench.git("branch", "-f", "topic");
        Path mark = bench.outside.resolve("mark");
        bench.git("config", "merge.evil.driver", "touch " + mark);
        topic("b.txt", "theirs\n", "theirs");
        bench.write("b.txt", "ours\n");
        commit("ours");
        assertThat(bench.call("git_merge", "{'source':'topic'}").path("result").asText())
                .isEqualTo("conflicts");
        assertThat(Files.exists(mark)).isFalse();
    }

    @Test
    void followsTheAttributesThatNeedNoProgram() throws Exception {
        bench.write(".gitattributes", "a.txt merge=union\nb.txt -merge\n");
        commit("attributes");
        bench.git("branch", "-f", "topic");
        bench.git("switch", "-q", "topic");
        bench.write("a.txt", "theirs\n");
        bench.write("b.txt", "theirs\n");
        commit("theirs");
        bench.git("switch", "-q", "master");
        bench.write("a.txt", "ours\n");
        bench.write("b.txt", "ours\n");
        commit("ours");
        bench.call("git_merge", "{'source':'topic'}");
        String union = bench.text("a.txt");
        String stages = bench.git("ls-files", "-s");
        bench.git("merge", "--abort");
        bench.gitMayFail("merge", "topic");
        assertThat(bench.text("a.txt")).isEqualTo(union);
        assertThat(bench.git("ls-files", "-s")).isEqualTo(stages);
    }
}
