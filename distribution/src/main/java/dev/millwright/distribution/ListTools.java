package dev.millwright.distribution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.ToolOperation;
import dev.millwright.call.Who;
import dev.millwright.identity.Caller;
import dev.millwright.json.Json;
import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Line;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import java.util.List;
import java.util.Locale;

/** {@code tools [SERVER]}: what a client would be offered. */
final class ListTools {
    private static final Flag JSON = new Flag("--json", "", "", false, "As tools/list has it.");

    private ListTools() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> flags = Common.flags(servers, List.of(JSON, Common.TENANT));
        return Verb.of(
                "tools",
                "List the tools of a server, or of all.",
                List.of(new Verb.Word("SERVER", "0..*", "Only these servers.")),
                flags,
                (line, terminal) -> list(line, terminal, flags, servers));
    }

    private static int list(Line line, Terminal terminal, List<Flag> flags, List<McpServer<?, ?>> servers)
            throws Exception {
        List<McpServer<?, ?>> chosen = Common.chosen(line.words(), servers);
        return Common.assembled(line, flags, terminal, servers, Millwright.VERSION, assembly -> {
            Who who =
                    new Who(Caller.local(), assembly.tenants().of(Caller.local(), line.value(Common.TENANT.option())));
            List<ToolOperation<?, ?>> tools =
                    assembly.endpoint("millwright", chosen).tools(who);
            if (line.has(JSON.option())) {
                ObjectNode all = Json.object();
                ArrayNode faces = all.putArray("tools");
                tools.forEach(tool -> faces.add(tool.face()));
                terminal.out().println(Json.write(all));
            } else {
                tools.forEach(tool -> terminal.out().println(row(tool)));
            }
            return ExitCode.OK;
        });
    }

    private static String row(ToolOperation<?, ?> tool) {
        String effect = tool.operation().effect().name().toLowerCase(Locale.ROOT);
        String description = tool.face().path("description").asText();
        int end = description.indexOf(". ");
        return "%-12s %-18s %-9s %s"
                .formatted(
                        tool.operation().server(),
                        tool.name(),
                        effect,
                        end < 0 ? description : description.substring(0, end + 1));
    }
}
