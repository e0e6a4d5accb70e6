package dev.millwright.server.command;

import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.Serving;
import java.util.List;
import java.util.Optional;

/** One server as a program of its own: on stdin and stdout, or over HTTP. */
public final class Standalone {
    private static final Flag HTTP =
            new Flag("--http", Common.NUMBER, "http.port", false, "Serve over HTTP on this port; 0 takes any.");

    private Standalone() {}

    /** What a server's {@code main} does; ends the process. */
    public static void main(McpServer<?, ?> server, String[] arguments) {
        String version = Optional.ofNullable(server.getClass().getPackage().getImplementationVersion())
                .orElse("unpackaged");
        System.exit(run(server, version, List.of(arguments), Terminal.claim()));
    }

    static int run(McpServer<?, ?> server, String version, List<String> arguments, Terminal terminal) {
        Verb verb = verb(server, version);
        return QuickLine.read(arguments, verb.flags())
                .filter(line -> line.words().isEmpty())
                .map(line -> verb.perform(line, terminal))
                .orElseGet(() -> new Commands(verb).run(arguments, terminal));
    }

    private static Verb verb(McpServer<?, ?> server, String version) {
        List<McpServer<?, ?>> servers = List.of(server);
        List<Flag> flags = Common.flags(servers, List.of(HTTP, Common.BIND, Common.TENANT));
        return Verb.of(
                "millwright-" + server.name(),
                server.summary() + "\nServes MCP on stdin and stdout, or over HTTP with --http.",
                List.of(),
                flags,
                (line, terminal) -> {
                    if (line.has(HTTP.option())) {
                        return Common.served(line, flags, terminal, servers, version, servers);
                    }
                    return Common.assembled(line, flags, terminal, servers, version, assembly -> {
                        Serving.stdio(
                                assembly, servers, line.value(Common.TENANT.option()), terminal.in(), terminal.out());
                        return ExitCode.OK;
                    });
                });
    }
}
