package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
        assertThat(codes(call("{'dockerfile': 'Dockerfile', 'context': 'app'}")))
                .contains("DockerignoreMissing");
        file("app/Dockerfile.dockerignore", "a.log");
        assertThat(codes(call("{'dockerfile': 'Dockerfile', 'context': 'app'}")))
                .contains("CopyIgnoredFile");
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
                Docker.json("{'dockerfile': '" + text + "', 'max_output_chars': 2000}"),
                new FakeCall(Tenant.DEFAULT, 500));
        assertThat(Json.size(answer)).isLessThan(2_400);
        assertThat(answer.path("omitted").asInt()).isGreaterThan(100);
    }

    @Test
    void readsFilesThatAreNotUtf8() throws Exception {
        Files.write(
                root.resolve("Dockerfile"), "FROM debian:12\nLABEL a=\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(call("{'dockerfile': 'Dockerfile'}").path("refused")).isEmpty();
    }

    @Test
    void refusesWhatItCannotRead() throws Exception {
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{}")).hasMessageContaining("/dockerfile");
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'dockerfile': 'no'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'dockerfile': '../data/x'}"))
                .isNotNull();
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'dockerfile': 'FROM x', 'rules': ['DL1']}"))
                .hasMessageContaining("\"DL1\"");
        file("Dockerfile", "FROM x\n");
        file(".hadolint.yaml", "ignored: x");
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'dockerfile': 'Dockerfile'}"))
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

    /** What git makes of a patch. */
    private String patched(String dockerfile, JsonNode answer) throws Exception {
        Path work = Files.createTempDirectory(folder, "patched");
        Files.writeString(work.resolve("Dockerfile"), dockerfile);
        Files.writeString(work.resolve("p"), answer.path("patch").asText());
        Process git = new ProcessBuilder("git", "apply", "--unsafe-paths", "p")
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
        return Files.readString(work.resolve("Dockerfile"));
    }

    @Test
    void fixesAreAPatchAndASecondRunHasNone() throws Exception {
        String dockerfile = "FROM debian:12\r\nENV A b\r\nRUN apt-get update && apt-get install curl\r\nCMD x y";
        ObjectNode arguments = Json.object().put("dockerfile", dockerfile).put("mode", "patch");

        JsonNode first = docker.call("suggest_dockerfile_fixes", arguments, new FakeCall());

        String fixed = patched(dockerfile, first);
        assertThat(fixed)
                .isEqualTo("FROM debian:12\r\nENV A=b\r\n"
                        + "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\r\nCMD x y");
        assertThat(first.path("fixes").findValuesAsText("code"))
                .containsExactly("LegacyKeyValueFormat", "DL3014", "DL3009");
        assertThat(first.path("left").findValuesAsText("code")).contains("DL3015", "DL3025");
        assertThat(codes(first)).contains("DL3008", "DL3015").doesNotContain("DL3009", "DL3014");

        JsonNode second =
                docker.call("suggest_dockerfile_fixes", arguments.deepCopy().put("dockerfile", fixed), new FakeCall());
        assertThat(second.has("patch")).isFalse();
        assertThat(second.path("fixes")).isEmpty();
    }

    @Test
    void conditionalFixesAndChosenRulesAreMadeOnRequest() throws Exception {
        String call = "{'dockerfile': 'FROM debian:12\\nRUN a\\nRUN b\\nENV A b\\n', 'mode': 'patch'";

        assertThat(call(call + ", 'rules': ['DL3059']}").has("patch")).isFalse();
        JsonNode answer = call(call + ", 'rules': ['DL3059'], 'safety': 'conditional'}");

        assertThat(answer.path("patch").asText()).contains("+    && b").doesNotContain("+ENV");
        assertThat(answer.path("fixes").get(0).path("condition").asText()).contains("cache");
    }

    @Test
    void applyWritesTheFileAndKeepsItsMode() throws Exception {
        file("app/Dockerfile", "FROM debian:12\nENV A b\n");
        Files.setPosixFilePermissions(root.resolve("app/Dockerfile"), PosixFilePermissions.fromString("rw-rw-r--"));

        JsonNode answer = call("{'dockerfile': 'app/Dockerfile', 'mode': 'apply'}");

        assertThat(answer.path("summary").asText()).contains("1 of 1 findings fixed and written");
        assertThat(root.resolve("app/Dockerfile")).hasContent("FROM debian:12\nENV A=b\n");
        assertThat(Files.getPosixFilePermissions(root.resolve("app/Dockerfile")))
                .isEqualTo(PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(root.resolve("app")).isDirectoryContaining(each -> each.endsWith("Dockerfile"));
        assertThat(Files.list(root.resolve("app"))).hasSize(1);
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'dockerfile': 'FROM a', 'mode': 'apply'}"))
                .hasMessageContaining("mode apply needs a file");
    }

    @Test
    void aFileThatChangedMeanwhileIsNotWritten() throws Exception {
        file("Dockerfile", "FROM debian:13\n");
        try (Workspace workspace =
                new Workspace(List.of(root), new Protection(List.of(), List.of()), false, List.of())) {
            byte[] read = "FROM debian:12\n".getBytes(StandardCharsets.UTF_8);
            ToolException refusal = catchThrowableOfType(
                    ToolException.class,
                    () -> TextFiles.replace(workspace, workspace.at("Dockerfile"), read, new byte[0]));
            assertThat(refusal.kind()).isEqualTo(ToolException.Kind.CONFLICT);
        }
        assertThat(root.resolve("Dockerfile")).hasContent("FROM debian:13\n");
        assertThat(Files.list(root)).hasSize(1);
    }

    @Test
    void aBuildProvesTheFixesAndDropsTheOneThatBreaksIt() throws Exception {
        docker.close();
        docker = new Docker(folder.resolve("data"), RealEngine.reach("{'roots':['" + root + "']}"));
        String mark = UUID.randomUUID().toString();
        file("app/Dockerfile", """
                FROM %s
                RUN printf '#!/bin/sh\\ncase "$*" in *cache-dir*) exit 1;; esac\\n' > /bin/pip && chmod +x /bin/pip
                RUN pip install x==1
                ENV A b
                LABEL mark %s
                """.formatted(RealEngine.BASE, mark));

        JsonNode answer = call("{'context': 'app', 'mode': 'patch', 'verify': 'build'}");

        assertThat(answer.path("summary").asText()).contains("built before and after");
        assertThat(answer.path("fixes").findValuesAsText("code"))
                .containsExactly("LegacyKeyValueFormat", "LegacyKeyValueFormat");
        assertThat(answer.path("left").get(0).path("code").asText()).isEqualTo("DL3042");
        assertThat(answer.path("left").get(0).path("why").asText()).isEqualTo("the image does not build with it");
        assertThat(RealEngine.docker("images", "-aq", "--filter", "label=mark=" + mark))
                .isBlank();

        file("bad/Dockerfile", "FROM %s\nRUN false\nENV A b\n".formatted(RealEngine.BASE));
        JsonNode unproven = call("{'context': 'bad', 'mode': 'apply', 'verify': 'build'}");
        assertThat(unproven.path("summary").asText()).contains("builds neither before nor after");
        assertThat(root.resolve("bad/Dockerfile")).content().contains("ENV A b");
    }

    @Test
    void anEngineTellsOfWhichPlatformABaseImageIs() throws Exception {
        docker.close();
        docker = new Docker(folder.resolve("data"), RealEngine.reach("{'roots':['" + root + "']}"));
        String text = "'dockerfile': 'ARG BASE=%s\\nFROM --platform=linux/riscv64 ${BASE}\\nUSER 1\\n'"
                .formatted(RealEngine.BASE);

        JsonNode answer = call("{" + text + ", 'rules': ['InvalidBaseImagePlatform']}");
        assertThat(answer.path("findings").get(0).path("problem").asText()).contains("not linux/riscv64");
        assertThat(answer.path("findings").get(0).path("line").asInt()).isEqualTo(2);

        docker.close();
        docker = new Docker(
                folder.resolve("data"), RealEngine.reachOf("{'host':'unix:///nowhere','roots':['" + root + "']}"));
        assertThat(call("{" + text + ", 'rules': ['InvalidBaseImagePlatform']}").path("findings"))
                .isEmpty();
    }

    @Test
    void saysWhyAHeredocIsLeftAsItIs() throws Exception {
        JsonNode answer = call(
                "{'dockerfile': 'FROM debian:12\\nRUN <<EOF\\napt-get update\\napt-get install -y x # y\\nEOF\\n', 'mode': 'patch'}");
        assertThat(answer.path("left").get(0).path("code").asText()).isEqualTo("DL3009");
        assertThat(answer.path("left").get(0).path("why").asText()).contains("script");
    }

    @Test
    void holdsToTheLockFileOfTheContextOnRequest() throws Exception {
        file("web/package-lock.json", "{}");
        file("web/Dockerfile", "FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install --omit=dev\n");
        String call = "{'context': 'web', 'mode': 'patch', 'rules': ['NpmInstallWithLock']";
        assertThat(call(call + "}").path("left").get(0).path("why").asText()).contains("lock file fits");
        assertThat(call(call + ", 'safety': 'conditional'}").path("patch").asText())
                .contains("+RUN npm ci --omit=dev");
        Files.delete(root.resolve("web/package-lock.json"));
        assertThat(codes(call(call + "}"))).isEmpty();
    }

    /** A log of another machine is mended on request, where no build proves it; a second time there is nothing to do. */
    @Test
    void mendsAFailureByItsLogAlone() throws Exception {
        String dockerfile = "FROM debian:12\r\nENV A b\r\nRUN git clone https://example.org/x\r\n";
        String log = "#5 [2/2] RUN git clone https://example.org/x\n#5 0.2 /bin/sh: 1: git: not found\n"
                + "#5 ERROR: process \"/bin/sh -c git clone https://example.org/x\" did not complete successfully: exit code: 127\n";
        ObjectNode arguments = Json.object().put("dockerfile", dockerfile).put("failure", log);

        JsonNode report = docker.call("suggest_dockerfile_fixes", arguments, new FakeCall());
        assertThat(report.path("failure").path("class").asText()).isEqualTo("CMD_NOT_FOUND");
        assertThat(report.path("summary").asText()).contains("CMD_NOT_FOUND");

        JsonNode safe = docker.call("suggest_dockerfile_fixes", arguments.put("mode", "patch"), new FakeCall());
        assertThat(safe.path("summary").asText()).contains("CMD_NOT_FOUND not mended");
        assertThat(safe.path("left").get(0).path("why").asText()).contains("verify build");

        JsonNode mended =
                docker.call("suggest_dockerfile_fixes", arguments.put("safety", "conditional"), new FakeCall());
        String text = patched(dockerfile, mended);
        assertThat(text)
                .contains("apt-get install -y --no-install-recommends git")
                .contains("\nENV A=b\r\n");
        assertThat(text.replace("\r\n", "")).doesNotContain("\n");
        JsonNode fix = mended.path("fixes").get(0);
        assertThat(fix.path("line").asInt()).isEqualTo(3);
        assertThat(fix.path("condition").asText()).contains("no build is proof");
        assertThat(fix.path("fingerprint").asText()).isNotBlank();
        assertThat(mended.path("fixes").get(1).path("line").asInt()).isEqualTo(2);

        JsonNode again = docker.call("suggest_dockerfile_fixes", arguments.put("dockerfile", text), new FakeCall());
        assertThat(again.has("patch")).isFalse();
        assertThat(again.path("left").get(0).path("why").asText()).isEqualTo("the file has it already");
    }

    @Test
    void refusesAFailureThatIsNone() throws Exception {
        String text = "{'dockerfile': 'FROM x\\nRUN y\\n', 'failure': ";
        assertThat(docker.refusal("suggest_dockerfile_fixes", text + "'no-such-build'}"))
                .hasMessageContaining("/failure is not a build of yours");
        assertThat(docker.refusal("suggest_dockerfile_fixes", text + "''}")).hasMessageContaining("/failure");
        assertThat(docker.refusal(
                        "suggest_dockerfile_fixes", text + "'no-such-build', 'verify': 'build', 'mode': 'patch'}"))
                .hasMessageContaining("/failure");
        assertThat(docker.refusal(
                        "suggest_dockerfile_fixes",
                        "{'dockerfile': 'FROM x\\nRUN y\\n', 'mode': 'patch', 'verify': 'build'}"))
                .hasMessageContaining("/verify build needs /context");
        assertThat(docker.refusal("suggest_dockerfile_fixes", "{'dockerfile': 'x', 'context': 'nowhere'}"))
                .hasMessageContaining("/context nowhere");
    }
}
