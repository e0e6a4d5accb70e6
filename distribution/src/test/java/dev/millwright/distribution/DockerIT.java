package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged Docker server, without any engine: what needs none, and what is said of the rest. */
class DockerIT {
    /** What a model pays for the list, before its first word. */
    private static final int MOST_BYTES_OF_TOOLS = 14_000;

    @TempDir
    Path folder;

    private Path project;

    @BeforeEach
    void project() throws Exception {
        project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("Dockerfile"), """
                FROM node:24
                COPY . .
                RUN npm ci && npm run build
                """);
        Files.writeString(project.resolve("package.json"), "{}");
    }

    private Packaged.Talk start() throws Exception {
        return Packaged.talk(
                folder,
                "stdio",
                "docker",
                "--root",
                project.toString(),
                "--engine",
                "unix://" + folder.resolve("no.sock"));
    }

    private static JsonNode call(Packaged.Talk talk, String tool, ObjectNode arguments) throws Exception {
        return talk.ask(1, "tools/call", Packaged.call(tool, arguments));
    }

    @Test
    void offersItsToolsInAListAModelCanAfford() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode tools = talk.ask(1, "tools/list", Packaged.stateless()).at("/result/tools");

            assertThat(tools.findValuesAsText("name")).contains("docker_list", "optimize_build_cache");
            assertThat(Json.size(tools)).isLessThanOrEqualTo(MOST_BYTES_OF_TOOLS);
        }
    }

    @Test
    void advisesOnADockerfileWithoutAnEngine() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode answer = call(talk, "optimize_build_cache", Json.object().put("context", "."));

            assertThat(answer.at("/result/structuredContent/patch").asText()).contains("+COPY package.json ./");
        }
    }

    @Test
    void saysWhatIsMissingWithoutAnEngine() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode answer = call(talk, "docker_list", Json.object());

            assertThat(answer.at("/result/isError").asBoolean()).isTrue();
            assertThat(answer.toString()).contains("UNAVAILABLE").contains("DOCKER_HOST");
        }
        assertThat(Packaged.run(folder, "", "doctor").out()).contains("Docker engine of tenant default");
    }
}
