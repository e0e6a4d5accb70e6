package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.config.GitConfig;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitCommitTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void repository() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
        bench.write("a/one", "1\n");
        bench.git("add", ".");
        bench.git("commit", "-q", "-m", "first");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String head() throws Exception {
        return bench.git("rev-parse", "HEAD").strip();
    }

    private void stage(String path, String text) throws Exception {
        bench.write(path, text);
        bench.git("add", path);
    }

    @Test
    void commitsTheIndexAsNativeGitWould() throws Exception {
        stage("a/deep/er", "x\n");
        stage("b", "y\n");
        Files.createSymbolicLink(bench.root.resolve("link"), Path.of("b"));
        bench.git("add", "link");
        bench.git("update-index", "--chmod=+x", "b");
        bench.write("b", "not staged\n");
        String tree = bench.git("write-tree");
        String parent = head();
        JsonNode answer = bench.call("git_commit", "{'message':'  second  \\n\\n\\n\\nbody \\n# kept\\n\\n'}");
        assertThat(answer.get("id").asText()).isEqualTo(head());
        assertThat(answer.get("branch").asText()).isEqualTo("main");
        assertThat(bench.git("log", "-1", "--format=%T")).isEqualTo(tree);
        assertThat(bench.git("log", "-1", "--format=%P%n%an <%ae>%n%cn%n%B"))
                .isEqualTo(parent + "\nAda Lovelace <ada@example.org>\nAda Lovelace\n  second\n\nbody\n# kept\n\n");
        assertThat(bench.git("reflog", "-1", "--format=%gs")).isEqualTo("commit:   second\n");
        assertThat(bench.git("status", "--porcelain")).isEqualTo(" M b\n");
        bench.git("fsck", "--strict");
    }

    @Test
    void undoTakesTheCommitBackAndKeepsItStaged() throws Exception {
        stage("b", "y\n");
        String before = head();
        String opId =
                bench.call("git_commit", "{'message':'second'}").get("opId").asText();
        bench.call("git_undo", "{'opId':'" + opId + "'}");
        assertThat(head()).isEqualTo(before);
        assertThat(bench.git("status", "--porcelain")).isEqualTo("A  b\n");
    }

    @Test
    void makesTheFirstCommit() throws Exception {
        bench.git("checkout", "-q", "--orphan", "fresh");
        bench.call("git_commit", "{'message':'root'}");
        assertThat(bench.git("log", "--format=%P|%s", "fresh")).isEqualTo("|root\n");
        assertThat(bench.git("reflog", "-1", "--format=%gs")).isEqualTo("commit (initial): root\n");
    }

    @Test
    void refusesNothingStagedUnlessToldTo() throws Exception {
        assertThat(bench.refused(Kind.CONFLICT, "git_commit", "{'message':'x'}"))
                .contains("nothing is staged");
        bench.call("git_commit", "{'message':'x','allowEmpty':true}");
        assertThat(bench.git("rev-list", "--count", "HEAD")).isEqualTo("2\n");
    }

    @Test
    void refusesAHeadThatMovedNamingWhereItIs() throws Exception {
        stage("b", "y\n");
        String refusal = bench.refused(
                Kind.CONFLICT, "git_commit", "{'message':'x','ifHead':'0123456789012345678901234567890123456789'}");
        assertThat(refusal).contains("HEAD is " + head());
        bench.call("git_commit", "{'message':'x','ifHead':'" + head().substring(0, 8) + "'}");
    }

    @Test
    void amendsKeepingAuthorAndMessage() throws Exception {
        bench.git(
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                "second",
                "--author",
                "Grace <g@example.org>",
                "--date",
                "2001-02-03T04:05:06Z");
        stage("b", "y\n");
        bench.call("git_commit", "{'amend':true,'signOff':true}");
        assertThat(bench.git("log", "-1", "--format=%an %ad %B", "--date=iso"))
                .isEqualTo(
                        "Grace 2001-02-03 04:05:06 +0000 second\n\nSigned-off-by: Ada Lovelace <ada@example.org>\n\n");
        assertThat(bench.git("rev-list", "--count", "HEAD")).isEqualTo("2\n");
        assertThat(bench.git("reflog", "-1", "--format=%gs")).isEqualTo("commit (amend): second\n");
    }

    @Test
    void doesNotAmendWhatAProtectedBranchHasPushed() throws Exception {
        bench.git("update-ref", "refs/remotes/origin/main", "HEAD");
        stage("b", "y\n");
        assertThat(bench.refused(Kind.DENIED, "git_commit", "{'amend':true}")).contains("protected");
        bench.git("checkout", "-q", "-b", "feature");
        bench.git("update-ref", "refs/remotes/origin/feature", "HEAD");
        bench.call("git_commit", "{'amend':true}");
    }

    @Test
    void concludesAMergeWithBothParentsAndThePreparedMessage() throws Exception {
        bench.git("checkout", "-q", "-b", "other");
        stage("a/one", "theirs\n");
        bench.git("commit", "-q", "-m", "theirs");
        String theirs = head();
        bench.git("checkout", "-q", "main");
        stage("a/one", "ours\n");
        bench.git("commit", "-q", "-m", "ours");
        String ours = head();
        assertThat(bench.root.resolve("a/one")).exists();
        new ProcessBuilder("git", "merge", "-q", "other")
                .directory(bench.root.toFile())
                .start()
                .waitFor();
        assertThat(bench.refused(Kind.CONFLICT, "git_commit", "{}")).contains("a/one");
        stage("a/one", "both\n");
        String opId = bench.call("git_commit", "{}").get("opId").asText();
        assertThat(bench.git("log", "-1", "--format=%P|%B"))
                .isEqualTo(ours + " " + theirs + "|Merge branch 'other'\n\n");
        assertThat(bench.root.resolve(".git/MERGE_HEAD")).doesNotExist();
        assertThat(bench.git("status")).doesNotContain("merg");
        bench.call("git_undo", "{'opId':'" + opId + "'}");
        assertThat(bench.text(".git/MERGE_HEAD")).isEqualTo(theirs + "\n");
        assertThat(bench.git("status")).contains("still merging");
    }

    @Test
    void keepsTheAuthorOfACherryPick() throws Exception {
        bench.git("checkout", "-q", "-b", "other");
        stage("a/one", "theirs\n");
        bench.git("commit", "-q", "-m", "theirs", "--author", "Grace <g@example.org>");
        bench.git("checkout", "-q", "main");
        bench.git("cherry-pick", "-n", "other");
        Files.writeString(bench.root.resolve(".git/CHERRY_PICK_HEAD"), bench.git("rev-parse", "other"));
        bench.call("git_commit", "{'message':'picked'}");
        assertThat(bench.git("log", "-1", "--format=%an %cn")).isEqualTo("Grace Ada Lovelace\n");
        assertThat(bench.root.resolve(".git/CHERRY_PICK_HEAD")).doesNotExist();
    }

    @Test
    void leavesOutWhatIsOnlyIntendedToBeAdded() throws Exception {
        stage("b", "y\n");
        bench.write("c", "later\n");
        bench.git("add", "-N", "c");
        String tree = bench.git("write-tree");
        bench.call("git_commit", "{'message':'x'}");
        assertThat(bench.git("log", "-1", "--format=%T")).isEqualTo(tree);
    }

    @Test
    void refusesASecretNamingWhereItIsAndNotWhatItIs() throws Exception {
        String secret = "ghp" + "_a8Kd93jfLsQw02MxZp47VbTnYc61RuEhGoIk";
        stage("config/app.yml", "a: 1\ntoken: " + secret + "\n");
        String before = head();
        String refusal = bench.refused(Kind.DENIED, "git_commit", "{'message':'x'}");
        assertThat(refusal).contains("GitHub token at config/app.yml:2").doesNotContain(secret);
        assertThat(head()).isEqualTo(before);
        GitCommit tool =
                new GitCommit(bench.repositories, bench.changes, new dev.millwright.git.sign.Signing(s -> () -> ""));
        assertThat(tool.effectOf(input(true))).isEqualTo(Effect.DESTROYS);
        assertThat(tool.effectOf(input(false))).isEqualTo(Effect.ADDS);
        bench.call("git_commit", "{'message':'x','force':true}");
        stage("config/app.yml", "a: 2\ntoken: " + secret + "\n");
        bench.call("git_commit", "{'message':'the line is not new'}");
    }

    private static GitCommit.Input input(boolean force) {
        return new GitCommit.Input(
                Optional.empty(),
                Optional.of("x"),
                List.of(),
                Optional.empty(),
                false,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                force);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'message':' \\n '}",
                "{'message':'a\\u0000b'}",
                "{'message':'x','author':'nobody'}",
            })
    void refusesWhatMakesNoCommit(String arguments) throws Exception {
        stage("b", "y\n");
        bench.refused(Kind.INVALID_INPUT, "git_commit", arguments);
    }

    @Test
    void saysHowToSignWhenThereIsNoKey() throws Exception {
        stage("b", "y\n");
        assertThat(bench.refused(Kind.UNAVAILABLE, "git_commit", "{'message':'x','sign':true}"))
                .contains("reach.git.signing");
    }

    @Test
    void doesNotFollowALinkInPlaceOfThePreparedMessage() throws Exception {
        stage("b", "y\n");
        Files.createSymbolicLink(bench.root.resolve(".git/MERGE_MSG"), bench.outside.resolve("f"));
        bench.refused(Kind.DENIED, "git_commit", "{}");
    }

    @Test
    void findsNothingInLockFiles() throws Exception {
        stage("package-lock.json", "{\"api_key\": \"q8Zk2mPx93jfLsQw02MxZp47Vb\"}\n");
        bench.call("git_commit", "{'message':'x'}");
        stage("package.json", "{\"api_key\": \"q8Zk2mPx93jfLsQw02MxZp47Vb\"}\n");
        bench.refused(Kind.DENIED, "git_commit", "{'message':'x'}");
    }

    @Test
    void commitsOnlySomePathsAndLeavesTheRestStaged() throws Exception {
        stage("b", "staged\n");
        stage("c/d", "staged\n");
        bench.write("a/one", "work\n");
        bench.write("c/d", "work\n");
        String opId = bench.call("git_commit", "{'message':'x','paths':['a','c/d']}")
                .get("opId")
                .asText();
        assertThat(bench.git("show", "--format=", "--name-status", "HEAD")).isEqualTo("M\ta/one\nA\tc/d\n");
        assertThat(bench.git("show", "HEAD:c/d")).isEqualTo("work\n");
        assertThat(bench.git("status", "--porcelain")).isEqualTo("A  b\n");
        bench.call("git_undo", "{'opId':'" + opId + "'}");
        assertThat(bench.git("status", "--porcelain")).isEqualTo(" M a/one\nA  b\nAM c/d\n");
        bench.refused(Kind.INVALID_INPUT, "git_commit", "{'message':'x','paths':['../x']}");
    }

    @Test
    void namesALockThatNativeGitHolds() throws Exception {
        stage("b", "y\n");
        Files.createFile(bench.root.resolve(".git/refs/heads/main.lock"));
        assertThat(bench.refused(Kind.CONFLICT, "git_commit", "{'message':'x'}"))
                .contains("refs/heads/main.lock");
        assertThat(GitConfig.defaults().protectedBranches()).contains("main");
    }
}
