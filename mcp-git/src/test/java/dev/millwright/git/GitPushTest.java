package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitPushTest {
    @TempDir
    Path temporary;

    private RemoteSite site;

    @BeforeEach
    void open() throws Exception {
        site = new RemoteSite(temporary).withRepository();
        site.bench().git("fetch", "-q", site.shared.toString(), "+refs/heads/*:refs/remotes/origin/*");
        site.bench().git("checkout", "-q", "--no-track", "-b", "topic", "origin/main");
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void commit(String name) throws IOException, InterruptedException {
        site.bench().write(name, name);
        site.bench().git("add", ".");
        site.bench().git("commit", "-q", "-m", name);
    }

    private JsonNode push(String arguments) throws Exception {
        return site.bench().call("git_push", arguments);
    }

    private String refused(Kind kind, String arguments) throws IOException {
        return site.bench().refused(kind, "git_push", arguments);
    }

    @Test
    void pushesTheCurrentBranchAndMovesItsTrackingRef() throws Exception {
        commit("two");
        assertThat(RemoteSite.moved(push("{'setUpstream': true}"))).containsExactly("refs/heads/topic new");
        assertThat(site.there("topic")).isEqualTo(site.here("topic")).isEqualTo(site.here("origin/topic"));
        assertThat(site.bench()
                        .git("rev-parse", "--abbrev-ref", "topic@{upstream}")
                        .strip())
                .isEqualTo("origin/topic");
        commit("three");
        assertThat(RemoteSite.moved(push("{}"))).containsExactly("refs/heads/topic fast-forward");
        assertThat(RemoteSite.moved(push("{}"))).containsExactly("refs/heads/topic up-to-date");
        Bench.gitIn(site.shared, "fsck", "--strict");
        site.bench().git("fsck", "--strict");
    }

    @Test
    void asksWhichBranchIsMeantWhereTheCurrentOneFollowsAnother() throws Exception {
        site.bench().git("config", "branch.topic.remote", "origin");
        site.bench().git("config", "branch.topic.merge", "refs/heads/main");
        commit("two");
        assertThat(refused(Kind.CONFLICT, "{}")).contains("topic follows refs/heads/main of origin");
        assertThat(RemoteSite.moved(push("{'refspecs': ['topic']}"))).containsExactly("refs/heads/topic new");
    }

    @Test
    void rejectsWhatIsNoFastForward() throws Exception {
        site.commit("two");
        site.push("main:topic");
        commit("three");
        assertThat(refused(Kind.CONFLICT, "{}")).contains("refs/heads/topic (the remote has commits never fetched");
        site.bench().call("git_fetch", "{}");
        assertThat(refused(Kind.CONFLICT, "{}")).contains("no fast-forward");
        assertThat(site.there("topic")).isNotEqualTo(site.here("topic"));
    }

    @Test
    void replacesHistoryOnlyWhileTheRemoteHasWhatWasLastSeen() throws Exception {
        push("{}");
        site.bench().git("commit", "-q", "--amend", "-m", "other");
        refused(Kind.CONFLICT, "{}");
        assertThat(RemoteSite.moved(push("{'forceWithLease': true}"))).containsExactly("refs/heads/topic forced");
        assertThat(site.there("topic")).isEqualTo(site.here("topic"));
        site.commit("theirs");
        site.push("-f", "main:topic");
        site.bench().git("commit", "-q", "--amend", "-m", "third");
        assertThat(refused(Kind.CONFLICT, "{'forceWithLease': true}")).contains("the lease is stale");
        assertThat(site.there("topic"))
                .isEqualTo(site.somebody("rev-parse", "main").strip());
    }

    @Test
    void neverForcesOrDeletesAProtectedBranch() throws Exception {
        site.bench().git("checkout", "-q", "-B", "main", "origin/main");
        site.bench().git("commit", "-q", "--amend", "-m", "other");
        String before = site.there("main");
        assertThat(refused(Kind.DENIED, "{'forceWithLease': true}")).contains("refs/heads/main is protected");
        assertThat(refused(Kind.DENIED, "{'refspecs': ['topic:main', ':main'], 'forceWithLease': true}"))
                .isNotEmpty();
        assertThat(refused(Kind.DENIED, "{'refspecs': [':main']}")).contains("never deleted");
        assertThat(site.there("main")).isEqualTo(before);
    }

    @Test
    void deletesABranchAsItWasLastSeen() throws Exception {
        push("{'refspecs': ['topic:gone']}");
        assertThat(RemoteSite.moved(push("{'refspecs': [':gone']}"))).containsExactly("refs/heads/gone deleted");
        assertThat(site.bench().git("branch", "-r")).doesNotContain("gone");
        assertThat(refused(Kind.CONFLICT, "{'refspecs': [':gone']}")).contains("no such ref");
    }

    @Test
    void pushesTagsAndDoesNotReplaceThem() throws Exception {
        site.bench().git("tag", "-a", "-m", "first", "v1");
        site.bench().git("tag", "v2");
        assertThat(RemoteSite.moved(push("{'tags': true}"))).containsExactly("refs/tags/v1 new", "refs/tags/v2 new");
        assertThat(site.there("v1")).isEqualTo(site.here("v1"));
        commit("two");
        site.bench().git("tag", "-f", "v2");
        assertThat(refused(Kind.CONFLICT, "{'refspecs': ['v2'], 'forceWithLease': true}"))
                .contains("another tag");
    }

    @Test
    void reportsEachRefWhereSomeAreTaken() throws Exception {
        site.commit("two");
        site.push("main:taken");
        assertThat(RemoteSite.moved(push("{'refspecs': ['topic', 'topic:taken']}")))
                .containsExactly("refs/heads/taken rejected", "refs/heads/topic new");
    }

    @Test
    void dryRunAsksTheRemoteAndChangesNothing() throws Exception {
        commit("two");
        assertThat(RemoteSite.moved(push("{'dryRun': true}"))).containsExactly("refs/heads/topic new");
        assertThat(Bench.gitIn(site.shared, "branch")).doesNotContain("topic");
        assertThat(site.bench().git("branch", "-r")).doesNotContain("topic");
        GitPush tool = new GitPush(site.bench().repositories, site.bench().changes, site.bench().remotes);
        assertThat(tool.effectOf(input(true))).isEqualTo(Effect.READS);
        assertThat(tool.effectOf(input(false))).isEqualTo(Effect.DESTROYS);
    }

    private static GitPush.Input input(boolean dryRun) {
        return new GitPush.Input(
                java.util.Optional.empty(), java.util.Optional.empty(), List.of(), false, false, false, dryRun);
    }

    @Test
    void runsNoHookOfTheRepository() throws Exception {
        Path mark = site.bench().outside.resolve("mark");
        Path hook = site.bench().write(".git/hooks/pre-push", "#!/bin/sh\ntouch " + mark + "\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        push("{}");
        assertThat(mark).doesNotExist();
        site.bench().git("config", "remote.origin.url", "near.git");
        Bench.gitIn(site.bench().root, "clone", "-q", "--bare", site.shared.toString(), "near.git");
        for (String name : List.of("pre-receive", "update", "post-receive", "post-update", "reference-transaction")) {
            Path theirs = site.bench().write("near.git/hooks/" + name, "#!/bin/sh\ntouch " + mark + "\n");
            Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        push("{'refspecs': ['topic:other']}");
        assertThat(Bench.gitIn(site.bench().root.resolve("near.git"), "rev-parse", "other")
                        .strip())
                .isEqualTo(site.here("topic"));
        assertThat(mark).doesNotExist();
    }

    @Test
    void doesNotMoveTheBranchThatANeighbourHasCheckedOut() throws Exception {
        Bench.gitIn(site.bench().root, "clone", "-q", site.shared.toString(), "near");
        site.origin("near");
        commit("two");
        assertThat(refused(Kind.CONFLICT, "{'refspecs': ['topic:main']}")).contains("checked out");
        push("{'refspecs': ['topic:other']}");
    }

    @Test
    void showsWhatTheRemoteSaysAndWhyItRefuses() throws Exception {
        Path hook = site.shared.resolve("hooks/update");
        Files.writeString(hook, "#!/bin/sh\necho 'talk \u001b[31m to us' >&2\nexit 1\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(refused(Kind.CONFLICT, "{}")).contains("hook declined");
        Files.writeString(hook, "#!/bin/sh\necho 'talk \u001b[31m to us' >&2\n");
        assertThat(push("{}").path("message").asText()).contains("talk \\u001b[31m to us");
    }

    @Test
    void takesNoRefspecThatForcesOrNamesRefsOfOurOwn() throws Exception {
        for (String spec : List.of("topic:refs/millwright/x", "refs/millwright/x:y")) {
            refused(Kind.DENIED, "{'refspecs': ['%s']}".formatted(spec));
        }
        for (String spec : List.of(
                "+topic",
                "",
                ":",
                "topic:",
                "a:b:c",
                "refs/heads/*:refs/heads/*",
                "-f",
                "HEAD~1",
                "topic:refs/remotes/x/y",
                "topic:a..b",
                "topic:HEAD:x",
                "topic:x.lock")) {
            refused(Kind.INVALID_INPUT, "{'refspecs': ['%s']}".formatted(spec));
        }
        refused(Kind.NOT_FOUND, "{'refspecs': ['nowhere:x']}");
    }

    @Test
    void undoSaysWhatItCannotTakeBack() throws Exception {
        String opId = push("{}").path("opId").asText();
        JsonNode undone = site.bench().call("git_undo", "{'opId': '%s'}".formatted(opId));
        assertThat(undone.toString()).contains("pushed refs/heads/topic at origin");
        assertThat(site.bench().git("branch", "-r")).doesNotContain("topic");
    }
}
