package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitRemoteTest {
    @TempDir
    Path temporary;

    private RemoteSite site;

    @BeforeEach
    void open() throws Exception {
        site = new RemoteSite(temporary);
        site.bench().git("init", "-q", "-b", "main");
    }

    @AfterEach
    void close() {
        site.close();
    }

    private JsonNode call(String arguments) throws Exception {
        return site.bench().call("git_remote", arguments);
    }

    private String refused(Kind kind, String arguments) throws IOException {
        return site.bench().refused(kind, "git_remote", arguments);
    }

    private void add(String name) throws Exception {
        call("{'action': 'add', 'name': '%s', 'url': '%s'}".formatted(name, site.url()));
    }

    @Test
    void addsARemoteAsNativeGitDoes() throws Exception {
        add("origin");
        String ours = site.bench().git("config", "--get-regexp", "remote");
        site.bench().git("remote", "remove", "origin");
        site.bench().git("remote", "add", "origin", site.url());
        assertThat(ours).isEqualTo(site.bench().git("config", "--get-regexp", "remote"));
        site.bench().git("fetch", "-q");
        assertThat(refused(Kind.CONFLICT, "{'action': 'add', 'name': 'origin', 'url': '%s'}".formatted(site.url())))
                .contains("already");
    }

    @Test
    void listsAddressesWithoutWhatMayBeASecret() throws Exception {
        site.bench().git("config", "remote.a.url", "https://ada:" + Bench.PASSWORD + "@host/a?x=" + Bench.PASSWORD);
        site.bench().git("config", "remote.b.url", "git@host:a");
        site.bench().git("config", "remote.b.pushurl", "https://" + Bench.PASSWORD + "@host/b");
        String answer = call("{}").toString();
        assertThat(answer)
                .doesNotContain(Bench.PASSWORD)
                .contains("https://***@host/a", "git@host:a", "https://***@host/b");
    }

    @Test
    void renamesWithTrackingRefsAndFollowingBranches() throws Exception {
        add("origin");
        site.bench().git("fetch", "-q");
        site.bench().git("remote", "set-head", "origin", "main");
        site.bench().git("checkout", "-q", "-B", "main", "--track", "origin/main");
        call("{'action': 'rename', 'name': 'origin', 'newName': 'up'}");
        assertThat(site.bench()
                        .git("rev-parse", "--abbrev-ref", "main@{upstream}")
                        .strip())
                .isEqualTo("up/main");
        assertThat(site.bench().git("config", "remote.up.fetch").strip()).isEqualTo("+refs/heads/*:refs/remotes/up/*");
        assertThat(site.bench()
                        .git("for-each-ref", "--format=%(refname)", "refs/remotes")
                        .strip())
                .isEqualTo("refs/remotes/up/main");
        site.bench().git("fsck");
        site.bench().git("fetch", "-q", "up");
    }

    @Test
    void removesWithTrackingRefsAndComesBackByUndo() throws Exception {
        add("origin");
        site.bench().git("fetch", "-q");
        site.bench().git("checkout", "-q", "-B", "main", "--track", "origin/main");
        String before = site.bench().git("config", "--get-regexp", "remote|branch")
                + site.bench().git("for-each-ref", "refs/heads", "refs/remotes");
        String opId =
                call("{'action': 'remove', 'name': 'origin'}").path("opId").asText();
        assertThat(site.bench().git("for-each-ref", "refs/remotes")).isEmpty();
        assertThat(site.bench().git("config", "--list")).doesNotContain("remote.origin", "branch.main");
        site.bench().call("git_undo", "{'opId': '%s'}".formatted(opId));
        assertThat(site.bench().git("config", "--get-regexp", "remote|branch")
                        + site.bench().git("for-each-ref", "refs/heads", "refs/remotes"))
                .isEqualTo(before);
    }

    @Test
    void setsAnotherAddress() throws Exception {
        add("origin");
        call("{'action': 'set-url', 'name': 'origin', 'url': '%s'}".formatted(site.web.url("other.git")));
        assertThat(site.bench().git("config", "remote.origin.url").strip()).isEqualTo(site.web.url("other.git"));
    }

    @Test
    void refusesAddressesNobodyMayUse() throws Exception {
        for (String url : List.of("https://elsewhere.example/a", "ext::id", "git://host/a", site.shared.toString())) {
            refused(Kind.DENIED, "{'action': 'add', 'name': 'x', 'url': '%s'}".formatted(url));
        }
        for (String url : List.of("https://ada:" + Bench.PASSWORD + "@" + site.web.host() + "/a", "-x")) {
            refused(Kind.INVALID_INPUT, "{'action': 'add', 'name': 'x', 'url': '%s'}".formatted(url));
        }
        for (String name : List.of("", "-x", "a b", "..", "a.lock", "a.lock/b", "a/../b", "x]")) {
            refused(Kind.INVALID_INPUT, "{'action': 'add', 'name': '%s', 'url': '%s'}".formatted(name, site.url()));
        }
        refused(Kind.INVALID_INPUT, "{'action': 'add', 'name': 'x'}");
        refused(Kind.INVALID_INPUT, "{'action': 'list', 'name': 'x'}");
        refused(Kind.NOT_FOUND, "{'action': 'remove', 'name': 'none'}");
        assertThat(site.bench().git("remote")).isEmpty();
    }
}
