import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Calls the tool {@code echo} of MCP servers over HTTP as fast as they answer, and compares them.
 *
 * <p>Usage: {@code java HttpLoad.java CONNECTIONS SECONDS ROUNDS NAME=ERA=URL…}, where ERA is {@code sessions} or {@code
 * stateless}. Rounds go over the servers in turn, so that a busy moment of the machine hits all of them; the table shows
 * the median round and its ratio to the first server. The client is a few sockets and no library, to leave the
 * processors to the servers. Every answer is checked to hold the text sent. Exits with 1 when one does not.
 */
final class HttpLoad {
    private static final String TEXT = "the quick brown fox jumps over the lazy dog";

    record Target(String name, boolean stateless, URI url) {
        static Target of(String argument) {
            String[] parts = argument.split("=", 3);
            return new Target(parts[0], parts[1].equals("stateless"), URI.create(parts[2]));
        }
    }

    record Round(double perSecond, double p50, double p99) {}

    record Answer(int status, String session, byte[] body) {}

    /** One connection; HTTP/1.1 as far as these answers need it. */
    static final class Connection implements AutoCloseable {
        private final Target target;
        private final Socket socket;
        private final InputStream in;

        Connection(Target target) throws IOException {
            this.target = target;
            this.socket = new Socket(target.url().getHost(), target.url().getPort());
            socket.setTcpNoDelay(true);
            this.in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        }

        byte[] request(String body, String... headers) {
            StringBuilder head = new StringBuilder("POST " + target.url().getPath() + " HTTP/1.1\r\nHost: "
                    + target.url().getAuthority()
                    + "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(bytes);
            return all.toByteArray();
        }

        Answer send(byte[] request) throws IOException {
            socket.getOutputStream().write(request);
            String line = line();
            int status = Integer.parseInt(line.substring(9, 12));
            int length = -1;
            boolean chunked = false;
            String session = "";
            for (line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                String name = line.substring(0, colon);
                String value = line.substring(colon + 1).strip();
                if (name.equalsIgnoreCase("Content-Length")) {
                    length = Integer.parseInt(value);
                } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
                    chunked = true;
                } else if (name.equalsIgnoreCase("Mcp-Session-Id")) {
                    session = value;
                }
            }
            return new Answer(status, session, chunked ? chunks() : in.readNBytes(Math.max(length, 0)));
        }

        private byte[] chunks() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.writeBytes(in.readNBytes(size));
                line();
            }
            line();
            return body.toByteArray();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the server closed the connection");
                } else if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        /** The request that is repeated, after what must come before it. */
        byte[] echo() throws IOException {
            String meta = target.stateless()
                    ? "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}},"
                    : "";
            String argument = target.name().startsWith("millwright") ? "text" : "message";
            String call =
                    "{\"jsonrpc\":\"2.0\",\"id\":1000000000,\"method\":\"tools/call\",\"params\":{%s\"name\":\"echo\",\"arguments\":{\"%s\":\"%s\"}}}"
                            .formatted(meta, argument, TEXT);
            if (target.stateless()) {
                return request(
                        call, "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: echo");
            }
            String session = send(
                            request(
                                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"load\",\"version\":\"1\"}}}"))
                    .session();
            String[] headers = {"Mcp-Session-Id: " + session, "MCP-Protocol-Version: 2025-11-25"};
            send(request("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", headers));
            return request(call, headers);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Nanoseconds of each call on one connection until the time is up. */
    private static List<Long> run(Target target, long end) throws IOException {
        List<Long> times = new ArrayList<>();
        try (Connection connection = new Connection(target)) {
            byte[] request = connection.echo();
            byte[] wanted = TEXT.getBytes(StandardCharsets.UTF_8);
            int id = indexOf(request, "1000000000".getBytes(StandardCharsets.US_ASCII));
            for (long start = System.nanoTime(); start < end; ) {
                count(request, id + 9);
                Answer answer = connection.send(request);
                long now = System.nanoTime();
                times.add(now - start);
                start = now;
                if (answer.status() != 200 || indexOf(answer.body(), wanted) < 0) {
                    throw new IOException(
                            target.name() + " said " + answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8));
                }
            }
        }
        return times;
    }

    /** Raises a decimal number by one; a session must not see an id twice. @param last index of its last digit */
    private static void count(byte[] text, int last) {
        int i = last;
        for (; text[i] == '9'; i--) {
            text[i] = '0';
        }
        text[i]++;
    }

    private static int indexOf(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }

    private static Round round(Target target, int connections, int seconds) throws Exception {
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        List<Callable<List<Long>>> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            clients.add(() -> run(target, end));
        }
        List<Long> times = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            for (Future<List<Long>> client : threads.invokeAll(clients)) {
                times.addAll(client.get());
            }
        }
        double elapsed = (System.nanoTime() - begin) / 1e9;
        times.sort(null);
        return new Round(
                times.size() / elapsed, times.get(times.size() / 2) / 1e6, times.get(times.size() * 99 / 100) / 1e6);
    }

    public static void main(String[] args) throws Exception {
        int connections = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        List<Target> targets =
                Arrays.stream(args).skip(3).map(Target::of).toList();
        for (Target target : targets) {
            round(target, connections, seconds);
        }
        List<List<Round>> results = new ArrayList<>();
        targets.forEach(target -> results.add(new ArrayList<>()));
        for (int i = 0; i < rounds; i++) {
            for (int t = 0; t < targets.size(); t++) {
                results.get(t).add(round(targets.get(t), connections, seconds));
            }
        }
        System.out.printf("%-24s %12s %9s %9s %7s%n", "server", "calls/s", "p50 ms", "p99 ms", "ratio");
        double first = 0;
        for (int t = 0; t < targets.size(); t++) {
            List<Round> sorted = results.get(t).stream()
                    .sorted((a, b) -> Double.compare(a.perSecond(), b.perSecond()))
                    .toList();
            Round median = sorted.get(sorted.size() / 2);
            first = t == 0 ? median.perSecond() : first;
            System.out.printf(
                    "%-24s %12.0f %9.2f %9.2f %6.2fx%n",
                    targets.get(t).name(), median.perSecond(), median.p50(), median.p99(), median.perSecond() / first);
        }
    }
}
