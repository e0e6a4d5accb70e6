package dev.millwright.distribution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.distribution.register.Host;
import dev.millwright.distribution.register.HostFile;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Failure;
import dev.millwright.server.command.Line;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code register HOST}: the entry by which a host starts Millwright. */
final class Register {
    private static final Flag WRITE =
            new Flag("--write", "", "", false, "Merge the entry into the host's file, keeping a copy of the file.");
    private static final Flag SERVER = new Flag("--server", "SERVER", "", true, "Server to start; default: all.");
    private static final Flag NAME =
            new Flag("--name", "NAME", "", false, "What the host calls it; default: millwright.");
    private static final Flag FILE = new Flag("--file", "FILE", "", false, "The host's file, if not the usual one.");

    private Register() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> flags = Common.flags(servers, List.of(SERVER, NAME, FILE, WRITE));
        String hosts = String.join(", ", Host.ALL.stream().map(Host::name).toList());
        return Verb.of(
                "register",
                "Print what to add to the configuration of an MCP host, or add it with --write.",
                List.of(new Verb.Word("HOST", "1", "One of " + hosts + ".")),
                flags,
                (line, terminal) -> register(line, terminal, flags, servers));
    }

    private static int register(Line line, Terminal terminal, List<Flag> flags, List<McpServer<?, ?>> servers)
            throws IOException {
        Host host = host(line.words().getFirst());
        List<McpServer<?, ?>> chosen = Common.chosen(line.values(SERVER.option()), servers);
        Host.Machine machine = new Host.Machine(
                System.getProperty("os.name"),
                Path.of(System.getProperty("user.home")),
                Path.of("").toAbsolutePath(),
                terminal.environment());
        Path file = line.value(FILE.option()).map(Path::of).orElseGet(() -> host.file(machine));
        String name = line.value(NAME.option()).orElse("millwright");
        ObjectNode entry = entry(host, Home.launcher(), arguments(line, chosen, flags));
        if (!line.has(WRITE.option())) {
            ObjectNode block = Json.object();
            block.putObject(host.servers()).set(name, entry);
            terminal.err().println("Merge this into " + file + ", or let --write do it:");
            terminal.out().println(block.toPrettyString());
            return ExitCode.OK;
        }
        boolean existed = Files.exists(file);
        Optional<Path> backup = new HostFile(file).set(host.servers(), name, entry);
        String done = backup.map(copy -> "changed " + file + "; before it was " + copy)
                .orElse(existed ? file + " has it already" : "wrote " + file);
        terminal.out().println(done);
        return ExitCode.OK;
    }

    private static Host host(String name) {
        List<String> known = Host.ALL.stream().map(Host::name).toList();
        return Host.ALL.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Failure.Usage("there is no host " + name
                        + Schema.nearest(name, known)
                                .map(nearest -> "; did you mean " + nearest + "?")
                                .orElse("")
                        + "; there are: " + String.join(", ", known)));
    }

    /** The entry of one launcher with these arguments. */
    static ObjectNode entry(Host host, Path launcher, List<String> arguments) {
        ObjectNode entry = Json.object();
        if (host.typed()) {
            entry.put("type", "stdio");
        }
        entry.put("command", launcher.toString());
        ArrayNode list = entry.putArray("args");
        arguments.forEach(list::add);
        return entry;
    }

    /** The command line that starts the servers with the same options; folders absolute, hosts start anywhere. */
    private static List<String> arguments(Line line, List<McpServer<?, ?>> chosen, List<Flag> flags) {
        List<String> arguments = new ArrayList<>(List.of(Stdio.NAME));
        chosen.forEach(server -> arguments.add(server.name()));
        for (Flag flag : flags) {
            if (!line.has(flag.option()) || List.of(SERVER, NAME, FILE, WRITE).contains(flag)) {
                continue;
            }
            if (flag.value().isEmpty()) {
                arguments.add(flag.option());
            }
            for (String value : line.values(flag.option())) {
                boolean path = flag.value().equals("DIR") || flag.value().equals("FILE");
                arguments.add(flag.option());
                arguments.add(path ? Path.of(value).toAbsolutePath().normalize().toString() : value);
            }
        }
        return arguments;
    }
}
