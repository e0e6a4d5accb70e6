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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitResetTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "topic");
        bench.write("a", "1\n");
        bench.write("b", "1\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "one");
        bench.write("a", "2\n");
        bench.write("c", "1\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "two");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String state() throws Exception {
        return bench.git("rev-parse", "HEAD")
                + bench.git("ls-files", "-s")
                + bench.git("status", "--porcelain")
                + bench.git("log", "-1", "--format=%gs", "-g");
    }

    /** Local changes of all kinds. */
    private void change() throws Exception {
        bench.write("b", "staged\n");
        bench.git("add", "b");
        bench.write("b", "changed\n");
        bench.write("n", "new\n");
        bench.git("add", "n");
        bench.write("u", "untracked\n");
        Files.deleteIfExists(bench.root.resolve("c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soft", "mixed", "hard"})
    void leavesWhatNativeGitLeaves(String mode) throws Exception {
        String start = bench.git("rev-parse", "HEAD").strip();
        change();
        JsonNode answer = bench.call("git_reset", "{'mode': '%s', 'target': 'HEAD~1'}".formatted(mode));
        assertThat(answer.path("head").asText()).startsWith("topic ");
        String ours = state();
        assertThat(bench.git("rev-parse", "ORIG_HEAD").strip()).isEqualTo(start);
        bench.git("reset", "-q", "--hard", start);
        bench.git("clean", "-fdxq");
        change();
        bench.git("reset", "-q", "--" + mode, "HEAD~1");
        assertThat(ours).isEqualTo(state());
    }

    @Test
    void hardCanBeUndoneWhole() throws Exception {
        change();
        String before = bench.git("ls-files", "-s") + bench.git("status", "--porcelain");
        JsonNode answer = bench.call("git_reset", "{'mode': 'hard', 'target': 'HEAD~1'}");
        assertThat(bench.git("status", "--porcelain")).isEqualTo("?? u\n");
        bench.call("git_undo", "{'opId': '%s'}".formatted(answer.path("opId").asText()));
        assertThat(bench.git("ls-files", "-s") + bench.git("status", "--porcelain"))
                .isEqualTo(before);
        assertThat(bench.text("b")).isEqualTo("changed\n");
    }

    @Test
    void keepRefusesToLoseChanges() throws Exception {
        bench.write("a", "mine\n");
        assertThat(bench.refused(Kind.CONFLICT, "git_reset", "{'mode': 'keep', 'target': 'HEAD~1'}"))
                .contains("in the way: a;");
        bench.git("checkout", "-q", "a");
        bench.write("b", "mine\n");
        bench.call("git_reset", "{'mode': 'keep', 'target': 'HEAD~1'}");
        assertThat(bench.git("status", "--porcelain")).isEqualTo(" M b\n");
        assertThat(bench.text("a")).isEqualTo("1\n");
    }

    @Test
    void pathsAreUnstaged() throws Exception {
        change();
        bench.call("git_reset", "{'paths': ['b', 'n']}");
        assertThat(bench.git("status", "--porcelain")).isEqualTo(" M b\n D c\n?? n\n?? u\n");
        bench.refused(Kind.INVALID_INPUT, "git_reset", "{'paths': ['b'], 'mode': 'hard'}");
    }

    @Test
    void aProtectedBranchLosesNoCommits() throws Exception {
        bench.git("branch", "-m", "main");
        bench.refused(Kind.DENIED, "git_reset", "{'mode': 'hard', 'target': 'HEAD~1'}");
        bench.refused(Kind.DENIED, "git_reset", "{'target': 'HEAD~1'}");
        bench.write("a", "mine\n");
        bench.call("git_reset", "{'mode': 'hard'}");
        assertThat(bench.text("a")).isEqualTo("2\n");
    }

    @Test
    void aMergeInProgressIsGivenUp() throws Exception {
        bench.git("checkout", "-qb", "other", "HEAD~1");
        bench.write("a", "3\n");
        bench.git("commit", "-qam", "three");
        bench.git("-c", "alias.m=!git merge -q topic || true", "m");
        bench.refused(Kind.CONFLICT, "git_reset", "{'mode': 'soft'}");
        bench.call("git_reset", "{'mode': 'hard'}");
        assertThat(bench.git("status", "--porcelain")).isEmpty();
        assertThat(bench.root.resolve(".git/MERGE_HEAD")).doesNotExist();
        assertThat(bench.text("a")).isEqualTo("3\n");
    }

    @Test
    void beforeTheFirstCommitTheIndexIsEmptied() throws Exception {
        Path fresh = Files.createDirectories(bench.root.resolve("fresh"));
        Bench.gitIn(fresh, "init", "-q");
        Files.writeString(fresh.resolve("f"), "1\n");
        Bench.gitIn(fresh, "add", ".");
        bench.call("git_reset", "{'repo': 'fresh'}");
        assertThat(Bench.gitIn(fresh, "status", "--porcelain")).isEqualTo("?? f\n");
    }
}
