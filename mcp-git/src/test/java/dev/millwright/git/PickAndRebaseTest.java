package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PickAndRebaseTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "master");
        bench.write("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        commit("base");
        bench.git("switch", "-q", "-c", "topic");
        bench.write("a.txt", "1\n2\n3\n4\nFIVE\n6\n7\n8\n9\n");
        commit("five");
        bench.write("new.txt", "new\n");
        commit("new");
        bench.write("new.txt", "new\nmore\n");
        commit("more");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void commit(String message) throws Exception {
        bench.git("add", "-A");
        bench.git("commit", "-q", "-m", message);
    }

    private void master(String path, String text, String message) throws Exception {
        bench.git("switch", "-q", "master");
        bench.write(path, text);
        commit(message);
    }

    private List<String> subjects() throws Exception {
        return bench.git("log", "--reverse", "--format=%s").lines().toList();
    }

    private void clean() throws Exception {
        assertThat(bench.git("status", "--porcelain")).isEmpty();
        bench.git("fsck", "--strict");
    }

    @Test
    void picksSeveralCommitsAsNativeGitDoes() throws Exception {
        master("other.txt", "other\n", "other");
        String answer = bench.call("git_cherry_pick", "{'commits':['topic~2','topic~1']}")
                .toString();
        assertThat(subjects()).containsExactly("base", "other", "five", "new");
        String tree = bench.git("rev-parse", "HEAD^{tree}");
        assertThat(answer).contains("\"done\"");
        clean();
        bench.git("reset", "-q", "--hard", "HEAD~2");
        bench.git("cherry-pick", "topic~2", "topic~1");
        assertThat(bench.git("rev-parse", "HEAD^{tree}")).isEqualTo(tree);
    }

    @Test
    void stopsAtAConflictGoesOnAndCanBeUndoneWhole() throws Exception {
        master("a.txt", "1\n2\n3\n4\ncinq\n6\n7\n8\n9\n", "cinq");
        String before = bench.git("rev-parse", "HEAD");
        JsonNode stopped = bench.call("git_cherry_pick", "{'commits':['topic~1','topic~2','topic']}");
        assertThat(stopped.path("result").asText()).isEqualTo("conflicts");
        assertThat(bench.git("status")).contains("You are currently cherry-picking");
        String ours = bench.text("a.txt");
        bench.call("git_conflicts", "{'paths':['a.txt'],'resolve':'theirs'}");
        JsonNode done = bench.call("git_cherry_pick", "{'action':'continue'}");
        assertThat(done.path("result").asText()).isEqualTo("done");
        assertThat(subjects()).containsExactly("base", "cinq", "new", "five", "more");
        clean();
        bench.git("reset", "-q", "--hard", before.strip());
        bench.gitMayFail("cherry-pick", "topic~2");
        assertThat(bench.text("a.txt")).isEqualTo(ours);
    }

    @Test
    void abortTakesAllPicksBack() throws Exception {
        master("a.txt", "1\n2\n3\n4\ncinq\n6\n7\n8\n9\n", "cinq");
        String before = bench.git("rev-parse", "HEAD");
        bench.call("git_cherry_pick", "{'commits':['topic~1','topic~2']}");
        bench.call("git_cherry_pick", "{'action':'abort'}");
        assertThat(bench.git("rev-parse", "HEAD")).isEqualTo(before);
        clean();
    }

    @Test
    void nativeGitFinishesAPickThatWeBegan() throws Exception {
        master("a.txt", "1\n2\n3\n4\ncinq\n6\n7\n8\n9\n", "cinq");
        bench.call("git_cherry_pick", "{'commits':['topic~2','topic~1']}");
        bench.write("a.txt", "both\n");
        bench.git("add", "a.txt");
        bench.git("-c", "core.editor=true", "cherry-pick", "--continue");
        assertThat(subjects()).containsExactly("base", "cinq", "five");
        bench.call("git_cherry_pick", "{'action':'continue'}");
        assertThat(subjects()).containsExactly("base", "cinq", "five", "new");
        clean();
    }

    @Test
    void revertsAsNativeGitDoes() throws Exception {
        bench.call("git_revert", "{'commits':['topic~2']}");
        assertThat(bench.text("a.txt")).contains("\n5\n");
        String ours = bench.git("log", "-1", "--format=%T %B");
        bench.git("reset", "-q", "--hard", "HEAD~");
        bench.git("revert", "--no-edit", "topic~2");
        assertThat(bench.git("log", "-1", "--format=%T %B")).isEqualTo(ours);
    }

    @Test
    void stagesWithoutACommit() throws Exception {
        bench.git("switch", "-q", "master");
        assertThat(bench.call("git_cherry_pick", "{'commits':['topic~2','topic~1'],'noCommit':true}")
                        .path("result")
                        .asText())
                .isEqualTo("staged");
        assertThat(bench.git("diff", "--cached", "--name-only")).isEqualTo("a.txt\nnew.txt\n");
        assertThat(subjects()).containsExactly("base");
    }

    @Test
    void asksForTheMainlineOfAMerge() throws Exception {
        bench.git("switch", "-q", "master");
        bench.git("merge", "-q", "--no-ff", "-m", "merge", "topic");
        assertThat(bench.refused(Kind.INVALID_INPUT, "git_revert", "{'commits':['HEAD']}"))
                .contains("mainline");
        bench.call("git_revert", "{'commits':['HEAD'],'mainline':1}");
        assertThat(bench.git("diff", "--name-only", "HEAD", "HEAD~2")).isEmpty();
    }

    @Test
    void rebasesAsNativeGitDoesAndUndoesItInOneStep() throws Exception {
        bench.git("switch", "-q", "master");
        bench.git("cherry-pick", "topic~1");
        master("other.txt", "other\n", "other");
        bench.git("switch", "-q", "topic");
        bench.git("branch", "native");
        String before = bench.git("rev-parse", "HEAD");
        JsonNode answer = bench.call("git_rebase", "{'upstream':'master'}");
        assertThat(subjects()).containsExactly("base", "new", "other", "five", "more");
        assertThat(bench.git("symbolic-ref", "HEAD")).isEqualTo("refs/heads/topic\n");
        clean();
        String tree = bench.git("rev-parse", "HEAD^{tree}");
        bench.git("switch", "-q", "native");
        bench.git("rebase", "-q", "master");
        assertThat(bench.git("rev-parse", "HEAD^{tree}")).isEqualTo(tree);
        bench.git("switch", "-q", "topic");
        bench.call("git_undo", "{'opId':'" + answer.path("opId").asText() + "'}");
        assertThat(bench.git("rev-parse", "topic")).isEqualTo(before);
        clean();
    }

    @Test
    void followsAPlan() throws Exception {
        List<String> ids = new ArrayList<>(
                bench.git("rev-list", "--reverse", "master..topic").lines().toList());
        bench.call("git_rebase", """
                {'upstream':'master','plan':[{'action':'pick','commit':'%s'},{'action':'squash','commit':'%s'},
                {'action':'drop','commit':'%s'}]}""".formatted(ids.get(1), ids.get(2), ids.get(0)));
        assertThat(bench.git("log", "--format=%B", "master..topic")).isEqualTo("new\n\nmore\n\n");
        assertThat(bench.text("new.txt")).isEqualTo("new\nmore\n");
        assertThat(bench.text("a.txt")).contains("\n5\n");
        clean();
    }

    @Test
    void stopsARebaseAndTakesItBack() throws Exception {
        master("a.txt", "1\n2\n3\n4\ncinq\n6\n7\n8\n9\n", "cinq");
        bench.git("switch", "-q", "topic");
        String before = bench.git("rev-parse", "HEAD");
        assertThat(bench.call("git_rebase", "{'upstream':'master','dryRun':true}")
                        .path("result")
                        .asText())
                .isEqualTo("conflicts");
        clean();
        bench.call("git_rebase", "{'upstream':'master'}");
        bench.call("git_rebase", "{'action':'abort'}");
        assertThat(bench.git("rev-parse", "HEAD")).isEqualTo(before);
        assertThat(bench.git("symbolic-ref", "HEAD")).isEqualTo("refs/heads/topic\n");
        clean();
        bench.call("git_rebase", "{'upstream':'master'}");
        assertThat(bench.call("git_rebase", "{'action':'skip'}").path("result").asText())
                .isEqualTo("done");
        assertThat(subjects()).containsExactly("base", "cinq", "new", "more");
        clean();
    }

    @Test
    void resolvesAConflictInARebase() throws Exception {
        master("a.txt", "1\n2\n3\n4\ncinq\n6\n7\n8\n9\n", "cinq");
        bench.git("switch", "-q", "topic");
        bench.call("git_rebase", "{'upstream':'master'}");
        assertThat(bench.refused(Kind.CONFLICT, "git_rebase", "{'action':'continue'}"))
                .contains("a.txt");
        bench.call("git_conflicts", "{'paths':['a.txt'],'resolve':'content','content':'both\\n'}");
        bench.call("git_rebase", "{'action':'continue'}");
        assertThat(subjects()).containsExactly("base", "cinq", "five", "new", "more");
        assertThat(bench.text("a.txt")).isEqualTo("both\n");
        assertThat(bench.git("symbolic-ref", "HEAD")).isEqualTo("refs/heads/topic\n");
        clean();
    }

    @Test
    void leavesProtectedBranchesAlone() throws Exception {
        bench.git("switch", "-q", "master");
        bench.write("m.txt", "m\n");
        commit("m");
        assertThat(bench.refused(Kind.DENIED, "git_rebase", "{'upstream':'topic'}"))
                .contains("protected");
    }

    @Test
    void putsChangesAsideForARebaseAndTakesThemUpAgain() throws Exception {
        master("other.txt", "other\n", "other");
        bench.git("switch", "-q", "topic");
        bench.write("new.txt", "new\nmore\nmine\n");
        bench.write("a.txt", "1\n2\n3\n4\nFIVE\n6\n7\n8\nmine\n");
        bench.git("add", "a.txt");
        assertThat(bench.refused(Kind.CONFLICT, "git_rebase", "{'upstream':'master'}"))
                .contains("autostash");
        JsonNode done = bench.call("git_rebase", "{'upstream':'master','autostash':true}");
        assertThat(done.path("result").asText()).isEqualTo("done");
        assertThat(done.has("stashed")).isFalse();
        assertThat(subjects()).containsExactly("base", "other", "five", "new", "more");
        assertThat(bench.text("new.txt")).isEqualTo("new\nmore\nmine\n");
        assertThat(bench.text("a.txt")).endsWith("8\nmine\n");
        assertThat(bench.git("stash", "list")).isEmpty();
        bench.git("fsck", "--strict");
    }

    @Test
    void keepsWhatItPutAsideInTheStashWhereARebaseStops() throws Exception {
        master("a.txt", "1\n2\n3\n4\ncinq\n6\n7\n8\n9\n", "cinq");
        bench.git("switch", "-q", "topic");
        bench.write("new.txt", "mine\n");
        JsonNode stopped = bench.call("git_rebase", "{'upstream':'master','autostash':true}");
        assertThat(stopped.path("result").asText()).isEqualTo("conflicts");
        assertThat(stopped.path("stashed").asText()).contains("stash@{0}", "git_stash pop");
        bench.call("git_rebase", "{'action':'abort'}");
        assertThat(bench.call("git_stash", "{'action':'pop'}").at("/stashes/0").asText())
                .startsWith("applied and dropped stash@{0}");
        assertThat(bench.text("new.txt")).isEqualTo("mine\n");
    }
}
