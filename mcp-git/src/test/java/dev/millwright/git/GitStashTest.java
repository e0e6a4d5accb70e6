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

class GitStashTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void repository() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
        bench.write("a", "1\n2\n3\n4\n5\n6\n7\n");
        bench.write("gone", "x\n");
        bench.write("sub/b", "b\n");
        bench.git("add", ".");
        bench.git("commit", "-q", "-m", "first");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void changeAll() throws Exception {
        bench.write("sub/b", "staged\n");
        bench.git("add", "sub/b");
        bench.write("sub/b", "worked\n");
        bench.write("a", "1\n2\n3\n4\n5\n6\nseven\n");
        Files.delete(bench.root.resolve("gone"));
        bench.write("added", "added\n");
        bench.git("add", "added");
        bench.write("loose/file", "loose\n");
    }

    private String status() throws Exception {
        return bench.git("status", "--porcelain", "-uall");
    }

    @Test
    void pushesWhatNativeGitListsAndAppliesWithTheIndex() throws Exception {
        changeAll();
        String before = status();
        bench.call("git_stash", "{'action':'push','untracked':true,'message':'my work'}");
        assertThat(status()).isEmpty();
        assertThat(bench.root.resolve("loose")).doesNotExist();
        assertThat(bench.git("stash", "list")).isEqualTo("stash@{0}: On main: my work\n");
        bench.git("fsck", "--strict");
        bench.git("stash", "pop", "-q", "--index");
        assertThat(status()).isEqualTo(before);
        assertThat(bench.text("sub/b")).isEqualTo("worked\n");
    }

    @Test
    void popsWhatNativeGitPushedAsNativeGitDoes() throws Exception {
        changeAll();
        bench.git("stash", "push", "-q", "-u");
        bench.git("stash", "apply", "-q");
        String natively = status();
        bench.git("reset", "-q", "--hard");
        bench.git("clean", "-qfd");
        JsonNode answer = bench.call("git_stash", "{'action':'pop'}");
        assertThat(answer.has("conflicts")).isFalse();
        assertThat(status()).isEqualTo(natively);
        assertThat(bench.git("stash", "list")).isEmpty();
        bench.call("git_undo", "{'opId':'" + answer.get("opId").asText() + "'}");
        assertThat(status()).isEmpty();
        assertThat(bench.git("stash", "list")).startsWith("stash@{0}: WIP on main");
        bench.call("git_stash", "{'action':'pop','index':true}");
        assertThat(bench.git("show", ":sub/b")).isEqualTo("staged\n");
    }

    @Test
    void keepsTheIndexWhenAsked() throws Exception {
        changeAll();
        bench.call("git_stash", "{'action':'push','keepIndex':true}");
        assertThat(status()).isEqualTo("A  added\nM  sub/b\n?? loose/file\n");
        assertThat(bench.text("sub/b")).isEqualTo("staged\n");
    }

    @Test
    void mergesWithWhatWasCommittedSinceAndKeepsTheStashOfAConflict() throws Exception {
        bench.write("a", "1\n2\n3\n4\n5\n6\nseven\n");
        bench.call("git_stash", "{'action':'push'}");
        bench.write("a", "one\n2\n3\n4\n5\n6\n7\n");
        bench.git("commit", "-q", "-am", "other end");
        bench.call("git_stash", "{'action':'apply'}");
        assertThat(bench.text("a")).isEqualTo("one\n2\n3\n4\n5\n6\nseven\n");
        bench.write("a", "one\n2\n3\n4\n5\n6\nSEVEN\n");
        bench.refused(Kind.CONFLICT, "git_stash", "{'action':'apply'}");
        bench.git("commit", "-q", "-am", "same line");
        JsonNode answer = bench.call("git_stash", "{'action':'pop'}");
        assertThat(answer.get("conflicts").get(0).asText()).isEqualTo("a");
        assertThat(status()).startsWith("UU a");
        assertThat(bench.text("a")).contains("<<<<<<< Updated upstream", ">>>>>>> Stashed changes");
        assertThat(bench.git("stash", "list").lines()).hasSize(1);
        bench.call("git_undo", "{'opId':'" + answer.get("opId").asText() + "'}");
        assertThat(status()).isEmpty();
    }

    @Test
    void dropsAnyOfThemAndBringsItBack() throws Exception {
        for (String text : new String[] {"one", "two", "three"}) {
            bench.write("a", text + "\n");
            bench.call("git_stash", "{'action':'push','message':'" + text + "'}");
        }
        String all = bench.git("stash", "list");
        String middle = bench.git("rev-parse", "stash@{1}");
        JsonNode listed = bench.call("git_stash", "{}");
        assertThat(listed.get("stashes").get(2).asText())
                .startsWith("stash@{2} 2")
                .endsWith("On main: one");
        for (int n = 0; n < 3; n++) {
            JsonNode dropped = bench.call("git_stash", "{'action':'drop','stash':" + n + "}");
            assertThat(bench.git("stash", "list").lines()).hasSize(2);
            bench.git("fsck", "--strict");
            bench.git("gc", "-q", "--prune=now");
            bench.call("git_undo", "{'opId':'" + dropped.get("opId").asText() + "'}");
            assertThat(bench.git("stash", "list")).isEqualTo(all);
        }
        assertThat(bench.git("rev-parse", "stash@{1}")).isEqualTo(middle);
        bench.call("git_stash", "{'action':'drop'}");
        bench.call("git_stash", "{'action':'drop'}");
        bench.call("git_stash", "{'action':'drop'}");
        assertThat(bench.git("stash", "list")).isEmpty();
        bench.refused(Kind.NOT_FOUND, "git_stash", "{'action':'drop'}");
    }

    @Test
    void showsWhatAStashHolds() throws Exception {
        changeAll();
        bench.git("stash", "push", "-q", "-u");
        assertThat(bench.call("git_stash", "{'action':'show'}").get("stashes").toString())
                .isEqualTo("[\"M a\",\"M added\",\"D gone\",\"M sub/b\",\"M loose/file\"]");
    }

    @Test
    void refusesToStashNothingOrOverAnUntrackedFile() throws Exception {
        bench.refused(Kind.CONFLICT, "git_stash", "{'action':'push'}");
        bench.write("loose", "1\n");
        bench.call("git_stash", "{'action':'push','untracked':true}");
        bench.write("loose", "2\n");
        bench.refused(Kind.CONFLICT, "git_stash", "{'action':'pop'}");
        assertThat(bench.text("loose")).isEqualTo("2\n");
        assertThat(bench.git("stash", "list").lines()).hasSize(1);
    }
}
