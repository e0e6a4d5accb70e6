package dev.millwright.distribution.register;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that starts MCP servers, and where it looks for them.
 *
 * @param servers key of the object that holds the servers by name
 * @param typed whether an entry says that it is of type {@code stdio}
 */
public record Host(String name, String servers, boolean typed, Place place) {
    /** Where the file is. */
    @FunctionalInterface
    interface Place {
        Path on(Machine machine);
    }

    /**
     * What the places depend on.
     *
     * @param system as in the system property {@code os.name}
     * @param folder the current one, which is the project's
     */
    public record Machine(String system, Path home, Path folder, Map<String, String> environment) {
        boolean isMac() {
            return system.startsWith("Mac");
        }

        boolean isWindows() {
            return system.startsWith("Windows");
        }
    }

    public static final List<Host> ALL = List.of(
            new Host("claude-desktop", "mcpServers", false, Host::claudeDesktop),
            new Host(
                    "claude-code",
                    "mcpServers",
                    true,
                    machine -> machine.folder().resolve(".mcp.json")),
            new Host("vscode", "servers", true, machine -> machine.folder().resolve(".vscode", "mcp.json")),
            new Host("cursor", "mcpServers", false, machine -> machine.home().resolve(".cursor", "mcp.json")));

    /** Its file on this machine. */
    public Path file(Machine machine) {
        return place.on(machine);
    }

    private static Path claudeDesktop(Machine machine) {
        Path folder;
        if (machine.isMac()) {
            folder = machine.home().resolve("Library", "Application Support");
        } else if (machine.isWindows()) {
            folder = variable(machine, "APPDATA").orElse(machine.home().resolve("AppData", "Roaming"));
        } else {
            folder = variable(machine, "XDG_CONFIG_HOME").orElse(machine.home().resolve(".config"));
        }
        return folder.resolve("Claude", "claude_desktop_config.json");
    }

    private static Optional<Path> variable(Machine machine, String name) {
        return Optional.ofNullable(machine.environment().get(name))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }
}
