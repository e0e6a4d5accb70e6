package dev.millwright.distribution.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.config.ConfigException;
import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostFileTest {
    @TempDir
    Path folder;

    private Path file;
    private final ObjectNode entry = Json.object().put("command", "/opt/millwright");

    @BeforeEach
    void setUp() {
        entry.putArray("args").add("stdio");
        file = folder.resolve("Claude").resolve("config.json");
    }

    private Optional<Path> set() throws IOException {
        return new HostFile(file).set("mcpServers", "millwright", entry);
    }

    private void given(String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void writesAFileThatWasNotThere() throws IOException {
        assertThat(set()).isEmpty();

        assertThat(file).hasContent("""
                {
                  "mcpServers": {
                    "millwright": {
                      "command": "/opt/millwright",
                      "args": [ "stdio" ]
                    }
                  }
                }
                """);
    }

    @Test
    void keepsCommentsOrderUnknownKeysAndATrailingComma() throws IOException {
        given("""
                {
                    // my servers
                    "zeta": 1.50,
                    "mcpServers": {
                        "other": {"command": "x", "env": {"A": "b"}}, // keep, this
                    },
                    /* later */
                    "alpha": [1,2]
                }
                """);

        set();

        assertThat(file).hasContent("""
                {
                    // my servers
                    "zeta": 1.50,
                    "mcpServers": {
                        "other": {"command": "x", "env": {"A": "b"}},
                        "millwright": {
                            "command": "/opt/millwright",
                            "args": [ "stdio" ]
                        }, // keep, this
                    },
                    /* later */
                    "alpha": [1,2]
                }
                """);
    }

    @Test
    void addsTheSectionToAFileWithoutOne() throws IOException {
        given("{\n  \"theme\": \"dark\"\n}\n");

        set();

        assertThat(Json.mapper().readTree(file.toFile()).path("theme").asText()).isEqualTo("dark");
        assertThat(Json.mapper().readTree(file.toFile()).at("/mcpServers/millwright"))
                .isEqualTo(entry);
        assertThat(Files.readString(file)).startsWith("{\n  \"theme\": \"dark\",\n  \"mcpServers\": {");
    }

    @Test
    void keepsWhatThePersonAddedToOurOwnEntry() throws IOException {
        given("{\"mcpServers\": {\"millwright\": {\"command\": \"old\", \"env\": {\"K\": \"v\"}}, \"b\": {}}}");

        set();

        assertThat(Json.mapper().readTree(file.toFile()))
                .isEqualTo(Json.read(
                        "{\"mcpServers\":{\"millwright\":{\"command\":\"/opt/millwright\",\"env\":{\"K\":\"v\"},"
                                + "\"args\":[\"stdio\"]},\"b\":{}}}"));
    }

    @Test
    void changesNothingTheSecondTime() throws IOException {
        given("{}");
        set();
        byte[] once = Files.readAllBytes(file);

        assertThat(set()).isEmpty();

        assertThat(file).hasBinaryContent(once);
        assertThat(names()).containsExactlyInAnyOrder("config.json", "config.json.bak");
    }

    @Test
    void keepsACopyOfWhatWasThereAndNeverOverAnOlderCopy() throws IOException {
        given("{ }");
        Files.writeString(file.resolveSibling("config.json.bak"), "older");

        Optional<Path> backup = set();

        assertThat(backup).contains(file.toRealPath().resolveSibling("config.json.bak1"));
        assertThat(backup.orElseThrow()).hasContent("{ }");
        assertThat(file.resolveSibling("config.json.bak")).hasContent("older");
    }

    @Test
    void keepsWindowsLineEndsByteOrderMarkAndMode() throws IOException {
        given("\uFEFF{\r\n\t\"mcpServers\": {\r\n\t}\r\n}\r\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        set();

        String text = Files.readString(file, StandardCharsets.UTF_8);
        assertThat(text).startsWith("\uFEFF{\r\n\t\"mcpServers\": {\r\n\t\t\"millwright\": {\r\n");
        assertThat(text.replace("\r\n", "")).doesNotContain("\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void writesThroughASymbolicLink() throws IOException {
        Path real = Files.writeString(folder.resolve("dotfiles.json"), "{}");
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, real);

        set();

        assertThat(file).isSymbolicLink();
        assertThat(Files.readString(real)).contains("millwright");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mcpServers\": {",
                "[]",
                "{\"mcpServers\": []}",
                "{\"mcpServers\": {}} x",
                "{\"a\": 1, \"a\": 2}",
                "{\"mcpServers\": null}",
                "not json"
            })
    void leavesAFileAsItIsThatItsHostCouldNotRead(String text) throws IOException {
        given(text);

        assertThatThrownBy(this::set)
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + " was left as it is: ");

        assertThat(file).hasContent(text);
        assertThat(names()).containsExactly("config.json");
    }

    @Test
    void leavesAFileAsItIsThatIsNotText() throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {'{', (byte) 0xff, '}'});

        assertThatThrownBy(this::set).isInstanceOf(ConfigException.class).hasMessageContaining("not UTF-8");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(file.getParent())) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }
}
