package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** git_branch and git_tag. */
class GitBranchTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void repository() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
        bench.git("commit", "-q", "--allow-empty", "-m", "first");
        bench.git("commit", "-q", "--allow-empty", "-m", "second");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String undoOf(JsonNode answer) throws Exception {
        return bench.call("git_undo", "{'opId':'" + answer.get("opId").asText() + "'}")
                .get("opId")
                .asText();
    }

    @Test
    void listsBranchesWithUpstreamAndLastCommit() throws Exception {
        bench.git("update-ref", "refs/remotes/origin/main", "HEAD~1");
        bench.git("remote", "add", "origin", "file:///nowhere");
        bench.git("branch", "-q", "--set-upstream-to=origin/main");
        bench.git("branch", "feature/a", "HEAD~1");
        JsonNode answer = bench.call("git_branch", "{}");
        String day = bench.git("log", "-1", "--format=%cs").strip();
        assertThat(answer.get("branches").get(0).asText()).matches("feature/a [0-9a-f]{10} " + day + " first");
        assertThat(answer.get("branches").get(1).asText())
                .matches("\\* main [0-9a-f]{10} " + day + " \\[origin/main, ahead 1\\] second");
        assertThat(bench.call("git_branch", "{'pattern':'feat*'}").get("branches"))
                .hasSize(1);
        assertThat(bench.call("git_branch", "{'remotes':true}")
                        .get("branches")
                        .get(0)
                        .asText())
                .startsWith("origin/main ");
    }

    @Test
    void pagesBranchesWithinTheBudget() throws Exception {
        for (int i = 0; i < 30; i++) {
            bench.git("update-ref", "refs/heads/b" + (10 + i), "HEAD");
        }
        dev.millwright.testing.FakeCall small =
                new dev.millwright.testing.FakeCall(dev.millwright.tool.Tenant.DEFAULT, 250);
        JsonNode first = bench.run(small, "git_branch", dev.millwright.json.Json.object());
        assertThat(dev.millwright.json.Json.size(first)).isLessThan(1000);
        JsonNode rest =
                bench.call("git_branch", "{'cursor':'" + first.get("cursor").asText() + "'}");
        assertThat(first.get("branches").size() + rest.get("branches").size()).isEqualTo(31);
        bench.refused(
                Kind.INVALID_INPUT,
                "git_branch",
                "{'pattern':'x','cursor':'" + first.get("cursor").asText() + "'}");
    }

    @Test
    void createsDeletesAndBringsBack() throws Exception {
        JsonNode created = bench.call("git_branch", "{'action':'create','name':'topic','startPoint':'HEAD~1'}");
        assertThat(bench.git("rev-parse", "topic")).isEqualTo(bench.git("rev-parse", "HEAD~1"));
        bench.refused(Kind.CONFLICT, "git_branch", "{'action':'create','name':'topic'}");
        bench.refused(Kind.CONFLICT, "git_branch", "{'action':'create','name':'TOPIC'}");
        bench.call("git_branch", "{'action':'create','name':'topic','force':true}");
        bench.git("checkout", "-q", "topic");
        bench.git("commit", "-q", "--allow-empty", "-m", "unmerged");
        String tip = bench.git("rev-parse", "HEAD");
        bench.refused(Kind.CONFLICT, "git_branch", "{'action':'delete','name':'topic','force':true}");
        bench.git("checkout", "-q", "main");
        assertThat(bench.refused(Kind.CONFLICT, "git_branch", "{'action':'delete','name':'topic'}"))
                .contains("merged");
        JsonNode deleted = bench.call("git_branch", "{'action':'delete','name':'topic','force':true}");
        assertThat(bench.git("branch")).isEqualTo("* main\n");
        undoOf(deleted);
        assertThat(bench.git("rev-parse", "topic")).isEqualTo(tip);
        assertThat(bench.git("reflog", "show", "topic")).contains("commit: unmerged");
        assertThat(created.has("opId")).isTrue();
    }

    @Test
    void renamesWithLogConfigurationAndHead() throws Exception {
        bench.git("checkout", "-q", "-b", "old");
        bench.git("commit", "-q", "--allow-empty", "-m", "third");
        bench.git("config", "branch.old.remote", "origin");
        bench.git("config", "branch.old.merge", "refs/heads/old");
        JsonNode answer = bench.call("git_branch", "{'action':'rename','name':'old','newName':'new'}");
        assertThat(bench.git("symbolic-ref", "HEAD")).isEqualTo("refs/heads/new\n");
        assertThat(bench.git("reflog", "show", "new")).contains("third");
        assertThat(bench.git("config", "branch.new.merge")).isEqualTo("refs/heads/old\n");
        String undone = undoOf(answer);
        assertThat(bench.git("symbolic-ref", "HEAD")).isEqualTo("refs/heads/old\n");
        assertThat(bench.git("branch", "--list")).isEqualTo("  main\n* old\n");
        assertThat(bench.git("config", "branch.old.merge")).isEqualTo("refs/heads/old\n");
        assertThat(bench.git("reflog", "show", "old")).contains("third");
        bench.call("git_undo", "{'opId':'" + undone + "'}");
        assertThat(bench.git("branch", "--list")).isEqualTo("  main\n* new\n");
    }

    @Test
    void setsAndUnsetsTheUpstream() throws Exception {
        bench.git("remote", "add", "origin", "file:///nowhere");
        bench.git("update-ref", "refs/remotes/origin/x/y", "HEAD");
        bench.call("git_branch", "{'action':'upstream','name':'main','upstream':'origin/x/y'}");
        assertThat(bench.git("rev-parse", "--abbrev-ref", "main@{u}")).isEqualTo("origin/x/y\n");
        bench.call("git_branch", "{'action':'upstream','name':'main','upstream':''}");
        assertThat(bench.text(".git/config")).doesNotContain("refs/heads/x/y");
        bench.refused(Kind.NOT_FOUND, "git_branch", "{'action':'upstream','name':'main','upstream':'origin/none'}");
    }

    @Test
    void protectsWhatTheOperatorProtects() throws Exception {
        bench.git("checkout", "-q", "-b", "topic");
        bench.refused(Kind.DENIED, "git_branch", "{'action':'delete','name':'main','force':true}");
        bench.refused(Kind.DENIED, "git_branch", "{'action':'rename','name':'main','newName':'x'}");
    }

    @Test
    void doesNotTouchABranchOfALinkedWorkingTree() throws Exception {
        bench.git("worktree", "add", "-q", bench.root.resolve("linked").toString(), "-b", "elsewhere");
        assertThat(bench.refused(Kind.CONFLICT, "git_branch", "{'action':'delete','name':'elsewhere','force':true}"))
                .contains("linked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-d", "HEAD", "a..b", "a b", "../x", "a.lock", "a@{1}", "refs/heads/a", "a\\u202eb", ""})
    void refusesNamesThatAreNone(String name) throws Exception {
        bench.refused(Kind.INVALID_INPUT, "git_branch", "{'action':'create','name':'" + name + "'}");
        bench.refused(Kind.INVALID_INPUT, "git_tag", "{'action':'create','name':'" + name + "'}");
    }

    @Test
    void makesListsAndDeletesTags() throws Exception {
        bench.call("git_tag", "{'action':'create','name':'v1','target':'HEAD~1'}");
        JsonNode annotated = bench.call("git_tag", "{'action':'create','name':'v2','message':'Two\\n\\nis more  '}");
        assertThat(bench.git("cat-file", "-t", "v1")).isEqualTo("commit\n");
        assertThat(bench.git("tag", "-n9", "v2")).isEqualTo("v2              Two\n    \n    is more\n");
        bench.git("fsck", "--strict");
        String short1 = bench.git("rev-parse", "--short=10", "HEAD~1").strip();
        String short2 = bench.git("rev-parse", "--short=10", "HEAD").strip();
        assertThat(bench.call("git_tag", "{}").get("tags").toString())
                .isEqualTo("[\"v1 " + short1 + "\",\"v2 " + short2 + " Two\"]");
        bench.refused(Kind.CONFLICT, "git_tag", "{'action':'create','name':'v1'}");
        String v2 = bench.git("rev-parse", "v2");
        JsonNode deleted = bench.call("git_tag", "{'action':'delete','name':'v2'}");
        bench.git("gc", "-q", "--prune=now");
        undoOf(deleted);
        assertThat(bench.git("rev-parse", "v2")).isEqualTo(v2);
        bench.refused(Kind.UNAVAILABLE, "git_tag", "{'action':'create','name':'v3','message':'x','sign':true}");
        assertThat(annotated.has("opId")).isTrue();
    }
}
