package dev.millwright.distribution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Client;
import dev.millwright.call.Reply;
import dev.millwright.call.Who;
import dev.millwright.identity.Caller;
import dev.millwright.json.Json;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.ProtocolException;
import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Failure;
import dev.millwright.server.command.Line;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import dev.millwright.tool.Content;
import dev.millwright.tool.Question;
import dev.millwright.tool.Unanswerable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code call SERVER TOOL JSON}: one call through the same chain as any other. */
final class CallTool {
    private static final Flag JSON = new Flag(
            "--json", "", "", false, "Print the structured content as one line of JSON, whatever else the tool says.");

    private CallTool() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> flags = Common.flags(servers, List.of(JSON, Common.TENANT));
        return Verb.of(
                "call",
                "Call one tool: the answer on stdout, exit code 0 for success and 1 for an answer that is an error.",
                List.of(
                        new Verb.Word("SERVER", "1", "Server that has the tool."),
                        new Verb.Word("TOOL", "1", "Name of the tool."),
                        new Verb.Word("JSON", "0..1", "Its arguments; - reads them from stdin; default {}.")),
                flags,
                (line, terminal) -> call(line, terminal, flags, servers));
    }

    private static int call(Line line, Terminal terminal, List<Flag> flags, List<McpServer<?, ?>> servers)
            throws Exception {
        McpServer<?, ?> server = Common.chosen(line.words().getFirst(), servers);
        JsonNode arguments = arguments(line.words().size() > 2 ? line.words().get(2) : "{}", terminal);
        return Common.assembled(line, flags, terminal, servers, Millwright.VERSION, assembly -> {
            Endpoint endpoint = assembly.endpoint(server.name(), List.of(server));
            Who who =
                    new Who(Caller.local(), assembly.tenants().of(Caller.local(), line.value(Common.TENANT.option())));
            try {
                Reply.Answer answer = endpoint.call(who, line.words().get(1), arguments, new Person(terminal));
                print(answer, line.has(JSON.option()), terminal);
                return answer.error() ? ExitCode.FAILED : ExitCode.OK;
            } catch (ProtocolException e) {
                throw new Failure.Usage(e.getMessage());
            }
        });
    }

    private static JsonNode arguments(String text, Terminal terminal) throws IOException {
        String json = text.equals("-") ? new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8) : text;
        try {
            return Json.read(json);
        } catch (JsonProcessingException e) {
            throw new Failure.Usage("the arguments are not JSON: " + e.getOriginalMessage());
        }
    }

    private static void print(Reply.Answer answer, boolean json, Terminal terminal) {
        Optional<JsonNode> structured = answer.structured();
        if (structured.isPresent() && (json || answer.content().isEmpty())) {
            terminal.out()
                    .println(
                            json
                                    ? Json.write(structured.get())
                                    : structured.get().toPrettyString());
            return;
        }
        answer.content().forEach(content -> terminal.out().println(shown(content)));
    }

    private static String shown(Content content) {
        return switch (content) {
            case Content.Text text -> text.text();
            case Content.Image image -> "(%s, %d bytes)".formatted(image.mimeType(), image.data().length);
            case Content.Audio audio -> "(%s, %d bytes)".formatted(audio.mimeType(), audio.data().length);
            case Content.Embedded embedded ->
                embedded.resource().text().orElse("(" + embedded.resource().mimeType() + ")");
            case Content.Link link -> link.uri();
        };
    }

    /** The person at the terminal, who sees progress and is asked nothing: {@code --yes} or a plan token answers. */
    private record Person(Terminal terminal) implements Client {
        @Override
        public boolean canAsk(Question question) {
            return false;
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) {
            throw new Unanswerable("elicitation");
        }

        @Override
        public void progress(double done, double total, String message) {
            terminal.err().println(total > 0 ? "%.0f/%.0f %s".formatted(done, total, message) : message);
        }

        @Override
        public void log(String level, String logger, String message) {
            terminal.err().println(level + " " + logger + " " + message);
        }

        @Override
        public ObjectNode meta() {
            return Json.object();
        }
    }
}
