package dev.millwright.distribution.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTest {
    @ParameterizedTest
    @CsvSource({
        "claude-desktop, Linux, /home/u/.config/Claude/claude_desktop_config.json",
        "claude-desktop, Mac OS X, /home/u/Library/Application Support/Claude/claude_desktop_config.json",
        "claude-desktop, Windows 11, /roaming/Claude/claude_desktop_config.json",
        "claude-code, Linux, /project/.mcp.json",
        "vscode, Linux, /project/.vscode/mcp.json",
        "cursor, Linux, /home/u/.cursor/mcp.json"
    })
    void knowsWhereEachHostLooks(String name, String system, String file) {
        Host.Machine machine =
                new Host.Machine(system, Path.of("/home/u"), Path.of("/project"), Map.of("APPDATA", "/roaming"));

        assertThat(Host.ALL.stream()
                        .filter(host -> host.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .file(machine))
                .isEqualTo(Path.of(file));
    }
}
