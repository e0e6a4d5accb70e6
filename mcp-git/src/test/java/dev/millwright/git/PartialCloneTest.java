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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialCloneTest {
    @TempDir
    Path temporary;

    private RemoteSite site;

    @BeforeEach
    void open() throws Exception {
        site = new RemoteSite(temporary);
        site.commit("old", "old\n".repeat(5000).getBytes());
        site.somebody("rm", "-q", "old");
        site.commit("two");
        site.somebody("checkout", "-q", "-b", "topic");
        java.nio.file.Files.createDirectories(temporary.resolve("work/in/deep"));
        site.commit("in/deep/on-topic");
        site.somebody("checkout", "-q", "main");
        site.push("main", "topic");
        serve(true);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void serve(boolean filters) throws Exception {
        for (String key : new String[] {"allowFilter", "allowAnySHA1InWant"}) {
            Bench.gitIn(site.shared, "config", "uploadpack." + key, String.valueOf(filters));
        }
    }

    private JsonNode clone(String filter) throws Exception {
        return site.bench().call("git_clone", "{'url': '%s', 'filter': '%s'}".formatted(site.url(), filter));
    }

    private String in(String... arguments) throws IOException, InterruptedException {
        return Bench.gitIn(site.bench().root.resolve("app"), arguments).strip();
    }

    private long missing() throws Exception {
        return in("rev-list", "--objects", "--all", "--missing=print")
                .lines()
                .filter(line -> line.startsWith("?"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"blob:none", "blob:limit=1k", "tree:0"})
    void leavesAtTheRemoteWhatIsNotCheckedOutAndNativeGitWorksOn(String filter) throws Exception {
        clone(filter);
        assertThat(missing()).isPositive();
        in("fsck", "--strict");
        assertThat(in("status", "--porcelain")).isEmpty();
        assertThat(site.bench().text("app/two")).isEqualTo("two\n");
        assertThat(site.bench()
                        .call("git_status", "{'repo': 'app'}")
                        .get("summary")
                        .asText())
                .isEqualTo("clean");
        Bench.gitIn(temporary, "clone", "-q", "--filter=" + filter, site.url(), "native");
        for (String key : new String[] {
            "extensions.partialclone",
            "remote.origin.promisor",
            "remote.origin.partialclonefilter",
            "core.repositoryformatversion"
        }) {
            assertThat(in("config", "--default", "", key))
                    .as(key)
                    .isEqualTo(Bench.gitIn(temporary.resolve("native"), "config", "--default", "", key)
                            .strip());
        }
        assertThat(in("log", "-p", "--all")).contains("+old", "on-topic");
        assertThat(missing()).isZero();
        in("fsck", "--strict");
    }

    @Test
    void asksForTheFilesOfACheckoutInOneRequest() throws Exception {
        for (int i = 0; i < 200; i++) {
            java.nio.file.Files.writeString(temporary.resolve("work/f" + i), "file " + i);
        }
        site.commit("many");
        site.push("main");
        site.web.asked.clear();
        clone("tree:0");
        assertThat(site.web.asked.stream()
                        .filter(each ->
                                each.method().equals("POST") && each.path().endsWith("git-upload-pack"))
                        .count())
                .isLessThanOrEqualTo(10);
        assertThat(in("status", "--porcelain")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"blob:none", "tree:0"})
    void saysWhatIsMissingAndBringsIt(String filter) throws Exception {
        clone(filter);
        String switching = "{'repo': 'app', 'target': 'topic'}";
        assertThat(site.bench().refused(Kind.UNAVAILABLE, "git_switch", switching))
                .contains("partial clone", "git_fetch with missing");
        assertThat(in("symbolic-ref", "HEAD")).isEqualTo("refs/heads/main");
        assertThat(in("status", "--porcelain")).isEmpty();
        JsonNode brought = site.bench().call("git_fetch", "{'repo': 'app', 'missing': 'origin/topic'}");
        assertThat(brought.get("objects").asInt()).isPositive();
        site.bench().call("git_switch", switching);
        assertThat(in("status", "--porcelain", "-b")).isEqualTo("## topic...origin/topic");
        assertThat(site.bench().text("app/in/deep/on-topic")).isEqualTo("in/deep/on-topic\n");
        assertThat(site.bench()
                        .call("git_fetch", "{'repo': 'app', 'missing': 'origin/topic'}")
                        .get("objects")
                        .asInt())
                .isZero();
        for (String[] call : new String[][] {
            {"git_log", "{'repo': 'app', 'stat': true, 'all': true}"},
            {"git_search", "{'repo': 'app', 'query': 'old', 'kind': 'pickaxe'}"},
            {"git_diff", "{'repo': 'app', 'from': 'HEAD~2', 'to': 'HEAD'}"}
        }) {
            assertThat(site.bench().refused(Kind.UNAVAILABLE, call[0], call[1])).contains("git_fetch with missing");
        }
        site.bench().call("git_fetch", "{'repo': 'app', 'missing': 'HEAD~3..HEAD'}");
        assertThat(site.bench()
                        .call("git_search", "{'repo': 'app', 'query': 'old', 'kind': 'pickaxe'}")
                        .get("commits"))
                .hasSize(2);
        in("fsck", "--strict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"blob:none", "tree:0"})
    void stayPartialWhenFetchedAndCanBeWorkedIn(String filter) throws Exception {
        clone(filter);
        site.commit("three", "three\n".repeat(1000).getBytes());
        site.push("main");
        long before = missing();
        site.bench().call("git_fetch", "{'repo': 'app'}");
        assertThat(missing()).isGreaterThan(before);
        in("fsck", "--strict");
        site.bench().call("git_fetch", "{'repo': 'app', 'missing': 'origin/main'}");
        site.bench().call("git_pull", "{'repo': 'app'}");
        site.bench().write("app/mine", "mine\n");
        site.bench().call("git_add", "{'repo': 'app', 'all': true}");
        site.bench().call("git_commit", "{'repo': 'app', 'message': 'mine'}");
        site.bench().call("git_push", "{'repo': 'app'}");
        assertThat(site.there("main")).isEqualTo(in("rev-parse", "HEAD"));
        Bench.gitIn(site.shared, "fsck", "--strict");
        in("fsck", "--strict");
        assertThat(in("status", "--porcelain")).isEmpty();
    }

    @Test
    void isTakenBackWhole() throws Exception {
        String opId = clone("blob:none").get("opId").asText();
        site.bench().call("git_undo", "{'opId': '%s'}".formatted(opId));
        assertThat(site.bench().root.resolve("app")).doesNotExist();
    }

    @Test
    void clonesANeighbourPartially() throws Exception {
        site.bench().call("git_clone", "{'url': '%s', 'path': 'whole', 'bare': true}".formatted(site.url()));
        site.bench().call("git_clone", "{'url': 'whole', 'path': 'app', 'filter': 'blob:none'}");
        assertThat(in("status", "--porcelain")).isEmpty();
        in("fsck", "--strict");
        site.bench().call("git_fetch", "{'repo': 'app', 'missing': 'origin/topic'}");
        site.bench().call("git_switch", "{'repo': 'app', 'target': 'topic'}");
    }

    @Test
    void refusesWhereTheServerCannotAndForWhatIsNoFilter() throws Exception {
        serve(false);
        assertThat(site.bench()
                        .refused(
                                Kind.UNAVAILABLE,
                                "git_clone",
                                "{'url': '%s', 'filter': 'blob:none'}".formatted(site.url())))
                .contains("does not serve the filter blob:none", "/filter is left out");
        assertThat(site.bench().root.resolve("app")).doesNotExist();
        assertThat(site.bench()
                        .refused(
                                Kind.INVALID_INPUT,
                                "git_clone",
                                "{'url': '%s', 'filter': 'sparse:oid=x'}".formatted(site.url())))
                .contains("/filter must be blob:none");
        site.bench().call("git_clone", "{'url': '%s'}".formatted(site.url()));
        assertThat(site.bench().refused(Kind.INVALID_INPUT, "git_fetch", "{'repo': 'app', 'missing': 'HEAD'}"))
                .contains("partial clones");
    }
}
