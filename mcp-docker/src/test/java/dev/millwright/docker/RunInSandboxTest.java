package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunInSandboxTest {
    @TempDir
    Path data;

    private final String prefix = "runs-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private Docker docker;

    @BeforeEach
    void open() {
        docker = new Docker(
                data,
                RealEngine.reach(
                        "{'name-prefix':'" + prefix + "','images':['millwright-test/base:1'],'max-memory':300000000}"));
    }

    @AfterEach
    void leavesNothingBehind() {
        docker.close();
        assertThat(RealEngine.docker("ps", "-aq", "--filter", "name=" + prefix)).isEmpty();
        assertThat(RealEngine.docker("volume", "ls", "-q", "--filter", "name=" + prefix))
                .isEmpty();
    }

    private static ObjectNode in(String backend) {
        ObjectNode arguments = Json.object().put("backend", backend);
        return backend.equals("docker") ? arguments.put("image", RealEngine.BASE) : arguments;
    }

    @Test
    void runsCodeWithFilesAndBringsArtifactsBackOnBothBackends() throws Exception {
        for (String backend : new String[] {"docker", "bubblewrap"}) {
            ObjectNode arguments = in(backend)
                    .put(
                            "code",
                            "read line; echo \"$line $1\" | tee out/text; printf '\\377' > out/bin; ls /work; exit 5")
                    .put("stdin", "hello\n");
            arguments.putArray("argv").add("there");
            arguments.putObject("files").put("out/in.txt", "given");
            arguments.putArray("artifacts").add("out");
            JsonNode answer = docker.call("run_in_sandbox", arguments, new FakeCall());
            assertThat(answer.path("summary").asText()).startsWith("ended by itself with exit code 5 after ");
            assertThat(answer.path("exit_code").asInt()).isEqualTo(5);
            assertThat(answer.path("reason").asText()).isEqualTo("exit");
            assertThat(answer.path("stdout").asText()).isEqualTo("hello there\nout\n");
            assertThat(answer.path("sandbox").path("backend").asText()).isEqualTo(backend);
            assertThat(answer.path("integrity").asText()).isEqualTo("untrusted");
            JsonNode artifacts = answer.path("artifacts");
            assertThat(artifacts.findValuesAsText("path")).containsExactly("out/bin", "out/in.txt", "out/text");
            assertThat(artifacts.path(0).path("base64").asText()).isEqualTo("/w==");
            assertThat(artifacts.path(1).path("text").asText()).isEqualTo("given");
            assertThat(artifacts.path(2).path("text").asText()).isEqualTo("hello there\n");
        }
    }

    @Test
    void tellsStartAndEndOfLongOutputWithinItsBudget() throws Exception {
        ObjectNode arguments = in("docker").put("code", "echo first; yes | head -c 3000000; echo last");
        JsonNode answer = docker.call("run_in_sandbox", arguments, new FakeCall(Tenant.DEFAULT, 1_000));
        assertThat(answer.toString().length()).isLessThan(4_400);
        assertThat(answer.path("stdout").asText())
                .startsWith("first\n")
                .endsWith("last\n")
                .contains("bytes left out");
        assertThat(answer.path("usage").path("stdout_bytes").asLong()).isEqualTo(3_000_011);
    }

    @Test
    void saysThatTheTimeWasOver() throws Exception {
        JsonNode answer = docker.call(
                "run_in_sandbox", in("docker").put("code", "sleep 60").put("timeout_ms", 1000), new FakeCall());
        assertThat(answer.path("summary").asText()).contains("its time was over");
        assertThat(answer.path("reason").asText()).isEqualTo("timeout");
        assertThat(answer.path("exit_code").asInt()).isEqualTo(137);
    }

    @Test
    void holdsToTheLimitsThatWereAsked() throws Exception {
        for (String backend : new String[] {"docker", "bubblewrap"}) {
            ObjectNode asked = in(backend);
            asked.putObject("limits").put("seconds", 0.5).put("processes", 8);
            JsonNode late = docker.call("run_in_sandbox", asked.put("code", "sleep 60"), new FakeCall());
            assertThat(late.path("reason").asText()).as(backend).isEqualTo("timeout");
            JsonNode many = docker.call(
                    "run_in_sandbox",
                    asked.put("code", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 3 & done; echo all"),
                    new FakeCall());
            assertThat(many.path("stderr").asText()).as(backend).contains("fork");
            asked.putObject("limits").put("output_mb", 1);
            JsonNode loud = docker.call("run_in_sandbox", asked.put("code", "yes"), new FakeCall());
            assertThat(loud.path("summary").asText()).as(backend).contains("it said more than 1 MB");
            asked.putObject("limits").put("disk_mb", 2);
            JsonNode large = docker.call(
                    "run_in_sandbox", asked.put("code", "head -c 9000000 /dev/zero > big; sleep 2"), new FakeCall());
            assertThat(large.toString())
                    .as(backend)
                    .containsAnyOf("held more than 2 MB", "File size limit", "No space");
        }
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','limits':{'cpus':99}}"))
                .hasMessage("/limits/cpus must be at most 2 here, got 99.0");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','limits':{'seconds':0}}"))
                .hasMessage("/limits/seconds must be between 0.001 and 600, got 0");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','timeout_ms':0}"))
                .hasMessage("/timeout_ms must be at least 1, got 0");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','max_output_chars':10}"))
                .hasMessage("/max_output_chars must be at least 400, got 10");
    }

    @Test
    void runsThisMachinesProgramsWithoutAnImage() throws Exception {
        JsonNode answer = docker.call("run_in_sandbox", "{'runtime':'python','code':'print(6*7)'}");
        assertThat(answer.path("stdout").asText()).isEqualTo("42\n");
        assertThat(answer.path("sandbox").path("backend").asText()).isEqualTo("bubblewrap");
    }

    @Test
    void saysThatAProgramIsNotThere() throws Exception {
        JsonNode answer =
                docker.call("run_in_sandbox", "{'image':'millwright-test/base:1','argv':['no-such-program','x']}");
        assertThat(answer.path("exit_code").asInt()).isEqualTo(127);
        assertThat(answer.path("stderr").asText()).contains("no-such-program");
    }

    @Test
    void refusesWhatItCannotRun() {
        assertThat(docker.refusal("run_in_sandbox", "{}")).hasMessage("/code or /argv must be given");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','backend':'docker'}"))
                .hasMessageStartingWith("/image must name what the container is made of");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','image':'alpine:3'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','image':'-v'}").kind())
                .isEqualTo(ToolException.Kind.INVALID_INPUT);
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','image':'a','backend':'bubblewrap'}"))
                .hasMessageStartingWith("/image is of containers");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','limits':{'memory_mb':4096}}"))
                .hasMessageContaining("/limits/memory_mb must be at most 286 here, got 4096");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','files':{'../x':'y'}}"))
                .hasMessageContaining("/files must be paths below /work");
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','artifacts':['/etc/shadow']}"))
                .hasMessageContaining("/artifacts must be paths below /work");
    }

    @Test
    void doesNotRunAnImageThatTheTenantMayNotUse() {
        RealEngine.image("millwright-test/dk-run-alien:1", Map.of("x", new byte[] {1}));
        try {
            assertThat(docker.refusal("run_in_sandbox", "{'code':'x','image':'millwright-test/dk-run-alien:1'}")
                            .kind())
                    .isEqualTo(ToolException.Kind.NOT_FOUND);
        } finally {
            RealEngine.docker("rmi", "millwright-test/dk-run-alien:1");
        }
    }
}
