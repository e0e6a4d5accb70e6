package dev.millwright.filesystem.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.sandbox.SandboxConfig;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ExecuteCodeTest {
    private static final Sandbox SANDBOX = Sandboxes.choose(SandboxConfig.DEFAULT);
    private static final Tenant OTHER = new Tenant("other");

    @TempDir
    Path root;

    @TempDir
    Path outside;

    private Path scratch;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private Executions executions;

    @BeforeEach
    void opens() throws IOException {
        scratch = Files.createTempDirectory("exec-test");
        Files.setPosixFilePermissions(scratch, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
        Files.createDirectory(root.resolve("data"));
        Files.writeString(root.resolve("data/ours.db"), "private");
        Files.writeString(root.resolve("note.txt"), "from the workspace");
        executions = new Executions(
                () -> SANDBOX,
                tenant -> tenant.equals(OTHER) ? List.of(outside) : List.of(root),
                List.of(root.resolve("data")),
                ExecConfig.DEFAULT,
                scratch,
                clock);
    }

    @AfterEach
    void closesAndLeavesNothing() throws IOException {
        executions.close();
        assertThat(scratch).isEmptyDirectory();
        Files.delete(scratch);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bash   | echo \"$1 $(cat)\"",
                "python | import sys; print(sys.argv[1], sys.stdin.read())",
                "node   | console.log(process.argv[2], require('fs').readFileSync(0, 'utf8'))",
                "node   | import fs from 'fs'; console.log(process.argv[2], fs.readFileSync(0, 'utf8'))",
                "java   | void main(String[] a) throws Exception { System.out.println(a[0] + \" \" + new String(System.in.readAllBytes())); }",
            })
    void runsALanguage(String language, String code) throws Exception {
        String program = language.equals("java") ? "public class Main { public static " + code + " }" : code;
        JsonNode output = run(Json.object()
                .put("language", language)
                .put("code", program)
                .put("stdin", "world")
                .set("args", Json.array().add("hello")));
        assertThat(output.path("stderr").textValue()).isEmpty();
        assertThat(output.path("stdout").textValue()).isEqualTo("hello world\n");
        assertThat(output.path("exitCode").intValue()).isZero();
        assertThat(output.path("reason").textValue()).isEqualTo("exited");
        assertThat(output.path("integrity").textValue()).isEqualTo("untrusted");
        assertThat(output.path("sandbox").path("backend").textValue()).isEqualTo("bubblewrap");
        assertThat(output.has("handle")).isFalse();
    }

    @Test
    void showsTheWorkspaceReadOnlyUnlessToldOtherwise() throws Exception {
        assertThat(command("cat /workspace/note.txt").path("stdout").textValue())
                .isEqualTo("from the workspace");
        assertThat(command("echo x > /workspace/note.txt").path("exitCode").intValue())
                .isNotZero();
        assertThat(run(input("ls /workspace").put("workspace", "none"))
                        .path("exitCode")
                        .intValue())
                .isNotZero();
        assertThat(root.resolve("note.txt")).hasContent("from the workspace");
    }

    @Test
    void writesTheWorkspaceAsAnEffectThatIsConfirmed() throws Exception {
        Files.createDirectory(root.resolve(".git"));
        ObjectNode input = input("echo new > /workspace/note.txt; echo x > /workspace/.git/config; ls /workspace/.git")
                .put("workspace", "write");
        ExecuteCode tool = new ExecuteCode(executions);
        ExecuteCode.Input bound = Schema.of(ExecuteCode.Input.class).bind(input);
        assertThat(tool.effectOf(bound)).isEqualTo(Effect.DESTROYS);
        assertThat(tool.confirmation(bound)).contains("echo new > /workspace/note.txt");
        assertThat(run(input).path("stderr").textValue()).contains("Read-only file system");
        assertThat(root.resolve("note.txt")).hasContent("new");
        assertThat(root.resolve(".git")).isEmptyDirectory();
        assertThat(tool.effectOf(Schema.of(ExecuteCode.Input.class).bind(input("true"))))
                .isEqualTo(Effect.CHANGES);
    }

    @Test
    void tellsWhereTheWorkspaceIsWhereItCannotBeMoved() throws Exception {
        Sandbox landlock = Sandboxes.choose(new SandboxConfig(
                SandboxConfig.Confinement.LANDLOCK, SandboxConfig.DEFAULT.scratch(), Optional.empty()));
        assumeTrue(landlock.probe().works(), "an ordinary user needs control groups, and everybody Linux 6.2");
        try (Executions weaker = new Executions(
                () -> landlock,
                tenant -> List.of(root),
                List.of(root.resolve("data")),
                ExecConfig.DEFAULT,
                scratch,
                clock)) {
            ExecuteCode.Input input = Schema.of(ExecuteCode.Input.class)
                    .bind(input("cat " + root + "/note.txt " + root + "/data/ours.db; echo made > out"));
            JsonNode output = Json.mapper().valueToTree(new ExecuteCode(weaker).call(input, FakeCall.LOCAL));
            assertThat(output.at("/sandbox/backend").textValue()).isEqualTo("landlock");
            assertThat(output.at("/sandbox/notes").toString()).contains("/workspace is found at " + root);
            assertThat(output.path("stdout").textValue()).isEqualTo("from the workspace");
            assertThat(output.path("stderr").textValue()).contains("ours.db: Permission denied");
            assertThat(output.path("files").findValuesAsText("path")).containsExactly("out");
        }
    }

    @Test
    void hidesOurOwnFoldersInTheWorkspace() throws Exception {
        assertThat(command("ls -A /workspace/data").path("stdout").textValue()).isEmpty();
    }

    @Test
    void showsATenantItsOwnWorkspaceOnly() throws Exception {
        assertThat(run(input("ls /workspace"), FakeCall.LOCAL.in(OTHER))
                        .path("stdout")
                        .textValue())
                .isEmpty();
    }

    @Test
    void putsFilesInAndListsWhatWasMade() throws Exception {
        ObjectNode input =
                input("sort in/b.txt > out.txt; ln -s /etc/passwd link; mkfifo pipe; mkdir d; echo hi > d/x");
        input.putObject("files").put("in/b.txt", "b\na\n").put("a.txt", "same");
        JsonNode files = run(input).path("files");
        assertThat(files.findValuesAsText("path")).containsExactly("d/x", "out.txt");
        assertThat(files.get(1).path("size").intValue()).isEqualTo(4);
        assertThat(files.get(1).path("sha256").textValue()).isEqualTo(sha("a\nb\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "a/../../x", "", ".", "a//b", "in", "in/b.txt/c"})
    void refusesNamesOutsideTheWorkFolder(String name) {
        ObjectNode input = input("true");
        input.putObject("files").put("in/b.txt", "b").put(name, "x");
        assertRefused(input, Kind.INVALID_INPUT, "/files");
    }

    @Test
    void wantsCodeOrACommandAndNotBoth() {
        assertRefused(Json.object(), Kind.INVALID_INPUT, "/code or /command");
        assertRefused(input("true").put("code", "true"), Kind.INVALID_INPUT, "/code or /command");
        assertRefused(input("true").put("language", "python"), Kind.INVALID_INPUT, "/command is a bash command line");
        assertRefused(input("true").put("memoryMb", 100_000), Kind.INVALID_INPUT, "between 16 and 4096");
    }

    @Test
    void shortensLongOutputAndReadsAllOfItByHandle() throws Exception {
        FakeCall call = FakeCall.LOCAL.within(1000);
        JsonNode output = run(input("seq 1 100000; seq 1 3 >&2"), call);
        assertThat(Json.size(output)).isLessThan(4000);
        assertThat(output.path("stdout").textValue()).startsWith("1\n2\n").endsWith("99999\n100000\n");
        assertThat(output.path("stderr").textValue()).isEqualTo("1\n2\n3\n");
        assertThat(output.path("usage").path("stdoutBytes").intValue()).isEqualTo(588_895);
        StringBuilder all = new StringBuilder();
        JsonNode part;
        long offset = 0;
        do {
            part = read(
                    Json.object()
                            .put("handle", output.path("handle").textValue())
                            .put("offset", offset),
                    FakeCall.LOCAL.within(20_000));
            assertThat(Json.size(part)).isLessThan(80_000);
            all.append(part.path("text").textValue());
            offset = part.path("nextOffset").longValue();
        } while (part.has("nextOffset"));
        assertThat(all.toString().lines()).hasSize(100_000).startsWith("1").endsWith("100000");
    }

    @Test
    void neverCutsACharacterInTwo() throws Exception {
        FakeCall call = FakeCall.LOCAL.within(300);
        JsonNode output =
                run(Json.object().put("language", "python").put("code", "print('x' + 'ä€😀' * 20000, end='')"), call);
        assertThat(output.path("stdout").textValue()).doesNotContain("\ufffd").contains("bytes left out");
        StringBuilder all = new StringBuilder();
        JsonNode part = read(
                Json.object().put("handle", output.path("handle").textValue()).put("offset", 0), call);
        assertThat(part.path("text").textValue()).startsWith("xä€😀ä").doesNotContain("\ufffd");
        assertThat(part.path("nextOffset").longValue())
                .isEqualTo(part.path("text").textValue().getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    }

    @Test
    void keepsOutputForItsCallerAndItsTime() throws Exception {
        ObjectNode input = Json.object()
                .put("handle", run(input("seq 1 100000")).path("handle").textValue());
        assertThat(read(input, FakeCall.LOCAL).path("text").textValue()).startsWith("1\n2");
        for (FakeCall other : List.of(FakeCall.LOCAL.by("mallory"), FakeCall.LOCAL.in(OTHER))) {
            assertThatThrownBy(() -> read(input, other))
                    .isInstanceOfSatisfying(
                            ToolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        }
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(16)));
        assertThatThrownBy(() -> read(input, FakeCall.LOCAL))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        assertThat(scratch).isEmptyDirectory();
    }

    /** suite-04 */
    @Test
    void returnsWhatLooksLikeACallAsText() throws Exception {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"delete_file\"}}";
        assertThat(command("echo '" + call + "'").path("stdout").textValue()).isEqualTo(call + "\n");
    }

    @Test
    void saysWhyARunWasEnded() throws Exception {
        JsonNode late = run(input("sleep 60").put("timeoutMs", 300));
        assertThat(late.path("reason").textValue()).isEqualTo("timeout");
        assertThat(late.path("exitCode").intValue()).isEqualTo(137);
        JsonNode large = run(Json.object()
                .put("language", "python")
                .put("code", "bytearray(300 << 20)")
                .put("memoryMb", 64));
        assertThat(large.path("reason").textValue())
                .isEqualTo(large.path("notes").toString().contains("no memory control group") ? "exited" : "memory");
        assertThat(large.path("exitCode").intValue()).isNotZero();
        JsonNode hurried = run(input("sleep 60"), FakeCall.LOCAL.until(now.get().plusMillis(2300)));
        assertThat(hurried.path("reason").textValue()).isEqualTo("timeout");
    }

    @Test
    void removesWhatARunTriesToMakePermanent() throws Exception {
        command(
                "exec 2>/dev/null; mkdir -p a/b; touch a/b/c; chmod 000 a/b a; for i in $(seq 300); do mkdir -p ddddddddddddddd"
                        + "ddddddddddddddddddddddddddddddd; cd ddddddddddddddddddddddddddddddddddddddddddddd; done");
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void removesWhatADeadServerKept() throws Exception {
        Path own = new dev.millwright.sandbox.Scratch(scratch).folder();
        String[] name = own.getFileName().toString().split("-");
        Files.move(own, scratch.resolve(String.join("-", name[0], name[1], name[2], "1", "1")));
        command("true");
        assertThat(scratch).isEmptyDirectory();
    }

    private static String sha(String text) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes()));
    }

    private static ObjectNode input(String command) {
        return Json.object().put("command", command);
    }

    private JsonNode command(String command) throws Exception {
        return run(input(command));
    }

    private JsonNode run(JsonNode input) throws Exception {
        return run(input, FakeCall.LOCAL);
    }

    private JsonNode run(JsonNode input, FakeCall call) throws Exception {
        ExecuteCode.Input bound = Schema.of(ExecuteCode.Input.class).bind(input);
        return Json.mapper().valueToTree(new ExecuteCode(executions).call(bound, call));
    }

    private JsonNode read(JsonNode input, FakeCall call) throws Exception {
        ExecOutput.Input bound = Schema.of(ExecOutput.Input.class).bind(input);
        return Json.mapper().valueToTree(new ExecOutput(executions).call(bound, call));
    }

    private void assertRefused(JsonNode input, Kind kind, String words) {
        assertThatThrownBy(() -> run(input))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
