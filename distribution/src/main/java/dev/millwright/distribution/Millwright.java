package dev.millwright.distribution;

import dev.millwright.server.McpServer;
import dev.millwright.server.command.Commands;
import dev.millwright.server.command.Line;
import dev.millwright.server.command.QuickLine;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import java.util.List;
import java.util.Optional;

/** {@code millwright VERB …}: see {@link #run} for what its exit codes say. */
public final class Millwright {
    /** The version of the suite. */
    static final String VERSION = Optional.ofNullable(
                    Millwright.class.getPackage().getImplementationVersion())
            .orElse("unpackaged");

    private Millwright() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), Terminal.claim(), Servers.ALL));
    }

    /** Runs one command line. @return one of {@link dev.millwright.server.command.ExitCode} */
    static int run(List<String> arguments, Terminal terminal, List<McpServer<?, ?>> servers) {
        if (!arguments.isEmpty() && arguments.getFirst().equals(Stdio.NAME)) {
            Verb stdio = Stdio.verb(servers);
            Optional<Line> line = QuickLine.read(arguments.subList(1, arguments.size()), stdio.flags())
                    .filter(read -> !read.words().isEmpty());
            if (line.isPresent()) {
                return stdio.perform(line.get(), terminal);
            }
        }
        return new Commands(root(servers)).run(arguments, terminal);
    }

    private static Verb root(List<McpServer<?, ?>> servers) {
        return Verb.group(
                "millwright",
                "MCP servers that give AI agents safe hands on real infrastructure.\n"
                        + "Exit codes: 0 done; 1 answered with an error, or a check found something; 2 unusable command"
                        + " line or configuration; 3 something needed is missing, busy, full or not allowed; 4 a defect.",
                List.of(
                        Stdio.verb(servers),
                        Serve.verb(servers),
                        CallTool.verb(servers),
                        ListTools.verb(servers),
                        Register.verb(servers),
                        Keys.verb(servers),
                        AuditTrail.verb(servers),
                        Doctor.verb(servers),
                        Demo.verb(),
                        version()));
    }

    private static Verb version() {
        return Verb.of("version", "Show the version.", List.of(), List.of(), (line, terminal) -> {
            terminal.out().println("millwright " + VERSION);
            return 0;
        });
    }
}
