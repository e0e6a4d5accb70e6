package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.engine.Ask;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds on a real engine. */
class BuildImageTest {
    @TempDir
    Path folder;

    private final String mark = "mark-" + UUID.randomUUID().toString().substring(0, 12);
    private final String name = "millwright-test/" + mark;
    private Path root;
    private Docker docker;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        docker = docker("");
    }

    private Docker docker(String more) {
        return new Docker(folder.resolve("data"), reach(more));
    }

    private DockerReach reach(String more) {
        return RealEngine.reach("{'roots':['" + root + "'],'label':'dev.millwright.test=dk-build'" + more + "}");
    }

    @AfterEach
    void close() throws Exception {
        docker.close();
        for (JsonNode image : RealEngine.engine().json(Ask.get("/images/json"))) {
            for (JsonNode tag : image.path("RepoTags")) {
                if (tag.asText().contains(mark)) {
                    RealEngine.docker("rmi", "-f", tag.asText());
                }
            }
        }
    }

    /** Each file bears this test's own mark, so that nothing of another test is in the cache. */
    private void dockerfile(String text) throws IOException {
        Files.writeString(
                root.resolve("Dockerfile"),
                text.replace("BASE", RealEngine.BASE).replace("MARK", mark));
    }

    private JsonNode build(String more) throws Exception {
        return docker.call("build_image", "{'context':'.'" + more + "}");
    }

    /** Containers and images of the engine that bear the mark of this test and have no name. */
    private long leftovers() throws InterruptedException {
        long count = 0;
        for (JsonNode each :
                RealEngine.engine().json(Ask.get("/containers/json").with("all", true))) {
            count += marked("/containers/{}/json", each.path("Id").asText()) ? 1 : 0;
        }
        for (JsonNode each : RealEngine.engine().json(Ask.get("/images/json").with("all", true))) {
            boolean nameless = each.path("RepoTags").isEmpty()
                    || each.path("RepoTags").path(0).asText().startsWith("<none>");
            count += nameless && marked("/images/{}/json", each.path("Id").asText()) ? 1 : 0;
        }
        return count;
    }

    private boolean marked(String path, String id) throws InterruptedException {
        try {
            return RealEngine.engine()
                    .json(Ask.get(path, id))
                    .path("Config")
                    .toString()
                    .contains(mark);
        } catch (ToolException e) {
            return false;
        }
    }

    @Test
    void buildsStagesAndTellsTimesAndCache() throws Exception {
        Files.writeString(root.resolve("hello.txt"), "hello");
        dockerfile("""
                FROM BASE AS made
                ENV M=MARK
                COPY hello.txt /in.txt
                RUN sleep 1 && cp /in.txt /out.txt
                FROM BASE
                COPY --from=made /out.txt /out.txt
                """);
        JsonNode first = build(",'tags':['" + name + ":1','" + name + ":also']");
        assertThat(first.path("status").asText()).isEqualTo("succeeded");
        assertThat(first.path("builder").asText()).isEqualTo("buildkit_http");
        assertThat(first.path("failure").isMissingNode()
                        || first.path("failure").isNull())
                .isTrue();
        String id =
                RealEngine.docker("inspect", "-f", "{{.Id}}", name + ":also").strip();
        assertThat(first.path("image").asText()).isEqualTo(id);
        assertThat(RealEngine.docker("inspect", "-f", "{{json .Config.Labels}}", name + ":1"))
                .contains("dk-build");
        assertThat(RealEngine.docker("run", "--rm", "--network", "none", name + ":1", "cat", "/out.txt"))
                .isEqualTo("hello");
        JsonNode run = step(first, "RUN sleep");
        assertThat(run.path("seconds").asDouble()).isBetween(0.9, 30.0);
        assertThat(run.path("cached").asBoolean()).isFalse();

        JsonNode again = build(",'tags':['" + name + ":1']");
        assertThat(step(again, "RUN sleep").path("cached").asBoolean()).isTrue();
        assertThat(again.path("image").asText()).isEqualTo(id);
    }

    private static JsonNode step(JsonNode answer, String part) {
        for (JsonNode each : answer.path("steps")) {
            if (each.path("name").asText().contains(part)) {
                return each;
            }
        }
        throw new AssertionError("no step " + part + " in " + answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"buildkit_http", "legacy"})
    void namesTheCauseOfAFailureAndLeavesNothing(String builder) throws Exception {
        dockerfile("FROM BASE\nENV M=MARK\nRUN echo one > /one\nRUN curl -fsS https://example.com\n");
        JsonNode answer = build(",'tags':['" + name + "'],'builder':'" + builder + "'");
        assertThat(answer.path("status").asText()).isEqualTo("failed");
        assertThat(answer.path("builder").asText()).isEqualTo(builder);
        JsonNode failure = answer.path("failure");
        assertThat(failure.path("class").asText()).as(answer.toString()).isEqualTo("CMD_NOT_FOUND");
        assertThat(failure.path("line").asInt()).isEqualTo(4);
        assertThat(failure.path("exit_code").asInt()).isEqualTo(127);
        assertThat(failure.path("base").asText()).isEqualTo(RealEngine.BASE);
        assertThat(failure.path("fixes").path(0).path("fix_id").asText()).isEqualTo("install-program");
        assertThat(step(answer, "RUN curl").path("failed").asBoolean()).isTrue();
        assertThat(step(answer, "RUN echo").path("failed").asBoolean()).isFalse();
        assertThat(leftovers()).isZero();

        String build = answer.path("build_id").asText();
        JsonNode later = docker.call("detect_build_failures", "{'build_id':'" + build + "'}");
        assertThat(later.path("failure")).isEqualTo(failure);
        assertThatThrownBy(() -> docker.call(
                        "detect_build_failures",
                        Docker.json("{'build_id':'" + build + "'}"),
                        new FakeCall(new Tenant("other"), 1_000)))
                .isInstanceOf(ToolException.class);
    }

    @Test
    void buildsWithTheOlderBuilderWithinLimits() throws Exception {
        dockerfile(
                "FROM BASE\nENV M=MARK\nRUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null | head -1 > /limit\n");
        JsonNode answer = build(",'tags':['" + name + "'],'limits':{'memory_mb':64}");
        assertThat(answer.path("builder").asText()).isEqualTo("legacy");
        assertThat(answer.path("status").asText()).isEqualTo("succeeded");
        assertThat(RealEngine.docker("run", "--rm", "--network", "none", name, "cat", "/limit")
                        .strip())
                .isEqualTo("67108864");
        assertThat(step(build(",'tags':['" + name + "'],'limits':{'memory_mb':64}"), "RUN cat")
                        .path("cached")
                        .asBoolean())
                .isTrue();
        assertThat(docker.refusal("build_image", "{'context':'.','limits':{'memory_mb':99000}}")
                        .getMessage())
                .contains("/limits/memory_mb must be at most");
        assertThat(docker.refusal("build_image", "{'context':'.','limits':{'memory_mb':64},'builder':'buildkit_http'}")
                        .kind())
                .isEqualTo(ToolException.Kind.INVALID_INPUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"buildkit_http", "legacy"})
    void endsABuildWhoseTimeIsOver(String builder) throws Exception {
        dockerfile("FROM BASE\nENV M=MARK\nRUN sleep 300\n");
        Instant start = Instant.now();
        JsonNode answer = build(",'timeout_ms':3000,'builder':'" + builder + "'");
        assertThat(answer.path("status").asText()).isEqualTo("timed_out");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(25));
        assertThat(answer.path("summary").asText()).contains("time was over");
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"buildkit_http", "legacy"})
    void endsABuildWhoseCallIsCancelled(String builder) throws Exception {
        dockerfile("FROM BASE\nENV M=MARK\nRUN sleep 300\n");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread call = Thread.ofPlatform().start(() -> {
            try {
                build(",'builder':'" + builder + "'");
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        Thread.sleep(4_000);
        call.interrupt();
        call.join(20_000);
        assertThat(call.isAlive()).isFalse();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertNothingLeft();
    }

    /** The engine removes a container that was killed in a moment of its own. */
    private void assertNothingLeft() throws InterruptedException {
        for (int i = 0; i < 50 && leftovers() > 0; i++) {
            Thread.sleep(200);
        }
        assertThat(leftovers()).isZero();
    }

    @Test
    void takesAwayTheImageThatLostItsName() throws Exception {
        dockerfile("FROM BASE\nENV M=MARK\nRUN echo 1 > /x\n");
        build(",'tags':['" + name + "']");
        dockerfile("FROM BASE\nENV M=MARK\nRUN echo 2 > /x\n");
        build(",'tags':['" + name + "']");
        assertThat(leftovers()).isZero();
    }

    @Test
    void readsWhatEitherBuilderSaysOfABrokenFile() throws Exception {
        dockerfile("FROM BASE\nRNU echo MARK\n");
        for (String builder : new String[] {"buildkit_http", "legacy"}) {
            JsonNode failure = build(",'builder':'" + builder + "'").path("failure");
            assertThat(failure.path("class").asText()).isEqualTo("DF_PARSE");
            assertThat(failure.path("fixes")
                            .path(0)
                            .path("edits")
                            .path(0)
                            .path("with")
                            .asText())
                    .isEqualTo("RUN echo " + mark);
        }
    }

    @Test
    void passesArgumentsAndTargetAndCopiesLinksAsLinks() throws Exception {
        Files.createDirectories(root.resolve("d"));
        Files.createSymbolicLink(root.resolve("d/link"), Path.of("/etc/hostname"));
        dockerfile(
                "FROM BASE AS one\nARG GREETING\nENV M=MARK\nCOPY d /made/\nRUN echo $GREETING > /greeting\nFROM one\nRUN false\n");
        JsonNode answer = build(",'tags':['" + name + "'],'target':'one','build_args':{'GREETING':'hi'}");
        assertThat(answer.path("status").asText()).isEqualTo("succeeded");
        assertThat(RealEngine.docker(
                        "run", "--rm", "--network", "none", name, "sh", "-c", "cat /greeting; readlink /made/link"))
                .isEqualTo("hi\n/etc/hostname\n");
    }

    @Test
    void doesNotFollowALinkOutOfTheContext() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/etc/hostname"));
        dockerfile("FROM BASE\nENV M=MARK\nCOPY link /made\n");
        assertThat(build("").path("failure").path("class").asText()).isEqualTo("COPY_NOT_FOUND");
    }

    @Test
    void buildsOnlyWhatTheTenantMay() throws Exception {
        docker.close();
        docker = docker(",'name-prefix':'millwright-test','images':['millwright-test/*']");
        dockerfile("FROM BASE\nENV M=MARK\n");
        assertThat(docker.refusal("build_image", "{'context':'.','tags':['other/x']}")
                        .kind())
                .isEqualTo(ToolException.Kind.DENIED);
        assertThat(docker.refusal("build_image", "{'context':'.','tags':['Not A Tag']}")
                        .kind())
                .isEqualTo(ToolException.Kind.INVALID_INPUT);
        assertThat(docker.refusal("build_image", "{'context':'.','network':'host'}")
                        .kind())
                .isEqualTo(ToolException.Kind.DENIED);
        assertThat(docker.refusal("build_image", "{'context':'.','network':'default'}")
                        .getMessage())
                .contains("network");
        assertThat(docker.refusal("build_image", "{'context':'..'}").kind()).isEqualTo(ToolException.Kind.DENIED);
        dockerfile("FROM busybox\nENV M=MARK\n");
        assertThat(docker.refusal("build_image", "{'context':'.'}").getMessage())
                .contains("busybox");
        dockerfile("ARG X=secret/base\nFROM BASE\nCOPY --from=$X /a /a\nRUN --mount=type=bind,from=other/y true\n");
        assertThat(docker.refusal("build_image", "{'context':'.'}").kind()).isEqualTo(ToolException.Kind.DENIED);
        dockerfile("FROM BASE\nRUN --security=insecure true\n");
        assertThat(docker.refusal("build_image", "{'context':'.'}").getMessage())
                .contains("privileged");
    }

    @Test
    void hasNoNetworkUnlessAllowed() throws Exception {
        dockerfile(
                "FROM BASE\nENV M=MARK\nRUN ls /sys/class/net > /net && cat /net && test \"$(cat /net | tr -d '\\n')\" = lo\n");
        for (String builder : new String[] {"buildkit_http", "legacy"}) {
            assertThat(build(",'tags':['" + name + "'],'builder':'" + builder + "'")
                            .path("status")
                            .asText())
                    .isEqualTo("succeeded");
        }
    }

    @Test
    void learnsWhatMendedThreeFiles() throws Exception {
        for (String each : new String[] {"a", "b", "c", "d"}) {
            Files.createDirectories(root.resolve(each));
            Files.writeString(
                    root.resolve(each + "/Dockerfile"),
                    "FROM " + RealEngine.BASE + "\nENV M=" + mark + each + "\nRUN frobnicate\n");
            JsonNode failed = docker.call("build_image", "{'context':'" + each + "'}");
            assertThat(failed.path("failure").path("class").asText()).isEqualTo("CMD_NOT_FOUND");
            boolean known = failed.path("failure").path("fixes").toString().contains("mined-");
            assertThat(known).isEqualTo(each.equals("d"));
            Files.writeString(
                    root.resolve(each + "/Dockerfile"),
                    "FROM " + RealEngine.BASE + "\nENV M=" + mark + each + "\nRUN echo frobnicated\n");
            assertThat(docker.call("build_image", "{'context':'" + each + "','tags':['" + name + ":" + each + "']}")
                            .path("status")
                            .asText())
                    .isEqualTo("succeeded");
        }
    }

    @Test
    void saysWhatIsMissingWithoutRoots() {
        docker.close();
        docker = new Docker(folder.resolve("data"), "{}", Map.of(Tenant.DEFAULT, RealEngine.reach("{}")));
        assertThat(docker.refusal("build_image", "{'context':'.'}").getMessage())
                .contains("roots");
    }
}
