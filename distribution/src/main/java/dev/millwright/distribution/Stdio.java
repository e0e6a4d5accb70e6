package dev.millwright.distribution;

import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.Serving;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Verb;
import java.util.List;

/** {@code stdio SERVER…}: what an MCP host starts. */
final class Stdio {
    static final String NAME = "stdio";

    private Stdio() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> flags = Common.flags(servers, List.of(Common.TENANT));
        return Verb.of(
                NAME,
                "Serve one or several servers on stdin and stdout, for a host that starts this process.",
                List.of(new Verb.Word("SERVER", "1..*", "Server to offer.")),
                flags,
                (line, terminal) -> {
                    List<McpServer<?, ?>> chosen = Common.chosen(line.words(), servers);
                    return Common.assembled(line, flags, terminal, servers, Millwright.VERSION, assembly -> {
                        Serving.stdio(
                                assembly, chosen, line.value(Common.TENANT.option()), terminal.in(), terminal.out());
                        return ExitCode.OK;
                    });
                });
    }
}
