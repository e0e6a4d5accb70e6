package dev.millwright.distribution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.distribution.demo.Demonstration;
import dev.millwright.distribution.register.Host;
import dev.millwright.json.Json;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@code demo}: the main job, shown. */
final class Demo {
    private Demo() {}

    static Verb verb() {
        return Verb.of(
                "demo",
                "Show the main job: the packaged server over stdio and over HTTP, in a scratch folder; exit code 1 if"
                        + " anything is not as it should be.",
                List.of(),
                List.of(),
                (line, terminal) -> show(terminal));
    }

    private static int show(Terminal terminal) throws IOException, InterruptedException {
        Path launcher = Home.launcher();
        if (!new Demonstration(launcher, terminal.out(), terminal.err()).run()) {
            return ExitCode.FAILED;
        }
        Host host = Host.ALL.getFirst();
        ObjectNode block = Json.object();
        block.putObject(host.servers())
                .set(
                        "millwright",
                        Register.entry(
                                host,
                                launcher,
                                List.of(Stdio.NAME, "filesystem", "--root", System.getProperty("user.home"))));
        terminal.out().println("All as it should be. To use it in an MCP host, paste this, with a folder of yours:");
        terminal.out().println();
        terminal.out().println(block.toPrettyString());
        return ExitCode.OK;
    }
}
