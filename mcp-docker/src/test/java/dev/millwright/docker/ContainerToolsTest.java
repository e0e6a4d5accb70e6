package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listing, inspecting, reading and managing containers of a real engine. */
class ContainerToolsTest {
    private static final String SECRET = "n0t-f0r-the-m0del-77";

    @TempDir
    Path data;

    private final String mine = "mine-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private final List<String> made = new ArrayList<>();
    private Docker docker;

    @BeforeEach
    void open() {
        docker = new Docker(data, reach(""));
    }

    private DockerReach reach(String more) {
        return RealEngine.reach("{'name-prefix':'" + mine + "'" + more + "}");
    }

    @AfterEach
    void clean() throws Exception {
        for (String name : made) {
            RealEngine.docker("rm", "-f", "-v", name);
        }
        docker.close();
    }

    private String run(String name, String... words) {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--network", "none", "--name", name));
        all.addAll(List.of(words));
        made.add(name);
        RealEngine.docker(all.toArray(String[]::new));
        return name;
    }

    @Test
    void listsTheTenantsContainersAndNoOthers() throws Exception {
        String web = run(mine + "web", RealEngine.BASE, "sleep", "60");
        String others = run("other-" + mine, RealEngine.BASE, "sleep", "60");

        JsonNode listed = docker.call("docker_list", "{}");

        assertThat(listed.path("rows")).hasSize(1);
        assertThat(listed.path("rows").path(0).path(0).asText()).isEqualTo(web);
        assertThat(listed.path("rows").path(0).path(3).asText()).isEqualTo("running");
        assertThat(docker.refusal("docker_inspect", "{'container':'" + others + "'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal("docker_logs", "{'container':'" + others + "'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal("docker_manage", "{'action':'stop','container':'" + others + "'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(RealEngine.docker("inspect", "-f", "{{.State.Running}}", others))
                .contains("true");
    }

    @Test
    void asksAnotherEngineOfThoseThatTheTenantMayName() throws Exception {
        String own = "unix://" + RealEngine.socket();
        Path linked = Files.createSymbolicLink(data.resolve("other.sock"), RealEngine.socket());
        String other = "unix://" + linked;
        run(mine + "there", RealEngine.BASE, "sleep", "60");
        assertThat(docker.call("docker_list", "{'docker_host':'" + own + "'}").path("rows"))
                .hasSize(1);
        ToolException refused = docker.refusal("docker_list", "{'docker_host':'" + other + "'}");
        assertThat(refused.kind()).isEqualTo(ToolException.Kind.DENIED);
        assertThat(refused).hasMessageContaining("/docker_host \"" + other + "\" is not among the engines");
        docker.close();
        docker = new Docker(
                data,
                RealEngine.reachOf("{'host':'unix:///nowhere.sock','name-prefix':'" + mine + "','hosts':['unix://"
                        + data + "/*','tcp://*.example.org']}"));
        assertThat(docker.refusal("docker_list", "{}").kind()).isEqualTo(ToolException.Kind.UNAVAILABLE);
        assertThat(docker.call("docker_list", "{'docker_host':'" + other + "'}").path("rows"))
                .hasSize(1);
        for (String fooling : new String[] {
            "tcp://192.0.2.1/.example.org", "tcp://192.0.2.1#.example.org", "tcp://192.0.2.1?.example.org", "no-context"
        }) {
            assertThat(docker.refusal("docker_list", "{'docker_host':'" + fooling + "'}")
                            .kind())
                    .isEqualTo(ToolException.Kind.DENIED);
        }
    }

    @Test
    void pagesLists() throws Exception {
        for (int i = 0; i < 3; i++) {
            made.add(mine + i);
            RealEngine.docker("create", "--name", mine + i, RealEngine.BASE);
        }

        JsonNode first = docker.call("docker_list", "{'limit':2}");
        JsonNode second = docker.call(
                "docker_list", "{'limit':2,'cursor':'" + first.path("cursor").asText() + "'}");

        assertThat(first.path("rows")).hasSize(2);
        assertThat(first.path("total").asInt()).isEqualTo(3);
        assertThat(second.path("rows")).hasSize(1);
        assertThat(second.has("cursor")).isFalse();
        assertThat(docker.refusal(
                                "docker_list",
                                "{'kind':'images','cursor':'"
                                        + first.path("cursor").asText() + "'}")
                        .getMessage())
                .contains("/cursor belongs to another question");
    }

    @Test
    void listsImages() throws Exception {
        JsonNode listed = docker.call("docker_list", "{'kind':'images','filter':'millwright-test/base'}");

        assertThat(listed.path("rows").path(0).path(0).asText()).contains(RealEngine.BASE);
        assertThat(listed.path("rows").path(0).path(2).asText()).endsWith("MB");
    }

    @Test
    void showsNoImageThatTheTenantMayNotUse() throws Exception {
        docker.close();
        docker = new Docker(data, RealEngine.reach("{'images':['shop/*']}"));

        assertThat(docker.call("docker_list", "{'kind':'images'}").path("rows")).isEmpty();
        assertThat(docker.refusal("docker_inspect", "{'image':'" + RealEngine.BASE + "'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
    }

    @Test
    void keepsSecretsOfEnvironmentLabelsAndCommandsToItself() throws Exception {
        String name = run(
                mine + "secret",
                "-e",
                "DB_PASSWORD=" + SECRET,
                "-e",
                "MODE=prod",
                "-l",
                "deploy.token=" + SECRET,
                RealEngine.BASE,
                "sh",
                "-c",
                "echo connected with $DB_PASSWORD; sleep 60",
                "--api-key",
                SECRET);

        String inspected = Json.write(docker.call("docker_inspect", "{'container':'" + name + "'}"));
        String whole = Json.write(docker.call("docker_inspect", "{'container':'" + name + "','fields':['/']}"));

        assertThat(inspected).contains("MODE=prod").doesNotContain(SECRET);
        assertThat(whole).contains("MODE=prod").doesNotContain(SECRET);
        assertThat(docker.hidden).contains(SECRET);
    }

    @Test
    void digestsAContainer() throws Exception {
        String name = run(mine + "limited", "-m", "64m", "--cpus", "0.5", "-u", "7:7", RealEngine.BASE, "sleep", "60");

        JsonNode details =
                docker.call("docker_inspect", "{'container':'" + name + "'}").path("details");

        assertThat(details.path("limits").path("memory").asLong()).isEqualTo(64L << 20);
        assertThat(details.path("limits").path("cpus").asDouble()).isEqualTo(0.5);
        assertThat(details.path("user").asText()).isEqualTo("7:7");
        assertThat(details.path("state").path("status").asText()).isEqualTo("running");
        assertThat(details.has("reaches_into_host")).isFalse();
        assertThat(docker.call(
                                "docker_inspect",
                                "{'container':'" + name + "','fields':['/HostConfig/NanoCpus','/Nothing']}")
                        .path("details")
                        .toString())
                .isEqualTo("{\"/HostConfig/NanoCpus\":500000000,\"/Nothing\":null}");
    }

    @Test
    void readsTheEndOfALog() throws Exception {
        String name = run(
                mine + "log",
                RealEngine.BASE,
                "sh",
                "-c",
                "i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done; sleep 1; echo broken >&2; sleep 60");
        awaitLines(name, 501);

        JsonNode tail = docker.call("docker_logs", "{'container':'" + name + "','tail':3}");
        JsonNode grep = docker.call("docker_logs", "{'container':'" + name + "','grep':'line 4[0-9]$'}");
        JsonNode none = docker.call("docker_logs", "{'container':'" + name + "','until':'2001-01-01T00:00:00Z'}");

        assertThat(tail.path("lines")).hasSize(3);
        assertThat(Json.write(tail.path("lines"))).contains("! broken");
        assertThat(grep.path("lines")).hasSize(10);
        assertThat(grep.path("lines").path(0).asText()).isEqualTo("line 40");
        assertThat(grep.path("lines_read").asInt()).isEqualTo(501);
        assertThat(none.path("lines")).isEmpty();
        assertThat(docker.refusal("docker_logs", "{'container':'" + name + "','grep':'('}")
                        .getMessage())
                .contains("/grep is no RE2 expression");
        assertThat(docker.refusal("docker_logs", "{'container':'" + name + "','since':'yesterday'}")
                        .getMessage())
                .contains("/since must be like 10m")
                .contains("yesterday");
    }

    private static void awaitLines(String name, int lines) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            if (RealEngine.docker("logs", name).lines().count() >= lines) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the container wrote too little");
    }

    @Test
    void readsTheLogOfATerminal() throws Exception {
        String name = run(mine + "tty", "-t", RealEngine.BASE, "sh", "-c", "echo on a terminal; sleep 60");
        awaitLines(name, 1);

        assertThat(docker.call("docker_logs", "{'container':'" + name + "'}")
                        .path("lines")
                        .path(0)
                        .asText())
                .isEqualTo("on a terminal");
    }

    @Test
    void stopsStartsAndRemoves() throws Exception {
        String name = run(mine + "life", RealEngine.BASE, "sleep", "600");

        JsonNode stopped = docker.call("docker_manage", "{'action':'stop','container':'" + name + "','grace':0}");
        JsonNode started = docker.call("docker_manage", "{'action':'start','container':'" + name + "'}");
        ToolException refused = docker.refusal("docker_manage", "{'action':'remove','container':'" + name + "'}");
        JsonNode removed = docker.call("docker_manage", "{'action':'remove','container':'" + name + "','force':true}");
        made.clear();

        assertThat(stopped.path("state").asText()).isEqualTo("exited");
        assertThat(stopped.path("exit_code").asInt()).isEqualTo(137);
        assertThat(started.path("state").asText()).isEqualTo("running");
        assertThat(refused.kind()).isEqualTo(ToolException.Kind.CONFLICT);
        assertThat(removed.path("state").asText()).isEqualTo("removed");
        assertThat(docker.call("docker_list", "{}").path("rows")).isEmpty();
    }

    @Test
    void saysWhyAContainerDiedAtOnce() throws Exception {
        made.add(mine + "dies");
        RealEngine.docker(
                "create", "--name", mine + "dies", RealEngine.BASE, "sh", "-c", "echo no configuration >&2; exit 3");

        JsonNode started = docker.call("docker_manage", "{'action':'start','container':'" + mine + "dies'}");

        assertThat(started.path("exit_code").asInt()).isEqualTo(3);
        assertThat(started.path("warning").asText()).contains("ended at once");
        assertThat(started.path("last_lines").path(0).asText()).isEqualTo("! no configuration");
    }

    @Test
    void doesNotStartWhatReachesIntoTheHost() throws Exception {
        String[][] risky = {
            {"--privileged"},
            {"--network", "host"},
            {"--pid", "host"},
            {"-v", "/etc:/host"},
            {"-v", "/var/run:/host"},
            {"--cap-add", "SYS_ADMIN"}
        };
        String[] named = {
            "privileged", "host-namespaces", "host-namespaces", "host-mounts", "engine-socket", "privileged"
        };
        for (int i = 0; i < risky.length; i++) {
            String name = mine + "risky" + i;
            made.add(name);
            List<String> words = new ArrayList<>(List.of("create", "--name", name));
            words.addAll(List.of(risky[i]));
            words.addAll(List.of(RealEngine.BASE, "sleep", "60"));
            RealEngine.docker(words.toArray(String[]::new));

            ToolException refused = docker.refusal("docker_manage", "{'action':'start','container':'" + name + "'}");

            assertThat(refused.kind()).isEqualTo(ToolException.Kind.DENIED);
            assertThat(refused.getMessage()).contains(named[i]);
            assertThat(RealEngine.docker("inspect", "-f", "{{.State.Status}}", name))
                    .contains("created");
        }
        docker.close();
        docker = new Docker(data, reach(",'allow':['host-mounts']"));
        assertThat(docker.call("docker_manage", "{'action':'start','container':'" + mine + "risky3'}")
                        .path("state")
                        .asText())
                .isEqualTo("running");
    }

    @Test
    void namesTheNearestContainer() {
        run(mine + "database", RealEngine.BASE, "sleep", "60");

        assertThat(docker.refusal("docker_logs", "{'container':'" + mine + "databse'}")
                        .getMessage())
                .contains("did you mean " + mine + "database?");
        assertThat(docker.refusal("docker_logs", "{'container':'../version'}").kind())
                .isEqualTo(ToolException.Kind.INVALID_INPUT);
    }

    @Test
    void saysWhatToDoWithoutAnEngine() throws Exception {
        docker.close();
        docker = new Docker(data, RealEngine.reachOf("{'host':'unix://" + data.resolve("nowhere.sock") + "'}"));

        ToolException refused = docker.refusal("docker_list", "{}");

        assertThat(refused.kind()).isEqualTo(ToolException.Kind.UNAVAILABLE);
        assertThat(refused.getMessage())
                .contains("no Docker engine answers at unix://" + data.resolve("nowhere.sock"))
                .contains("DOCKER_HOST");
    }
}
