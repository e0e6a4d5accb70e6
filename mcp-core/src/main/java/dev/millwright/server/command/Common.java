package dev.millwright.server.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.call.Metrics;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.server.Assembly;
import dev.millwright.server.Configuration;
import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.Serving;
import dev.millwright.server.Stop;
import dev.millwright.transport.http.PrometheusMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of everything that has a configuration, and how they lie over it. */
public final class Common {
    /** Label of a flag whose value is a number. */
    public static final String NUMBER = "N";

    private static final String CONFIG = "--config";
    private static final String PRINT = "--print-config";

    private Common() {}

    /** Which tenant the local user works in. */
    public static final Flag TENANT = new Flag(
            "--tenant",
            "NAME",
            "",
            false,
            "Tenant to work in, where several are configured and none is named default.");

    /** Where serving over HTTP listens. */
    public static final Flag BIND = new Flag(
            "--bind",
            "ADDRESS",
            "http.bind",
            false,
            "Address to listen on; default: 127.0.0.1. Any other needs authentication configured.");

    /** The common options, then those of the servers, then the verb's own. */
    public static List<Flag> flags(List<McpServer<?, ?>> servers, List<Flag> own) {
        List<Flag> flags = new ArrayList<>();
        flags.add(new Flag(CONFIG, "FILE", "", false, "Configuration to use instead of the standard one."));
        flags.add(new Flag("--data-dir", "DIR", "data-dir", false, "Folder for everything durable."));
        flags.add(new Flag("--read-only", "", "read-only", false, "Refuse every tool that changes something."));
        flags.add(new Flag(
                "--yes", "", "unconfirmed", false, "Do what destroys without asking a person; this is recorded."));
        flags.add(new Flag(PRINT, "", "", false, "Show the configuration that results, and do nothing else."));
        servers.forEach(server -> flags.addAll(server.flags()));
        flags.addAll(own);
        return List.copyOf(flags);
    }

    /** Loads the configuration with the line's options over it. */
    private static Configuration configuration(
            Line line, List<Flag> flags, Terminal terminal, List<McpServer<?, ?>> servers) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (Flag flag : flags) {
            if (line.has(flag.option()) && !flag.key().isEmpty()) {
                values.put(flag.key(), node(flag, line.values(flag.option())));
            }
        }
        return Configuration.load(line.value(CONFIG).map(Path::of), terminal.environment(), values, servers);
    }

    /** The options without those of servers and verbs. */
    public static List<Flag> flags(Flag... own) {
        return flags(List.of(), List.of(own));
    }

    /** What is done with a process that is wired but serves nothing yet. */
    @FunctionalInterface
    public interface Work {
        /** @return the exit code */
        int on(Assembly assembly) throws Exception;
    }

    /** Wires a process as the line's options say, works on it, and closes it; or shows the configuration if asked to. */
    public static int assembled(
            Line line, List<Flag> flags, Terminal terminal, List<McpServer<?, ?>> servers, String version, Work work)
            throws Exception {
        return assembled(line, flags, terminal, servers, version, (operation, outcome, nanos) -> {}, false, work);
    }

    private static int assembled(
            Line line,
            List<Flag> flags,
            Terminal terminal,
            List<McpServer<?, ?>> servers,
            String version,
            Metrics metrics,
            boolean lasting,
            Work work)
            throws Exception {
        Configuration configuration = configuration(line, flags, terminal, servers);
        if (line.has(PRINT)) {
            terminal.out().println(configuration.print());
            return ExitCode.OK;
        }
        try (Assembly assembly = new Assembly(configuration.settings(), servers, version, metrics, lasting)) {
            return work.on(assembly);
        }
    }

    /** Wires a process and serves over HTTP until it is told to stop. */
    public static int served(
            Line line,
            List<Flag> flags,
            Terminal terminal,
            List<McpServer<?, ?>> servers,
            String version,
            List<McpServer<?, ?>> chosen)
            throws Exception {
        PrometheusMetrics metrics = new PrometheusMetrics();
        try (Stop stop = new Stop()) {
            return assembled(line, flags, terminal, servers, version, metrics, true, assembly -> {
                Serving.http(
                        assembly,
                        chosen,
                        metrics,
                        stop,
                        server -> terminal.err().println("millwright: listening on " + server.uri("")));
                return ExitCode.OK;
            });
        }
    }

    /** A number given as an option that is no configuration key. */
    public static int number(Line line, Flag flag, int unless, int lowest, int highest) {
        String text = line.value(flag.option()).orElse(String.valueOf(unless));
        try {
            int number = Integer.parseInt(text);
            if (number >= lowest && number <= highest) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw outOfRange(flag, lowest, highest, text);
        }
        throw outOfRange(flag, lowest, highest, text);
    }

    private static Failure.Usage outOfRange(Flag flag, int lowest, int highest, String text) {
        return new Failure.Usage(
                "%s must be a number from %d to %d, got %s".formatted(flag.option(), lowest, highest, text));
    }

    private static JsonNode node(Flag flag, List<String> values) {
        if (flag.value().isEmpty()) {
            return BooleanNode.TRUE;
        } else if (flag.list()) {
            ArrayNode list = Json.array();
            values.forEach(list::add);
            return list;
        } else if (flag.value().equals(NUMBER)) {
            return number(flag, values.getFirst());
        }
        return TextNode.valueOf(values.getFirst());
    }

    private static JsonNode number(Flag flag, String value) {
        try {
            return IntNode.valueOf(Integer.parseInt(value));
        } catch (NumberFormatException e) {
            throw new Failure.Usage(flag.option() + " must be a whole number, got " + value);
        }
    }

    /** The servers of these names, in the order given; all when none is named. */
    public static List<McpServer<?, ?>> chosen(List<String> names, List<McpServer<?, ?>> servers) {
        if (names.isEmpty()) {
            return servers;
        }
        Map<String, McpServer<?, ?>> chosen = new LinkedHashMap<>();
        for (String name : names) {
            chosen.put(name, chosen(name, servers));
        }
        return List.copyOf(chosen.values());
    }

    /** @throws Failure.Usage naming the servers there are */
    public static McpServer<?, ?> chosen(String name, List<McpServer<?, ?>> servers) {
        for (McpServer<?, ?> server : servers) {
            if (server.name().equals(name)) {
                return server;
            }
        }
        List<String> known = servers.stream().<String>map(McpServer::name).toList();
        String nearest = Schema.nearest(name, known)
                .map(each -> "; did you mean " + each + "?")
                .orElse("");
        throw new Failure.Usage("there is no server " + name + nearest + "; there are: " + String.join(", ", known));
    }
}
