import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares search_files of a warm packaged server on stdio with ripgrep, in turns: SearchTimes.java ROUNDS MILLWRIGHT TREE
 * [FLAGS QUERY]…, where FLAGS are e for a regular expression, i for ignoring case, or -.
 */
public final class SearchTimes {
    private static final int WARM_UP = 3;

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        Path tree = Path.of(args[2]);
        Process server = new ProcessBuilder(
                        args[1], "stdio", "filesystem", "--root", tree.toString(), "--data-dir",
                        tree.resolveSibling("data").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        System.out.printf("%-26s %10s %10s %10s %8s%n", "query", "first ms", "median ms", "rg ms", "ratio");
        try (OutputStream to = server.getOutputStream();
                BufferedReader from = server.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 3; i + 1 < args.length; i += 2) {
                String flags = args[i];
                String query = args[i + 1];
                String first = "";
                List<Double> ours = new ArrayList<>();
                List<Double> theirs = new ArrayList<>();
                for (int round = -WARM_UP; round < rounds; round++) {
                    double mine = search(to, from, flags, query);
                    double rg = ripgrep(tree, flags, query);
                    if (round == -WARM_UP) {
                        first = "%.0f".formatted(mine);
                    } else if (round >= 0) {
                        ours.add(mine);
                        theirs.add(rg);
                    }
                }
                double a = median(ours);
                double b = median(theirs);
                System.out.printf("%-26s %10s %10.0f %10.0f %8.2f%n", flags + " " + query, first, a, b, a / b);
            }
        }
        server.waitFor();
    }

    private static double search(OutputStream to, BufferedReader from, String flags, String query) throws IOException {
        String call = ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"search_files\","
                        + "\"arguments\":{\"query\":\"%s\",\"regex\":%s,\"ignoreCase\":%s},\"_meta\":{"
                        + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                        + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}%n")
                .formatted(query.replace("\\", "\\\\"), flags.contains("e"), flags.contains("i"));
        long begin = System.nanoTime();
        to.write(call.getBytes(StandardCharsets.UTF_8));
        to.flush();
        String answer = from.readLine();
        double millis = (System.nanoTime() - begin) / 1e6;
        if (answer == null || !answer.contains("\"structuredContent\"") || answer.contains("\"isError\":true")) {
            throw new IOException("search_files answered " + answer);
        }
        return millis;
    }

    private static double ripgrep(Path tree, String flags, String query) throws Exception {
        List<String> command = new ArrayList<>(List.of("rg"));
        if (!flags.contains("e")) {
            command.add("-F");
        }
        if (flags.contains("i")) {
            command.add("-i");
        }
        command.addAll(List.of("-e", query, tree.toString()));
        long begin = System.nanoTime();
        int exit = new ProcessBuilder(command)
                .redirectOutput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (exit > 1) {
            throw new IOException("rg ended with " + exit);
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
