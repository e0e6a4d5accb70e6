package dev.millwright.distribution;

import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.Verb;
import java.util.List;

/** {@code serve [SERVER…]}: HTTP for any number of clients. */
final class Serve {
    private static final Flag PORT =
            new Flag("--port", Common.NUMBER, "http.port", false, "TCP port; default: 8080; 0 takes any that is free.");

    private Serve() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> flags = Common.flags(servers, List.of(PORT, Common.BIND));
        return Verb.of(
                "serve",
                "Serve over HTTP: all servers at /mcp, each at /SERVER/mcp.",
                List.of(new Verb.Word("SERVER", "0..*", "Server to offer; default: all.")),
                flags,
                (line, terminal) -> Common.served(
                        line, flags, terminal, servers, Millwright.VERSION, Common.chosen(line.words(), servers)));
    }
}
