import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares starts, memory and small reads of two MCP servers on stdio, in turns: StartTimes.java ROUNDS MILLWRIGHT
 * NODE_SCRIPT FOLDER. Linux only: memory is read from /proc.
 */
public final class StartTimes {
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    private static final String DISCOVER =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" + META + "}}";
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
            + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

    private static final int WARM_UP = 1500;
    private static final int READS = 300;
    private static final int TURNS = 10;

    /** One server and how it is started. */
    private record Peer(String name, String tool, List<String> command) {}

    private static final class Session implements AutoCloseable {
        final Process process;
        final OutputStream to;
        final BufferedReader from;
        private final Peer peer;
        private int id = 1;

        Session(Peer peer) throws IOException {
            this.peer = peer;
            process = new ProcessBuilder(peer.command())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            to = process.getOutputStream();
            from = process.inputReader(StandardCharsets.UTF_8);
        }

        void say(String line) throws IOException {
            to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            to.flush();
        }

        String ask(String line) throws IOException {
            say(line);
            String answer = from.readLine();
            if (answer == null || !answer.contains("\"result\"") || answer.contains("\"isError\":true")) {
                throw new IOException(peer.name() + " answered " + answer + " to " + line);
            }
            return answer;
        }

        void read(Path file) throws IOException {
            id++;
            ask("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"path\":\"%s\"}}}"
                    .formatted(id, peer.tool(), file));
        }

        double megabytes() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Integer.parseInt(line.replaceAll("\\D", "")) / 1024.0;
                }
            }
            throw new IOException("no VmRSS of " + peer.name());
        }

        @Override
        public void close() throws IOException {
            to.close();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }

    public static void main(String[] args) throws IOException {
        int rounds = Integer.parseInt(args[0]);
        Path folder = Path.of(args[3]);
        Path file = Files.writeString(folder.resolve("4k.txt"), "0123456789abcdef".repeat(256));
        Peer millwright = new Peer(
                "millwright",
                "read_file",
                List.of(args[1], "stdio", "filesystem", "--root", folder.toString(), "--data-dir",
                        folder.resolveSibling("data").toString()));
        Peer node = new Peer("server-filesystem", "read_text_file", List.of("node", args[2], folder.toString()));

        Map<String, List<Double>> seen = new TreeMap<>();
        for (int round = -1; round < rounds; round++) {
            // The first round only fills the page cache.
            Map<String, List<Double>> into = round < 0 ? new TreeMap<>() : seen;
            start(node, INITIALIZE, "node initialize", into);
            start(millwright, INITIALIZE, "millwright initialize", into);
            start(millwright, DISCOVER, "millwright discover", into);
            memory(node, file, "node memory", into);
            memory(millwright, file, "millwright memory", into);
        }
        reads(millwright, node, file, seen);

        System.out.printf("%-34s %12s %18s %8s %8s%n", "median of " + rounds, "millwright", "server-filesystem", "ratio", "at most");
        row("spawn to initialize, ms", seen, "millwright initialize", "node initialize", 0.85);
        row("spawn to server/discover, ms", seen, "millwright discover", "node initialize", 0.50);
        row("memory after first call, MB", seen, "millwright memory", "node memory", 1.10);
        row("read_file of 4 kB, us", seen, "millwright read", "node read", 1.00);
    }

    private static void start(Peer peer, String first, String name, Map<String, List<Double>> into)
            throws IOException {
        long begin = System.nanoTime();
        try (Session session = new Session(peer)) {
            session.ask(first);
            add(into, name, (System.nanoTime() - begin) / 1e6);
        }
    }

    private static void memory(Peer peer, Path file, String name, Map<String, List<Double>> into) throws IOException {
        try (Session session = new Session(peer)) {
            session.ask(INITIALIZE);
            session.say(INITIALIZED);
            session.read(file);
            add(into, name, session.megabytes());
        }
    }

    private static void reads(Peer millwright, Peer node, Path file, Map<String, List<Double>> into)
            throws IOException {
        try (Session ours = new Session(millwright);
                Session theirs = new Session(node)) {
            for (Session session : List.of(ours, theirs)) {
                session.ask(INITIALIZE);
                session.say(INITIALIZED);
                for (int i = 0; i < WARM_UP; i++) {
                    session.read(file);
                }
            }
            for (int turn = 0; turn < TURNS; turn++) {
                for (Session session : List.of(theirs, ours)) {
                    for (int i = 0; i < READS; i++) {
                        long begin = System.nanoTime();
                        session.read(file);
                        add(into, session == ours ? "millwright read" : "node read", (System.nanoTime() - begin) / 1e3);
                    }
                }
            }
        }
    }

    private static void add(Map<String, List<Double>> into, String name, double value) {
        into.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    private static void row(String what, Map<String, List<Double>> seen, String ours, String theirs, double bound) {
        double a = median(seen.get(ours));
        double b = median(seen.get(theirs));
        System.out.printf("%-34s %12.1f %18.1f %8.2f %8.2f%n", what, a, b, a / b, bound);
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
