package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitPullTest {
    @TempDir
    Path temporary;

    private RemoteSite site;

    @BeforeEach
    void open() throws Exception {
        site = new RemoteSite(temporary).withRepository();
        site.bench().git("fetch", "-q");
        site.bench().git("checkout", "-q", "-B", "main", "--track", "origin/main");
        site.commit("two");
        site.push("main");
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void commit(String name, String text) throws IOException, InterruptedException {
        site.bench().write(name, text);
        site.bench().git("add", ".");
        site.bench().git("commit", "-q", "-m", name);
    }

    private JsonNode pull(String arguments) throws Exception {
        JsonNode answer = site.bench().call("git_pull", arguments);
        site.bench().git("fsck", "--strict");
        return answer;
    }

    private String status() throws IOException, InterruptedException {
        return site.bench().git("status", "--porcelain=v2", "--branch");
    }

    @Test
    void movesTheBranchForward() throws Exception {
        assertThat(pull("{}").path("result").asText()).isEqualTo("fast-forward");
        assertThat(site.here("HEAD")).isEqualTo(site.there("main"));
        assertThat(site.bench().text("two")).isEqualTo("two\n");
        assertThat(status()).contains("branch.ab +0 -0").doesNotContain("\n1 ", "\n? ");
        assertThat(pull("{}").path("result").asText()).isEqualTo("up-to-date");
    }

    @Test
    void mergesOnlyWhenAsked() throws Exception {
        commit("mine", "mine\n");
        String before = site.here("HEAD");
        site.bench().refused(Kind.CONFLICT, "git_pull", "{}");
        assertThat(site.here("HEAD")).isEqualTo(before);
        assertThat(pull("{'mode': 'merge'}").path("result").asText()).isEqualTo("merged");
        assertThat(site.here("HEAD^1")).isEqualTo(before);
        assertThat(site.here("HEAD^2")).isEqualTo(site.there("main"));
        assertThat(status()).doesNotContain("\n1 ", "\n? ");
    }

    @Test
    void rebasesWhenAsked() throws Exception {
        site.bench().git("checkout", "-q", "-b", "topic", "--track", "origin/main");
        commit("mine", "mine\n");
        pull("{'mode': 'rebase'}");
        assertThat(site.here("HEAD~1")).isEqualTo(site.there("main"));
        assertThat(site.bench().text("mine")).isEqualTo("mine\n");
        assertThat(status()).doesNotContain("\n1 ", "\n? ");
    }

    @Test
    void leavesConflictsToBeResolved() throws Exception {
        commit("two", "mine\n");
        JsonNode answer = pull("{'mode': 'merge'}");
        assertThat(answer.path("result").asText()).isEqualTo("conflicts");
        assertThat(answer.path("conflicts")).hasSize(1);
        assertThat(status()).contains("\nu AA");
    }

    @Test
    void comesBackWholeByUndo() throws Exception {
        String before = site.here("HEAD") + site.here("origin/main");
        String opId = pull("{}").path("opId").asText();
        site.bench().call("git_undo", "{'opId': '%s'}".formatted(opId));
        assertThat(site.here("HEAD") + site.here("origin/main")).isEqualTo(before);
        assertThat(site.bench().root.resolve("two")).doesNotExist();
        assertThat(status()).doesNotContain("\n1 ", "\n? ");
    }

    @Test
    void pullsTheBranchNamed() throws Exception {
        site.push("main:other");
        site.bench().git("branch", "--unset-upstream");
        assertThat(site.bench().refused(Kind.CONFLICT, "git_pull", "{}")).contains("follows no branch");
        pull("{'branch': 'other'}");
        assertThat(site.here("HEAD")).isEqualTo(site.there("other"));
        site.bench().refused(Kind.NOT_FOUND, "git_pull", "{'branch': 'none'}");
        site.bench().refused(Kind.INVALID_INPUT, "git_pull", "{'branch': '--upload-pack=id'}");
    }

    @Test
    void overwritesNothingThatIsNotCommitted() throws Exception {
        site.bench().write("two", "not committed\n");
        assertThat(site.bench().refused(Kind.CONFLICT, "git_pull", "{}")).contains("two");
        assertThat(site.bench().text("two")).isEqualTo("not committed\n");
    }
}
