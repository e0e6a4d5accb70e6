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

/** Working trees of our making, as native Git sees them, and of its making, as we do. */
final class GitWorktreeTest {
    @TempDir
    private Path temporary;

    private Bench bench;
    private Path r;

    @BeforeEach
    void aRepository() throws Exception {
        bench = new Bench(temporary);
        r = Files.createDirectories(bench.root.resolve("r"));
        Bench.gitIn(r, "init", "-q", "-b", "main", ".");
        bench.write("r/a/f.txt", "one\n");
        Bench.gitIn(r, "add", ".");
        Bench.gitIn(r, "commit", "-qm", "first");
        Bench.gitIn(r, "branch", "old");
        bench.write("r/a/f.txt", "two\n");
        Bench.gitIn(r, "commit", "-qam", "second");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String listed() throws Exception {
        return Bench.gitIn(r, "worktree", "list", "--porcelain");
    }

    private JsonNode worktree(String arguments) throws Exception {
        return bench.call("git_worktree", "{'repo': 'r', " + arguments + "}");
    }

    private String refused(Kind kind, String arguments) throws Exception {
        return bench.refused(kind, "git_worktree", "{'repo': 'r', " + arguments + "}");
    }

    @Test
    void addsOneThatNativeGitWorksIn() throws Exception {
        JsonNode answer = worktree("'action': 'add', 'path': 'w', 'branch': 'old'");
        Path w = bench.root.resolve("w");
        assertThat(listed()).contains("worktree " + w, "branch refs/heads/old");
        assertThat(Bench.gitIn(w, "status", "--porcelain")).isEmpty();
        assertThat(bench.text("w/a/f.txt")).isEqualTo("one\n");
        assertThat(answer.at("/trees/1/path").asText()).isEqualTo("w");
        assertThat(answer.at("/trees/1/head").asText()).isEqualTo("old");
        Bench.gitIn(r, "fsck", "--strict");
        Bench.gitIn(w, "commit", "-q", "--allow-empty", "-m", "there");
        assertThat(bench.call("git_status", "{'repo': 'w'}").at("/head").asText())
                .contains("old");
    }

    @Test
    void makesABranchNamedLikeTheFolder() throws Exception {
        worktree("'action': 'add', 'path': 'new'");
        assertThat(listed()).contains("branch refs/heads/new");
        worktree("'action': 'add', 'path': 'other', 'branch': 'b', 'startPoint': 'old'");
        assertThat(Bench.gitIn(r, "rev-parse", "b")).isEqualTo(Bench.gitIn(r, "rev-parse", "old"));
        worktree("'action': 'add', 'path': 'off', 'startPoint': 'old'");
        assertThat(listed()).contains("detached");
    }

    @Test
    void addsNothingHalfWay() throws Exception {
        bench.write("full/f", "kept");
        String before = listed();
        refused(Kind.CONFLICT, "'action': 'add', 'path': 'full', 'branch': 'old'");
        refused(Kind.CONFLICT, "'action': 'add', 'path': 'w', 'branch': 'main'");
        refused(Kind.NOT_FOUND, "'action': 'add', 'path': 'w', 'branch': 'b', 'startPoint': 'nothing'");
        refused(Kind.INVALID_INPUT, "'action': 'add', 'path': 'w', 'branch': '-b'");
        refused(Kind.DENIED, "'action': 'add', 'path': '" + bench.outside + "/w', 'branch': 'old'");
        refused(Kind.DENIED, "'action': 'add', 'path': 'r/.git/w', 'branch': 'old'");
        assertThat(listed()).isEqualTo(before);
        assertThat(bench.root.resolve("w")).doesNotExist();
        assertThat(bench.text("full/f")).isEqualTo("kept");
        assertThat(bench.outside.toFile().list()).containsExactly("f");
    }

    @Test
    void removesOneThatHoldsNothingOfWorth() throws Exception {
        Bench.gitIn(r, "worktree", "add", "-q", "../w", "old");
        bench.write("w/new", "x");
        assertThat(refused(Kind.CONFLICT, "'action': 'remove', 'path': 'w'")).contains("1 untracked");
        Files.delete(bench.root.resolve("w/new"));
        worktree("'action': 'remove', 'path': 'w'");
        assertThat(bench.root.resolve("w")).doesNotExist();
        assertThat(listed()).doesNotContain("/w\n");
        refused(Kind.CONFLICT, "'action': 'remove', 'path': 'r'");
        refused(Kind.NOT_FOUND, "'action': 'remove', 'path': 'w'");
    }

    @Test
    void locksAndUnlocksAsNativeGitDoes() throws Exception {
        Bench.gitIn(r, "worktree", "add", "-q", "../w", "old");
        worktree("'action': 'lock', 'path': 'w', 'reason': 'on a stick'");
        assertThat(listed()).contains("locked on a stick");
        refused(Kind.CONFLICT, "'action': 'remove', 'path': 'w'");
        worktree("'action': 'unlock', 'path': 'w'");
        assertThat(listed()).doesNotContain("locked");
    }

    @Test
    void forgetsThoseThatAreGone() throws Exception {
        Bench.gitIn(r, "worktree", "add", "-q", "../w", "old");
        Files.move(bench.root.resolve("w"), temporary.resolve("away"));
        assertThat(worktree("'action': 'list'").at("/trees/1/gone").asBoolean()).isTrue();
        worktree("'action': 'prune'");
        assertThat(listed()).doesNotContain("/w\n");
        assertThat(worktree("'action': 'list'").at("/trees")).hasSize(1);
    }
}
