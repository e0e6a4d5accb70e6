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

class GitSwitchTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
        bench.write("a", "1\n");
        bench.write("b", "1\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "one");
        bench.git("branch", "other");
        bench.write("a", "2\n");
        bench.write("d/c", "1\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "two");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String status() throws Exception {
        return bench.git("status", "--porcelain", "-b").strip();
    }

    @Test
    void goesToABranchAndCarriesLocalChangesAlong() throws Exception {
        bench.write("b", "mine\n");
        bench.write("new", "mine\n");
        bench.git("add", "new");
        JsonNode answer = bench.call("git_switch", "{'target': 'other'}");
        assertThat(answer.path("head").asText()).startsWith("other ");
        assertThat(answer.path("files").asInt()).isEqualTo(2);
        assertThat(status()).isEqualTo("## other\n M b\nA  new");
        assertThat(bench.text("a")).isEqualTo("1\n");
        assertThat(bench.root.resolve("d")).doesNotExist();
        assertThat(bench.git("reflog", "-1", "--format=%gs").strip()).isEqualTo("checkout: moving from main to other");
        bench.call("git_undo", "{'opId': '%s'}".formatted(answer.path("opId").asText()));
        assertThat(status()).isEqualTo("## main\n M b\nA  new");
        assertThat(bench.text("a")).isEqualTo("2\n");
        assertThat(bench.text("d/c")).isEqualTo("1\n");
    }

    @Test
    void aLocalChangeInTheWayStopsItUnlessDiscarded() throws Exception {
        bench.write("a", "mine\n");
        assertThat(bench.refused(Kind.CONFLICT, "git_switch", "{'target': 'other'}"))
                .contains("in the way: a;");
        assertThat(status()).isEqualTo("## main\n M a");
        bench.write("b", "mine\n");
        bench.call("git_switch", "{'target': 'other', 'discard': true}");
        assertThat(status()).isEqualTo("## other");
        assertThat(bench.text("a")).isEqualTo("1\n");
    }

    @Test
    void makesBranchesAndDetaches() throws Exception {
        bench.call("git_switch", "{'create': 'topic'}");
        assertThat(status()).isEqualTo("## topic");
        bench.call("git_switch", "{'create': 'old', 'target': 'main~1'}");
        assertThat(bench.text("a")).isEqualTo("1\n");
        bench.call("git_switch", "{'target': 'main', 'detach': true}");
        assertThat(status()).isEqualTo("## HEAD (no branch)");
        assertThat(bench.git("rev-parse", "HEAD")).isEqualTo(bench.git("rev-parse", "main"));
        bench.refused(Kind.CONFLICT, "git_switch", "{'create': 'topic'}");
        bench.refused(Kind.INVALID_INPUT, "git_switch", "{'create': '-x'}");
        bench.refused(Kind.INVALID_INPUT, "git_switch", "{'target': 'main~1'}");
        bench.refused(Kind.NOT_FOUND, "git_switch", "{'target': 'nothing'}");
        bench.refused(Kind.INVALID_INPUT, "git_switch", "{}");
    }

    @Test
    void aBranchThatOneRemoteHasIsMadeAndFollowsIt() throws Exception {
        bench.git("clone", "-q", "--bare", ".", temporary.resolve("root/r.git").toString());
        bench.git("remote", "add", "origin", "r.git");
        bench.git("fetch", "-q", "origin");
        bench.git("branch", "-D", "other");
        JsonNode answer = bench.call("git_switch", "{'target': 'other'}");
        assertThat(answer.path("upstream").asText()).isEqualTo("origin/other, up to date");
        assertThat(bench.git("rev-parse", "--abbrev-ref", "@{u}").strip()).isEqualTo("origin/other");
        bench.call("git_switch", "{'create': 'mine', 'target': 'origin/main'}");
        assertThat(bench.git("rev-parse", "--abbrev-ref", "@{u}").strip()).isEqualTo("origin/main");
    }

    @Test
    void aBranchOfAnotherWorkingTreeIsRefused() throws Exception {
        bench.git("worktree", "add", "-q", "linked", "other");
        assertThat(bench.refused(Kind.CONFLICT, "git_switch", "{'target': 'other'}"))
                .contains("linked");
        bench.refused(Kind.CONFLICT, "git_switch", "{'repo': 'linked', 'target': 'main'}");
        bench.call("git_switch", "{'repo': 'linked', 'create': 'third', 'target': 'main'}");
        assertThat(Bench.gitIn(bench.root.resolve("linked"), "status", "--porcelain", "-b")
                        .strip())
                .isEqualTo("## third");
        assertThat(bench.text("linked/a")).isEqualTo("2\n");
    }

    @Test
    void isRefusedWhileAnOperationIsInProgress() throws Exception {
        bench.git("checkout", "-q", "other");
        bench.write("a", "3\n");
        bench.git("commit", "-qam", "three");
        bench.git("-c", "alias.m=!git merge -q main || true", "m");
        assertThat(bench.refused(Kind.CONFLICT, "git_switch", "{'target': 'main'}"))
                .contains("in progress");
    }

    @Test
    void bringsFilesBackFromTheIndexOrACommit() throws Exception {
        bench.write("a", "mine\n");
        bench.write("b", "mine\n");
        Files.delete(bench.root.resolve("d/c"));
        JsonNode answer = bench.call("git_switch", "{'restorePaths': ['a', 'd']}");
        assertThat(answer.path("files").asInt()).isEqualTo(2);
        assertThat(status()).isEqualTo("## main\n M b");
        bench.call("git_switch", "{'restorePaths': ['a', 'd'], 'source': 'other'}");
        assertThat(status()).isEqualTo("## main\nM  a\n M b\nD  d/c");
        assertThat(bench.root.resolve("d")).doesNotExist();
        bench.refused(Kind.NOT_FOUND, "git_switch", "{'restorePaths': ['nothing']}");
        bench.refused(Kind.INVALID_INPUT, "git_switch", "{'restorePaths': ['../outside/f']}");
    }

    @Test
    void aBranchCanBeMadeBeforeTheFirstCommit() throws Exception {
        Path fresh = Files.createDirectories(bench.root.resolve("fresh"));
        Bench.gitIn(fresh, "init", "-q", "-b", "main");
        bench.call("git_switch", "{'repo': 'fresh', 'create': 'trunk'}");
        assertThat(Bench.gitIn(fresh, "symbolic-ref", "HEAD").strip()).isEqualTo("refs/heads/trunk");
    }

    @Test
    void nothingOfGitIsWrittenByAFilterOrAHook() throws Exception {
        Path mark = temporary.resolve("mark");
        Path script = bench.write("../script", "#!/bin/sh\ntouch " + mark + "\ncat\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        bench.git("config", "filter.e.smudge", script.toString());
        bench.git("config", "filter.e.clean", script.toString());
        bench.git("config", "core.fsmonitor", script.toString());
        Files.copy(script, bench.root.resolve(".git/hooks/post-checkout"));
        Files.writeString(bench.root.resolve(".git/info/attributes"), "* filter=e\n");
        bench.call("git_switch", "{'target': 'other'}");
        bench.write("a", "changed\n");
        bench.call("git_status", "{}");
        assertThat(bench.refused(Kind.DENIED, "git_add", "{'all': true}")).contains("filter=e");
        bench.call("git_reset", "{'mode': 'hard'}");
        assertThat(mark).doesNotExist();
    }
}
