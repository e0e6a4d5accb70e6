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
                "run_in_sandbox", in("docker").put("code", "sleep 60").put("seconds", 1), new FakeCall());
        assertThat(answer.path("summary").asText()).contains("its time was over");
        assertThat(answer.path("reason").asText()).isEqualTo("timeout");
        assertThat(answer.path("exit_code").asInt()).isEqualTo(137);
    }

    @Test
    void runsThisMachinesProgramsWithoutAnImage() throws Exception {
        JsonNode answer = docker.call("run_in_sandbox", "{'language':'python','code':'print(6*7)'}");
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
        assertThat(docker.refusal("run_in_sandbox", "{'code':'x','memory_mb':4096}"))
                .hasMessageContaining("/memory_mb must be at most 286 here, got 4096");
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
