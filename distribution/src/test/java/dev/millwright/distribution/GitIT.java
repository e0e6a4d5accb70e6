package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged git server beside native Git. */
class GitIT {
    /** What a model pays for the list, before its first word. */
    private static final int MOST_BYTES_OF_TOOLS = 18_000;

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void setUp() throws Exception {
        root = Files.createDirectory(folder.resolve("root"));
        git("init", "-q", "-b", "main");
        Files.writeString(root.resolve("hello.txt"), "good morning\n");
        git("add", ".");
        git("commit", "-q", "-m", "Greet");
    }

    private String git(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "git", "-C", root.toString(), "-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org"));
        command.addAll(List.of(words));
        Packaged.Ended ended = Packaged.run(folder, "", Map.of("GIT_CONFIG_NOSYSTEM", "1"), command);
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended.out();
    }

    private Packaged.Talk start() throws IOException {
        Files.writeString(
                folder.resolve("config.yaml"),
                "tenants:\n  default:\n    reach:\n      git:\n        author: Ada Lovelace <ada@example.org>\n");
        return Packaged.talk(
                folder,
                "stdio",
                "git",
                "--root",
                root.toString(),
                "--config",
                folder.resolve("config.yaml").toString());
    }

    private static JsonNode call(Packaged.Talk talk, String tool, ObjectNode arguments) throws IOException {
        JsonNode answer = talk.ask(1, "tools/call", Packaged.call(tool, arguments));
        assertThat(answer.at("/result/isError").asBoolean())
                .as(answer.toString())
                .isFalse();
        return answer.at("/result/structuredContent");
    }

    @Test
    void offersItsToolsInAListAModelCanAfford() throws Exception {
        try (Packaged.Talk talk = start()) {
            JsonNode tools = talk.ask(1, "tools/list", Packaged.stateless()).at("/result/tools");

            assertThat(tools).hasSizeGreaterThan(15);
            assertThat(Json.write(tools).getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(MOST_BYTES_OF_TOOLS);
            assertThat(talk.end()).isZero();
        }
    }

    @Test
    void commitsWhatNativeGitAcceptsAndTakesItBackAfterARestart() throws Exception {
        String before = git("rev-parse", "HEAD");
        Files.writeString(root.resolve("hello.txt"), "good evening\n");
        String operation;
        try (Packaged.Talk talk = start()) {
            ObjectNode all = Json.object();
            all.putArray("paths").add("hello.txt");
            call(talk, "git_add", all);
            operation = call(talk, "git_commit", Json.object().put("message", "Greet later"))
                    .path("opId")
                    .asText();
            assertThat(git("log", "-1", "--format=%an: %s")).isEqualTo("Ada Lovelace: Greet later\n");
            assertThat(git("status", "--porcelain")).isEmpty();
            assertThat(git("fsck", "--strict")).doesNotContain("error");
            talk.end();
        }
        try (Packaged.Talk talk = start()) {
            call(talk, "git_undo", Json.object().put("opId", operation));
            assertThat(git("rev-parse", "HEAD")).isEqualTo(before);
            assertThat(git("status", "--porcelain")).isEqualTo("M  hello.txt\n");
            talk.end();
        }
    }

    @Test
    void runsNothingThatTheRepositoryNames() throws Exception {
        Path mark = folder.resolve("mark");
        Path script = Files.writeString(folder.resolve("script"), "#!/bin/sh\necho x >>" + mark + "\ncat\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String hook :
                List.of("pre-commit", "post-commit", "commit-msg", "post-index-change", "reference-transaction")) {
            Files.copy(script, root.resolve(".git/hooks").resolve(hook));
        }
        Files.writeString(root.resolve(".gitattributes"), "* diff=evil merge=evil\n*.odd filter=evil\n");
        Files.writeString(root.resolve(".git/config"), """
                [core]
                \tfsmonitor = %1$s
                \tpager = %1$s
                [filter "evil"]
                \tclean = %1$s
                \tsmudge = %1$s
                [diff "evil"]
                \ttextconv = %1$s
                [gpg]
                \tprogram = %1$s
                [commit]
                \tgpgSign = true
                """.formatted(script), StandardOpenOption.APPEND);
        Files.writeString(root.resolve("hello.txt"), "good evening\n");
        Files.writeString(root.resolve("hello.odd"), "good evening\n");
        try (Packaged.Talk talk = start()) {
            call(talk, "git_status", Json.object());
            call(talk, "git_diff", Json.object());
            ObjectNode filtered = Json.object();
            filtered.putArray("paths").add("hello.odd");
            assertThat(talk.ask(1, "tools/call", Packaged.call("git_add", filtered))
                            .at("/result/content/0/text")
                            .asText())
                    .startsWith("DENIED")
                    .contains("filter=evil");
            ObjectNode one = Json.object();
            one.putArray("paths").add("hello.txt");
            call(talk, "git_add", one);
            call(talk, "git_commit", Json.object().put("message", "Greet later"));
            call(talk, "git_log", Json.object());
            talk.end();
        }
        assertThat(mark).doesNotExist();
    }

    @Test
    void answersOverHttpBesideTheOtherServers() throws Exception {
        Process process = Packaged.start(folder, "serve", "--port", "0", "--root", root.toString());
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI all = listening(process);
            for (URI endpoint : List.of(all, all.resolve("/git/mcp"))) {
                JsonNode answer = post(http, endpoint, Packaged.call("git_log", Json.object()));
                assertThat(answer.at("/result/structuredContent/commits/0/subject")
                                .asText())
                        .isEqualTo("Greet");
            }
        } finally {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static URI listening(Process process) throws IOException {
        String listening = "listening on ";
        BufferedReader said = process.errorReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            int at = line.indexOf(listening);
            if (at >= 0) {
                return URI.create(line.substring(at + listening.length()));
            }
        }
        throw new AssertionError("it did not listen");
    }

    private static JsonNode post(HttpClient http, URI to, ObjectNode params) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(to)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", params.path("name").asText())
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(Json.object()
                        .put("jsonrpc", "2.0")
                        .put("id", 1)
                        .put("method", "tools/call")
                        .set("params", params))))
                .build();
        return Json.read(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
