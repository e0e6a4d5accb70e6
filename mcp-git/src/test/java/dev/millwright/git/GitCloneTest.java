package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.config.GitConfig;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitCloneTest {
    @TempDir
    Path temporary;

    private RemoteSite site;

    @BeforeEach
    void open() throws Exception {
        site = new RemoteSite(temporary);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private JsonNode clone(String rest) throws Exception {
        return site.bench().call("git_clone", "{'url': '%s'%s}".formatted(site.url(), rest));
    }

    private String in(String folder, String... arguments) throws IOException, InterruptedException {
        return Bench.gitIn(site.bench().root.resolve(folder), arguments).strip();
    }

    @Test
    void makesWhatNativeGitMakes() throws Exception {
        site.commit("two");
        site.somebody("tag", "-a", "-m", "first", "v1");
        site.push("main", "main:topic", "v1");
        JsonNode answer = clone("");
        assertThat(answer.path("repo").asText()).isEqualTo("app");
        assertThat(answer.path("branch").asText()).isEqualTo("main");
        Bench.gitIn(temporary, "clone", "-q", site.shared.toString(), "native");
        Path twin = temporary.resolve("native");
        for (String[] command : List.of(
                new String[] {"for-each-ref", "--format=%(refname) %(objectname) %(symref)"},
                new String[] {"status", "--porcelain=v2", "--branch"},
                new String[] {"ls-files", "-s"},
                new String[] {"config", "--get-regexp", "branch\\..*"},
                new String[] {"config", "remote.origin.fetch"})) {
            assertThat(in("app", command)).isEqualTo(Bench.gitIn(twin, command).strip());
        }
        assertThat(in("app", "config", "remote.origin.url")).isEqualTo(site.url());
        in("app", "fsck", "--strict");
        assertThat(site.bench().text("app/two")).isEqualTo("two\n");
        in("app", "pull", "-q");
    }

    @Test
    void takesABranchATagOrOneCommitOnly() throws Exception {
        site.commit("two");
        site.somebody("tag", "v1");
        site.push("main", "main:topic", "v1");
        assertThat(clone(", 'path': 'a/b', 'branch': 'topic'").path("branch").asText())
                .isEqualTo("topic");
        assertThat(in("a/b", "branch", "-r")).contains("origin/main", "origin/topic");
        assertThat(clone(", 'path': 'c', 'branch': 'v1'").has("branch")).isFalse();
        assertThat(in("c", "rev-parse", "HEAD")).isEqualTo(site.there("v1"));
        clone(", 'path': 'd', 'depth': 1");
        assertThat(in("d", "rev-list", "--count", "HEAD")).isEqualTo("1");
        assertThat(in("d", "branch", "-r")).doesNotContain("topic");
        in("d", "fsck");
        clone(", 'path': 'e', 'depth': 1, 'singleBranch': false");
        assertThat(in("e", "branch", "-r")).contains("origin/topic");
        assertThat(site.bench()
                        .refused(
                                Kind.NOT_FOUND,
                                "git_clone",
                                "{'url': '%s', 'path': 'f', 'branch': 'none'}".formatted(site.url())))
                .contains("names no branch or tag");
        assertThat(site.bench().root.resolve("f")).doesNotExist();
    }

    @Test
    void takesNoMoreThanTheOperatorAllows() throws Exception {
        site.reopen(Schema.of(GitConfig.class, Schema.Keys.KEBAB).bind(Json.read("{\"max-fetch-bytes\": 20000}")));
        clone(", 'path': 'small'");
        byte[] noise = new byte[40_000];
        new Random(7).nextBytes(noise);
        site.commit("two", noise);
        site.push("main");
        assertThat(site.bench()
                        .refused(Kind.LIMIT, "git_clone", "{'url': '%s', 'path': 'large'}".formatted(site.url())))
                .contains("20000", "max-fetch-bytes");
        assertThat(site.bench().root.resolve("large")).doesNotExist();
        String before = in("small", "rev-parse", "origin/main");
        site.bench().refused(Kind.LIMIT, "git_fetch", "{'repo': 'small'}");
        assertThat(in("small", "rev-parse", "origin/main")).isEqualTo(before);
        assertThat(in("small", "count-objects", "-v")).contains("garbage: 0", "packs: 1");
    }

    @Test
    void makesABareRepository() throws Exception {
        site.push("main:topic");
        clone(", 'path': 'near.git', 'bare': true");
        assertThat(in("near.git", "for-each-ref", "--format=%(refname) %(objectname)"))
                .isEqualTo(Bench.gitIn(site.shared, "for-each-ref", "--format=%(refname) %(objectname)")
                        .strip());
        assertThat(in("near.git", "symbolic-ref", "HEAD")).isEqualTo("refs/heads/main");
        in("near.git", "fsck", "--strict");
    }

    @Test
    void takesAnEmptyRepository() throws Exception {
        Bench.gitIn(site.shared.getParent(), "init", "-q", "--bare", "empty.git");
        JsonNode answer = site.bench().call("git_clone", "{'url': '%s'}".formatted(site.web.url("team/empty.git")));
        assertThat(answer.path("repo").asText()).isEqualTo("empty");
        assertThat(answer.has("commit")).isFalse();
        assertThat(in("empty", "remote")).isEqualTo("origin");
    }

    @Test
    void clonesANeighbourByPath() throws Exception {
        clone("");
        site.bench().call("git_clone", "{'url': 'app', 'path': 'again'}");
        assertThat(in("again", "config", "remote.origin.url"))
                .isEqualTo(site.bench().root.toRealPath().resolve("app").toString());
        in("again", "fsck", "--strict");
        for (String url : List.of(site.shared.toString(), "file://" + site.shared, "../server/team/app.git")) {
            site.bench().refused(Kind.DENIED, "git_clone", "{'url': '%s', 'path': 'x'}".formatted(url));
        }
    }

    @Test
    void namesSubmodulesAndFetchesNothingForThem() throws Exception {
        site.somebody("-c", "protocol.file.allow=always", "submodule", "add", "-q", site.shared.toString(), "lib");
        site.somebody("commit", "-q", "-m", "lib");
        site.push("main");
        JsonNode answer = clone("");
        assertThat(answer.path("submodules")).hasSize(1);
        assertThat(answer.path("submodules").get(0).asText()).isEqualTo("lib");
        assertThat(site.bench().root.resolve("app/.git/modules")).doesNotExist();
    }

    @Test
    void leavesWhatIsThere() throws Exception {
        site.bench().write("app/mine", "mine");
        assertThat(site.bench().refused(Kind.CONFLICT, "git_clone", "{'url': '%s'}".formatted(site.url())))
                .contains("not empty");
        assertThat(site.bench().text("app/mine")).isEqualTo("mine");
        site.bench().refused(Kind.DENIED, "git_clone", "{'url': '%s', 'path': '../outside/x'}".formatted(site.url()));
        site.bench().refused(Kind.INVALID_INPUT, "git_clone", "{'url': '%s', 'branch': '-x'}".formatted(site.url()));
    }

    @Test
    void refusesATreeThatLeadsIntoTheRepositoryItself() throws Exception {
        String blob = site.somebody("hash-object", "-w", "one").strip();
        byte[] name = "100644 .GIT\0".getBytes(StandardCharsets.UTF_8);
        byte[] entry = Arrays.copyOf(name, name.length + 20);
        System.arraycopy(HexFormat.of().parseHex(blob), 0, entry, name.length, 20);
        Path raw = Files.write(temporary.resolve("tree"), entry);
        String tree = site.somebody("hash-object", "--literally", "-w", "-t", "tree", raw.toString())
                .strip();
        String commit = site.somebody("commit-tree", "-m", "x", tree).strip();
        site.push(commit + ":refs/heads/evil");
        assertThat(site.bench()
                        .refused(
                                Kind.DENIED,
                                "git_clone",
                                "{'url': '%s', 'branch': 'evil', 'path': 'x'}".formatted(site.url())))
                .contains("malformed or dangerous");
        assertThat(site.bench().root.resolve("x")).doesNotExist();
    }

    @Test
    void tellsHowFarItIs() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        tool().call(input("app"), new Listened(told));
        assertThat(told).anyMatch(line -> line.contains("Receiving objects"));
    }

    @Test
    void leavesNothingWhenItIsCancelled() throws Exception {
        byte[] noise = new byte[8_000_000];
        new Random(1).nextBytes(noise);
        Files.write(temporary.resolve("work/noise"), noise);
        site.commit("big");
        site.push("main");
        site.web.pause = 20;
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        CompletableFuture<String> begun = new CompletableFuture<>();
        List<String> told = new ArrayList<>() {
            @Override
            public boolean add(String line) {
                if (line.contains("Receiving objects")) {
                    begun.complete(line);
                }
                return true;
            }
        };
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                tool().call(input("app"), new Listened(told));
                end.complete(new AssertionError("it was cloned"));
            } catch (Throwable e) {
                end.complete(e);
            }
        });
        begun.get(20, TimeUnit.SECONDS);
        caller.interrupt();
        assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOfAny(InterruptedException.class, ToolException.class);
        assertThat(site.bench().root.resolve("app")).doesNotExist();
    }

    @Test
    void leavesNothingWhenTheServerGoesAway() throws Exception {
        byte[] noise = new byte[2_000_000];
        new Random(1).nextBytes(noise);
        Files.write(temporary.resolve("work/noise"), noise);
        site.commit("big");
        site.push("main");
        site.web.breakAfter = 500_000;
        site.bench().refused(Kind.UNAVAILABLE, "git_clone", "{'url': '%s'}".formatted(site.url()));
        assertThat(site.bench().root.resolve("app")).doesNotExist();
    }

    private GitClone tool() {
        return new GitClone(site.bench().repositories, site.bench().changes, site.bench().remotes);
    }

    private GitClone.Input input(String path) {
        return new GitClone.Input(
                site.url(),
                Optional.of(path),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** A call whose client listens. */
    private record Listened(FakeCall plain, List<String> told) implements Call {
        Listened(List<String> told) {
            this(new FakeCall(), told);
        }

        @Override
        public String id() {
            return plain.id();
        }

        @Override
        public Tenant tenant() {
            return plain.tenant();
        }

        @Override
        public String caller() {
            return plain.caller();
        }

        @Override
        public int budget() {
            return plain.budget();
        }

        @Override
        public Instant deadline() {
            return plain.deadline();
        }

        @Override
        public void progress(double done, double total, String message) {
            told.add(message);
        }

        @Override
        public void log(String level, String message) {
            plain.log(level, message);
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) {
            return plain.ask(questions);
        }

        @Override
        public boolean canAsk(Question question) {
            return false;
        }
    }
}
