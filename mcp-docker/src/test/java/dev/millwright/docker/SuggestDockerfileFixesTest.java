package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuggestDockerfileFixesTest {
    @TempDir
    Path folder;

    private Path root;
    private Docker docker;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        DockerReach reach = Schema.of(DockerReach.class, Schema.Keys.KEBAB)
                .bind(Json.tree(Map.of("roots", List.of(root.toString()))));
        docker = new Docker(Files.createDirectories(folder.resolve("data")), reach);
    }

    @AfterEach
    void close() {
        docker.close();
    }

    private JsonNode call(String arguments) throws Exception {
        return docker.call("suggest_dockerfile_fixes", arguments);
    }

    private void file(String name, String text) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static List<String> codes(JsonNode answer) {
        return answer.path("findings").findValuesAsText("code");
    }

    @Test
    void tellsTheWorstFirstAndWhatBuildKitSaysToo() throws Exception {
        JsonNode answer = call("{'dockerfile': 'FROM debian:latest\\nMAINTAINER me\\nRUN sudo x\\nUSER 1\\n'}");
        assertThat(codes(answer)).containsExactly("DL4000", "DL3004", "DL3007");
        assertThat(answer.path("findings").get(0).path("also").asText()).isEqualTo("MaintainerDeprecated");
        assertThat(answer.path("findings").get(2).path("line").asInt()).isEqualTo(1);
        assertThat(answer.path("summary").asText()).isEqualTo("Dockerfile: 3 findings, 2 error, 1 warning");
    }

    @Test
    void saysWhyDockerRefusesTheFile() throws Exception {
        JsonNode answer = call("{'dockerfile': 'FROM debian:12\\nRUN x\\nCOPYY a b\\n'}");
        assertThat(answer.path("summary").asText()).contains("Docker refuses it");
        assertThat(answer.path("refused").get(0).path("line").asInt()).isEqualTo(3);
        assertThat(answer.path("refused").get(0).path("why").asText()).isEqualTo("unknown instruction: COPYY");
    }

    @Test
    void readsTheFileItsConfigurationAndItsContext() throws Exception {
        file("app/Dockerfile", "FROM debian:latest\nCOPY a.log /x\nCOPY . /y\n");
        file("app/.dockerignore", "*.log\n");
        file("app/.hadolint.yaml", "ignored: [DL3007]\nfailure-threshold: error\n");
        JsonNode answer = call("{'context': 'app'}");
        assertThat(codes(answer)).containsExactly("CopyIgnoredFile");
        assertThat(answer.path("summary").asText()).startsWith("app/Dockerfile: ");
        assertThat(answer.path("passes").asBoolean()).isTrue();

        Files.delete(root.resolve("app/.dockerignore"));
        assertThat(codes(call("{'path': 'app/Dockerfile', 'context': 'app'}"))).contains("DockerignoreMissing");
        file("app/Dockerfile.dockerignore", "a.log");
        assertThat(codes(call("{'path': 'app/Dockerfile', 'context': 'app'}"))).contains("CopyIgnoredFile");
    }

    @Test
    void tellsOnlyWhatIsAskedFor() throws Exception {
        String text = "'dockerfile': 'FROM debian:latest\\nRUN sudo x\\nRUN y\\n'";
        assertThat(codes(call("{" + text + ", 'min_severity': 'error'}"))).containsExactly("DL3004");
        assertThat(codes(call("{" + text + ", 'rules': ['DL3059', 'DL3057']}")))
                .containsExactlyInAnyOrder("DL3059", "DL3057");
    }

    @Test
    void boundsTheAnswerAndSaysHowMuchIsLeftOut() throws Exception {
        String text = "FROM debian:12\\n" + "RUN apt-get install foo\\n".repeat(300);
        JsonNode answer = docker.call(
                "suggest_dockerfile_fixes",
                Docker.json("{'dockerfile': '" + text + "', 'budget': 500}"),
                new FakeCall(Tenant.DEFAULT, 500));
        assertThat(Json.size(answer)).isLessThan(2_400);
        assertThat(answer.path("omitted").asInt()).isGreaterThan(100);
    }

    @Test
    void readsFilesThatAreNotUtf8() throws Exception {
        Files.write(
                root.resolve("Dockerfile"), "FROM debian:12\nLABEL a=\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(call("{'path': 'Dockerfile'}").path("refused")).isEmpty();
    }

    @Test
    void refusesWhatItCannotRead() throws Exception {
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{}")).hasMessageContaining("/dockerfile");
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'path': 'no'}").kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'path': '../data/x'}"))
                .isNotNull();
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'dockerfile': 'FROM x', 'rules': ['DL1']}"))
                .hasMessageContaining("\"DL1\"");
        file("Dockerfile", "FROM x\n");
        file(".hadolint.yaml", "ignored: x");
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'path': 'Dockerfile'}"))
                .hasMessageContaining(".hadolint.yaml: ignored");
    }

    /** Files made to be slow: many stages, variables, pairs and commands, each as many as fit. */
    @Test
    void hostileFilesEndSoon() throws Exception {
        for (String each : List.of(
                "FROM a AS b\n", "ENV a1=$b\n", "RUN apt-get update\n", "RUN cd a\n", "WORKDIR a\n", "COPY . a\n")) {
            String text = (each.startsWith("FROM") ? "" : "FROM a:1\n") + each.repeat(190_000 / each.length());
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            docker.call("suggest_dockerfile_fixes", Json.object().put("dockerfile", text), new FakeCall());
            long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            assertThat(spent / 1_000_000).as("milliseconds for " + each).isLessThan(10_000);
        }
        for (String each : List.of("! ", "sudo ", "$(", "a=b ", "(", "{ ", "\"", "f() ", "if ", "${a:-", "<<E ")) {
            String text = "FROM a:1\nRUN " + each.repeat(190_000 / each.length()) + "\nENV " + "x ".repeat(2) + "\n";
            docker.call(
                    "suggest_dockerfile_fixes",
                    Json.object().put("dockerfile", text.substring(0, Math.min(text.length(), 199_999))),
                    new FakeCall());
        }
    }
}
