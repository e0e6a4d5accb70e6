package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs of the packaged launcher: what they answer, and how they fail. */
class CommandLineIT {
    private static final String READ = "{\"path\":\"hello.txt\"}";

    @TempDir
    Path folder;

    private Packaged.Ended run(String... words) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("hello.txt"), "good morning\n");
        return Packaged.run(folder, "", words);
    }

    private String data() {
        return folder.resolve("share").resolve("millwright").toString();
    }

    /** One message on stderr, nothing on stdout, no stack trace. */
    private static void fails(Packaged.Ended ended, int code, String message) {
        assertThat(ended.err()).startsWith("millwright: ").contains(message).doesNotContain("\tat ", "Exception");
        assertThat(ended.err().strip().lines().count()).isLessThanOrEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.code()).isEqualTo(code);
    }

    @Test
    void callsAToolAndSaysByItsCodeWhetherThatWentWell() throws Exception {
        Packaged.Ended read = run("call", "filesystem", "read_file", READ, "--root", ".");
        Packaged.Ended missing = run("call", "filesystem", "read_file", "{\"path\":\"nope\"}", "--root", ".");

        assertThat(read.out()).isEqualTo("good morning\n\n");
        assertThat(read.code()).isZero();
        assertThat(missing.out()).startsWith("NOT_FOUND: ");
        assertThat(missing.code()).isEqualTo(1);
    }

    @Test
    void takesArgumentsFromStdinAndGivesJson() throws Exception {
        Files.writeString(folder.resolve("hello.txt"), "good morning\n");

        Packaged.Ended read =
                Packaged.run(folder, READ, "call", "filesystem", "read_file", "-", "--json", "--root", ".");

        assertThat(Json.read(read.out()).path("text").asText()).isEqualTo("good morning\n");
    }

    @Test
    void listsToolsForPeopleAndForPrograms() throws Exception {
        JsonNode tools = Json.read(run("tools", "filesystem", "--json").out()).path("tools");

        assertThat(run("tools").out()).contains("read_file", "execute_code");
        assertThat(tools.findValuesAsText("name")).contains("read_file", "execute_code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stdio",
                "serve",
                "call",
                "tools",
                "register",
                "keys",
                "keys create",
                "keys list",
                "keys revoke",
                "audit",
                "audit verify",
                "audit tail",
                "doctor",
                "demo",
                "version"
            })
    void helpsEverywhere(String verb) throws Exception {
        String[] words = (verb + " --help").strip().split(" ");

        Packaged.Ended help = run(words);

        assertThat(help.out()).startsWith(("Usage: millwright " + verb).strip());
        assertThat(help.code()).isZero();
    }

    @Test
    void keysMakeARoundTrip() throws Exception {
        Packaged.Ended created = run("keys", "create", "laptop", "--scope", "fs:read");
        String id = created.out().split("_")[1];

        assertThat(created.out()).matches("mw_[0-9a-z]+_[A-Za-z0-9_-]{43}\n");
        assertThat(run("keys", "list").out()).contains(id, "laptop", "fs:read", "active");
        assertThat(run("keys", "revoke", id).code()).isZero();
        assertThat(run("keys", "list").out()).contains("revoked");
        try (Stream<Path> files = Files.walk(Path.of(data()))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain(created.out().strip());
            }
        }
    }

    @Test
    void theAuditLogShowsEveryCallAndEveryAlteration() throws Exception {
        run("call", "filesystem", "read_file", READ, "--root", ".");
        run("call", "filesystem", "read_file", "{\"path\":\"../etc\"}", "--root", ".");

        List<String> events = run("audit", "tail", "--json").out().lines().toList();
        assertThat(events).hasSize(2);
        assertThat(run("audit", "tail").out().lines().toList().get(1))
                .matches("\\S+ denied +reads +filesystem\\.read_file +[0-9.]+ ms +local@default");
        assertThat(Json.read(events.get(1)).path("outcome").asText()).isEqualTo("denied");
        assertThat(run("audit", "verify").out()).startsWith("intact: 2 events");

        Path log;
        try (Stream<Path> files = Files.walk(Path.of(data(), "audit"))) {
            log = files.filter(file -> file.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(log, Files.readString(log).replace("\"denied\"", "\"ok\""));
        Packaged.Ended altered = run("audit", "verify");
        assertThat(altered.out()).contains("ALTERED");
        assertThat(altered.code()).isEqualTo(1);
    }

    @Test
    void theDoctorFindsWhatWorksAndWhatIsMissing() throws Exception {
        Packaged.Ended with = run("doctor", "--root", ".");
        Packaged.Ended without = run("doctor");

        assertThat(with.out()).contains("process", "data", "store", "filesystem");
        assertThat(without.out()).contains("MISSING", "--root");
        assertThat(without.code()).isEqualTo(1);
    }

    @Test
    void registersAHostWithoutLosingWhatIsThere() throws Exception {
        Path file = folder.resolve(".mcp.json");
        Files.writeString(file, "{\"mcpServers\": {\"other\": {\"command\": \"x\"}}} // mine\n");

        Packaged.Ended shown = run("register", "claude-code", "--root", "sub");
        Packaged.Ended written = run("register", "claude-code", "--root", "sub", "--write");

        assertThat(Json.read(shown.out()).at("/mcpServers/millwright/command").asText())
                .isEqualTo(Packaged.launcher().toString());
        assertThat(Json.read(shown.out()).at("/mcpServers/millwright/args").toString())
                .contains(folder.resolve("sub").toString());
        assertThat(written.code()).isZero();
        assertThat(Files.readString(file)).contains("\"other\": {\"command\": \"x\"}", "\"millwright\"", "// mine");
        assertThat(folder.resolve(".mcp.json.bak")).exists();
        fails(run("register", "claude-cod"), 2, "did you mean claude-code?");
    }

    @Test
    void saysWhatIsWrongWithACommandLine() throws Exception {
        fails(run("stdoi"), 2, "unknown verb stdoi; did you mean stdio?");
        fails(run("stdio", "filesystme"), 2, "there is no server filesystme; did you mean filesystem?");
        fails(run("serve", "--port", "eighty"), 2, "--port must be a whole number, got eighty");
        fails(run("call", "filesystem", "read_fil", "{}", "--root", "."), 2, "did you mean read_file?");
        fails(run("call", "filesystem", "read_file", "{", "--root", "."), 2, "the arguments are not JSON");
        fails(run("keys", "revoke", "nosuch"), 2, "nosuch");
    }

    @Test
    void saysWhatIsWrongWithAConfiguration() throws Exception {
        Path config = Files.writeString(folder.resolve("config.yaml"), "read-onyl: true\n");
        fails(run("stdio", "filesystem", "--config", config.toString()), 2, "did you mean read-only?");

        Files.writeString(config, "a: [1, 2\nb: {");
        fails(run("stdio", "filesystem", "--config", config.toString()), 2, "line ");

        fails(run("stdio", "filesystem", "--config", "nosuch.yaml"), 2, "there is no such file");
    }

    @Test
    void stopsAtWhatCannotBeMeant() throws Exception {
        Path config = Files.writeString(folder.resolve("config.yaml"), "deny-tools: [delete_fil]\n");
        fails(run("tools", "--config", config.toString()), 2, "did you mean delete_file?");

        Files.writeString(config, "http: {prot: 80}\n");
        fails(run("stdio", "filesystem", "--config", config.toString()), 2, "did you mean port?");

        Files.writeString(config, "auth: {oauth: {issuer: 'https://i', jwks: 'http://elsewhere/k'}}\n");
        fails(run("serve", "--config", config.toString()), 2, "must be at an https URL");

        Files.writeString(config, "store: {url: 'jdbc:mysql://h/d'}\n");
        fails(run("keys", "list", "--config", config.toString()), 2, "must begin with jdbc:postgresql://");

        Files.writeString(config, "tenants: {a: {}, b: {}}\n");
        fails(run("tools", "--config", config.toString()), 2, "--tenant");
        assertThat(run("tools", "--config", config.toString(), "--tenant", "b").code())
                .isZero();
    }

    @Test
    void printsAConfigurationThatCanBeReadAgain() throws Exception {
        String printed = run("tools", "--root", ".", "--print-config").out();
        Path config = Files.writeString(folder.resolve("config.yaml"), printed);

        assertThat(run("tools", "--print-config", "--config", config.toString()).out())
                .isEqualTo(printed);
        assertThat(Json.read(printed).at("/servers/filesystem/undo-days").asInt())
                .isEqualTo(30);
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            fails(run("serve", "--port", port, "--root", "."), 3, "port " + port);
        }
    }

    @Test
    void refusesToListenForOthersWithoutAskingWhoTheyAre() throws Exception {
        fails(run("serve", "--bind", "0.0.0.0", "--port", "0", "--root", "."), 3, "127.0.0.1");
    }

    @Test
    void readsButChangesNothingWhenTheDataDirectoryCannotBeWritten() throws Exception {
        // Not even root can make a folder below a file.
        Path file = Files.writeString(folder.resolve("file"), "");
        String data = file.resolve("data").toString();

        Packaged.Ended read = run("call", "filesystem", "read_file", READ, "--root", ".", "--data-dir", data);
        Packaged.Ended write = run(
                "call",
                "filesystem",
                "write_file",
                "{\"path\":\"new\",\"content\":\"x\"}",
                "--root",
                ".",
                "--data-dir",
                data);
        Packaged.Ended keys = run("keys", "list", "--data-dir", data);

        assertThat(read.out()).startsWith("good morning");
        assertThat(write.out()).startsWith("UNAVAILABLE: ");
        assertThat(write.code()).isEqualTo(1);
        assertThat(folder.resolve("new")).doesNotExist();
        fails(keys, 3, data);
    }

    @Test
    void saysThatTheDiskIsFull() throws Exception {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/full")));
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.createSymbolicLink(data.resolve("millwright.db"), Path.of("/dev/full"));

        fails(run("keys", "list", "--data-dir", data.toString()), 3, "millwright.db");
    }

    @Test
    void printsTheConfigurationThatResults() throws Exception {
        Packaged.Ended printed = run("stdio", "filesystem", "--read-only", "--root", ".", "--print-config");

        assertThat(Json.read(printed.out()).path("read-only").asBoolean()).isTrue();
        assertThat(printed.code()).isZero();
    }

    @Test
    void refusesToChangeAnythingWhenReadOnly() throws Exception {
        Packaged.Ended write = run(
                "call",
                "filesystem",
                "write_file",
                "{\"path\":\"new\",\"content\":\"x\"}",
                "--read-only",
                "--root",
                ".");

        assertThat(write.out()).startsWith("DENIED: ");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void isAsOldAsItSays() throws Exception {
        assertThat(run("version").out()).startsWith("millwright ").doesNotContain("unpackaged");
    }

    @Test
    void writesNothingIntoTheFolderItIsRunIn() throws Exception {
        run("call", "filesystem", "read_file", READ, "--root", ".");
        Path log = folder.resolve("hello.txt");
        Files.writeString(log, "", StandardOpenOption.APPEND);

        try (Stream<Path> names = Files.list(folder)) {
            assertThat(names.map(path -> path.getFileName().toString())
                            .filter(name -> !name.matches("(in|out|err)\\d+")))
                    .containsExactlyInAnyOrder("hello.txt", "share");
        }
    }
}
