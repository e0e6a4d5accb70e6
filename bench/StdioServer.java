import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server on stdio as a host runs one: started, asked, timed, and its memory read. Linux only. */
final class StdioServer implements AutoCloseable {
    static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
            + "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

    private final Process process;
    private final OutputStream to;
    private final BufferedReader from;
    private int id = 1;
    private String answer = "";

    StdioServer(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        process = builder.start();
        to = process.getOutputStream();
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Greets it. */
    StdioServer open() throws IOException {
        ask(INITIALIZE);
        say(INITIALIZED);
        return this;
    }

    /** What it said last, one JSON-RPC message. */
    String answer() {
        return answer;
    }

    private void say(String line) throws IOException {
        to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        to.flush();
    }

    void ask(String line) throws IOException {
        say(line);
        do {
            answer = from.readLine();
            if (answer == null) {
                throw new IOException("no answer to " + line);
            }
        } while (!answer.contains("\"id\":" + id) || !answer.contains("\"result\"") && !answer.contains("\"error\""));
    }

    /**
     * Calls a tool.
     *
     * @param toolAndArguments as in {@code k8s_get {"kind":"pods"}}
     * @return milliseconds, or NaN where the tool is not there or fails
     */
    double call(String toolAndArguments) throws IOException {
        id++;
        int space = toolAndArguments.indexOf(' ');
        String line = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
                .formatted(id, toolAndArguments.substring(0, space), toolAndArguments.substring(space + 1));
        long begin = System.nanoTime();
        ask(line);
        double millis = (System.nanoTime() - begin) / 1e6;
        return answer.contains("\"isError\":true") || !answer.contains("\"result\"") ? Double.NaN : millis;
    }

    /** Tokens of what it said last, at four bytes each. */
    int tokens() {
        return answer.getBytes(StandardCharsets.UTF_8).length / 4;
    }

    /** Resident memory of the process and of those it started. */
    double megabytes() throws IOException {
        double all = resident(process.pid());
        for (ProcessHandle each : process.descendants().toList()) {
            all += resident(each.pid());
        }
        return all;
    }

    private static double resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Integer.parseInt(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        to.close();
        List<ProcessHandle> children = process.descendants().toList();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
