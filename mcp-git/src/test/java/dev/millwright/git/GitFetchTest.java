package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitFetchTest {
    @TempDir
    Path temporary;

    private RemoteSite site;

    @BeforeEach
    void open() throws Exception {
        site = new RemoteSite(temporary).withRepository();
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void bringsNewBranchesAndTheTagsOnThem() throws Exception {
        site.somebody("tag", "-a", "-m", "first", "v1");
        site.push("main", "v1");
        JsonNode answer = site.bench().call("git_fetch", "{}");
        assertThat(RemoteSite.moved(answer)).containsExactly("refs/remotes/origin/main new", "refs/tags/v1 new");
        assertThat(site.here("origin/main")).isEqualTo(site.there("main"));
        assertThat(site.here("v1")).isEqualTo(site.there("v1"));
        site.bench().git("fsck", "--strict");
        site.commit("two");
        site.push("main");
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{}")))
                .containsExactly("refs/remotes/origin/main fast-forward");
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{}"))).isEmpty();
    }

    @Test
    void prunesOnlyWhenAsked() throws Exception {
        site.push("main:gone", "main:kept");
        site.bench().call("git_fetch", "{}");
        site.push(":gone");
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{}"))).isEmpty();
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{'prune': true}")))
                .containsExactly("refs/remotes/origin/gone pruned");
        assertThat(site.bench().git("branch", "-r")).contains("origin/kept").doesNotContain("gone");
    }

    @Test
    void deepensAShallowHistoryStepByStep() throws Exception {
        site.commit("two");
        site.commit("three");
        site.push("main");
        site.bench().call("git_fetch", "{'depth': 1}");
        assertThat(site.bench().git("rev-list", "--count", "origin/main").strip())
                .isEqualTo("1");
        site.bench().call("git_fetch", "{'depth': 2}");
        assertThat(site.bench().git("rev-list", "--count", "origin/main").strip())
                .isEqualTo("2");
        site.bench().call("git_fetch", "{'unshallow': true}");
        assertThat(site.bench().git("rev-list", "--count", "origin/main").strip())
                .isEqualTo("3");
        assertThat(site.bench().root.resolve(".git/shallow")).doesNotExist();
        site.bench().git("fsck");
    }

    @Test
    void sendsCredentialsOnlyAsConfigured() throws Exception {
        site.reopen(Hosts.basic("PASSWORD"));
        site.web.wanted = Optional.of(
                "Basic " + java.util.Base64.getEncoder().encodeToString(("git:" + Bench.PASSWORD).getBytes()));
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{}"))).hasSize(1);
        site.reopen(Hosts.bearer("PASSWORD"));
        site.web.wanted = Optional.of("Bearer " + Bench.PASSWORD);
        site.bench().call("git_fetch", "{}");
        assertThat(Files.readString(site.bench().root.resolve(".git/config"))).doesNotContain(Bench.PASSWORD);
    }

    @Test
    void saysWhenCredentialsAreMissingOrWrong() throws Exception {
        site.web.wanted = Optional.of("Basic none");
        assertThat(site.bench().refused(Kind.DENIED, "git_fetch", "{}")).contains("wants credentials");
        site.reopen(Hosts.basic("WRONG"));
        assertThat(site.bench().refused(Kind.DENIED, "git_fetch", "{}"))
                .contains("does not accept the configured credentials");
        site.reopen(Hosts.basic("UNSET"));
        assertThat(site.bench().refused(Kind.UNAVAILABLE, "git_fetch", "{}")).contains("UNSET is not set");
    }

    @Test
    void keepsCredentialsFromAnotherHostThatARedirectNames() throws Exception {
        try (GitWebServer other = new GitWebServer(site.shared.getParent().getParent())) {
            site.hosts.put(other.host(), Hosts.http());
            site.reopen(Hosts.basic("PASSWORD"));
            site.web.elsewhere = Optional.of("http://" + other.host());
            assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{}"))).hasSize(1);
            assertThat(other.asked)
                    .isNotEmpty()
                    .allMatch(each -> each.authorization().isEmpty());
        }
    }

    @Test
    void followsNoRedirectToAHostThatIsNotAllowed() throws Exception {
        try (GitWebServer other = new GitWebServer(site.shared.getParent().getParent())) {
            site.web.elsewhere = Optional.of("http://" + other.host());
            assertThat(site.bench().refused(Kind.DENIED, "git_fetch", "{}")).contains("is not among the hosts");
            assertThat(other.asked).isEmpty();
        }
    }

    @Test
    void ignoresWhatTheRepositorySaysOfTheWay() throws Exception {
        try (GitWebServer canary = new GitWebServer(site.shared.getParent().getParent())) {
            site.bench()
                    .git("config", "url.http://" + canary.host() + "/.insteadOf", "http://" + site.web.host() + "/");
            site.bench()
                    .git(
                            "config",
                            "url.http://" + canary.host() + "/.pushInsteadOf",
                            "http://" + site.web.host() + "/");
            site.bench().git("config", "http.proxy", "http://" + canary.host());
            site.bench().git("config", "http.extraHeader", "X-Canary: 1");
            site.bench()
                    .git(
                            "config",
                            "http.cookieFile",
                            site.bench().write("cookies", "").toString());
            site.bench().git("config", "http.saveCookies", "true");
            site.bench().git("config", "http.userAgent", "canary");
            Path mark = site.bench().outside.resolve("mark");
            site.bench().git("config", "core.sshCommand", "touch " + mark);
            site.bench().git("config", "core.askPass", "touch " + mark);
            site.bench().git("config", "credential.helper", "!touch " + mark);
            site.bench().git("config", "remote.origin.uploadpack", "touch " + mark + ";git-upload-pack");
            site.bench().git("config", "remote.origin.vcs", "ext");
            site.bench().git("config", "remote.origin.proxy", "http://" + canary.host());
            site.bench().call("git_fetch", "{}");
            assertThat(canary.asked).isEmpty();
            assertThat(mark).doesNotExist();
            assertThat(site.web.asked)
                    .allSatisfy(each -> assertThat(each.headers())
                            .doesNotContainKeys("X-canary", "Cookie")
                            .doesNotContainValue(List.of("canary")));
        }
    }

    @Test
    void refusesHostsThatAreNotAllowedWithoutAskingThem() throws Exception {
        try (GitWebServer other = new GitWebServer(site.shared.getParent().getParent())) {
            site.origin(other.url("team/app.git"));
            assertThat(site.bench().refused(Kind.DENIED, "git_fetch", "{}")).contains("is not among the hosts");
            assertThat(other.asked).isEmpty();
        }
    }

    @Test
    void saysWhatIsWrongWithTheAddressOfARemote() throws Exception {
        site.origin(site.web.url("team/none.git"));
        assertThat(site.bench().refused(Kind.NOT_FOUND, "git_fetch", "{}")).contains("no repository at");
        site.origin("http://ada:" + Bench.PASSWORD + "@" + site.web.host() + "/team/app.git");
        assertThat(site.bench().refused(Kind.INVALID_INPUT, "git_fetch", "{}")).contains("must not hold credentials");
        site.origin("ext::sh -c id");
        site.bench().refused(Kind.DENIED, "git_fetch", "{}");
        assertThat(site.bench().refused(Kind.NOT_FOUND, "git_fetch", "{'remote': 'other'}"))
                .contains("it has origin");
        site.bench().refused(Kind.INVALID_INPUT, "git_fetch", "{'remote': '--upload-pack=id'}");
    }

    @Test
    void fetchesFromARepositoryInTheRootsWithoutRunningItsHooksOrPrograms() throws Exception {
        Path mark = site.bench().outside.resolve("mark");
        Bench.gitIn(site.bench().root, "clone", "-q", "--bare", site.shared.toString(), "near.git");
        Bench.gitIn(site.bench().root.resolve("near.git"), "config", "uploadpack.packObjectsHook", "touch " + mark);
        site.origin("near.git");
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{}")))
                .containsExactly("refs/remotes/origin/main new");
        assertThat(mark).doesNotExist();
        site.origin(site.shared.toString());
        site.bench().refused(Kind.DENIED, "git_fetch", "{}");
        site.origin("file://" + site.shared);
        site.bench().refused(Kind.DENIED, "git_fetch", "{}");
        site.origin("../server/team/app.git");
        site.bench().refused(Kind.DENIED, "git_fetch", "{}");
    }

    @Test
    void takesOnlyRefspecsThatKeepToRefsOfUsers() throws Exception {
        site.push("main:topic");
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{'refspecs': ['topic']}")))
                .containsExactly("refs/remotes/origin/topic new");
        assertThat(RemoteSite.moved(site.bench()
                        .call("git_fetch", "{'refspecs': ['refs/heads/*:refs/heads/their/*'], 'tags': 'none'}")))
                .containsExactly("refs/heads/their/main new", "refs/heads/their/topic new");
        assertThat(site.bench().refused(Kind.NOT_FOUND, "git_fetch", "{'refspecs': ['nowhere']}"))
                .contains("has no nowhere");
        for (String spec : List.of("main:refs/millwright/x", "refs/millwright/*:refs/heads/*")) {
            site.bench().refused(Kind.DENIED, "git_fetch", "{'refspecs': ['%s']}".formatted(spec));
        }
        for (String spec : List.of(
                "",
                "-x",
                "main:",
                ":main",
                "main:x",
                "main:HEAD",
                "refs/*:refs/*",
                "^main",
                "a:b:c",
                "main:refs/heads/../x",
                "main:refs/heads/x.lock",
                "*:refs/heads/*",
                "refs/heads/*",
                "refs/heads/*:refs/heads/x",
                "HEAD",
                "main:refs/stash")) {
            site.bench().refused(Kind.INVALID_INPUT, "git_fetch", "{'refspecs': ['%s']}".formatted(spec));
        }
    }

    @Test
    void neverRewritesTheBranchCheckedOutNorAProtectedOne() throws Exception {
        site.bench().call("git_fetch", "{}");
        site.bench().git("checkout", "-q", "-B", "topic", "origin/main");
        site.bench().git("branch", "release/1", "origin/main");
        site.somebody("commit", "-q", "--amend", "-m", "other");
        site.push("-f", "main");
        assertThat(site.bench().refused(Kind.CONFLICT, "git_fetch", "{'refspecs': ['+main:refs/heads/topic']}"))
                .contains("is checked out");
        assertThat(site.bench().refused(Kind.DENIED, "git_fetch", "{'refspecs': ['+main:refs/heads/release/1']}"))
                .contains("is protected");
        assertThat(RemoteSite.moved(site.bench().call("git_fetch", "{'refspecs': ['main:refs/heads/release/1']}")))
                .containsExactly("refs/heads/release/1 rejected");
    }
}
