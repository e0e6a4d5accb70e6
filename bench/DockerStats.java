import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Times analyze_container_stats of fifty containers beside that of one, in turns: DockerStats.java ROUNDS IMAGE MILLWRIGHT…
 * where IMAGE is a local one with sleep and MILLWRIGHT starts our Docker server on stdio. Starts the containers, and removes
 * them. Needs an engine at its usual socket and the docker command line.
 */
public final class DockerStats {
    private static final int MANY = 50;

    private DockerStats() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        String image = arguments[1];
        List<String> command = new ArrayList<>(List.of(arguments).subList(2, arguments.length));
        command.addAll(List.of("--data-dir", Files.createTempDirectory("bench").toString()));
        List<String> names = new ArrayList<>();
        try (StdioServer server = new StdioServer(command, Map.of()).open()) {
            for (int i = 0; i < MANY; i++) {
                String name = "bench-" + System.nanoTime();
                names.add(name);
                docker("run", "-d", "--network", "none", "--memory", "16m", "--name", name, image, "sleep", "3600");
            }
            for (String shape : List.of("\"samples\":2,\"interval_ms\":500", "\"samples\":5,\"interval_ms\":1000")) {
                double[] one = new double[rounds];
                double[] many = new double[rounds];
                for (int i = -1; i < rounds; i++) { // one to warm up
                    one[Math.max(0, i)] = call(server, names.subList(0, 1), shape);
                    many[Math.max(0, i)] = call(server, names, shape);
                }
                System.out.printf(
                        "analyze_container_stats {%s}, %d rounds, p50 ms: one %.0f, %d %.0f, ratio %.2f%n",
                        shape, rounds, median(one), MANY, median(many), median(many) / median(one));
            }
        } finally {
            List<String> words = new ArrayList<>(List.of("rm", "-f"));
            words.addAll(names);
            docker(words.toArray(String[]::new));
        }
    }

    private static double call(StdioServer server, List<String> names, String shape) throws IOException {
        double millis = server.call("analyze_container_stats {\"containers\":[\"%s\"],%s,\"max_output_chars\":400000}"
                .formatted(String.join("\",\"", names), shape));
        if (Double.isNaN(millis)) {
            throw new IOException(server.answer());
        }
        return millis;
    }

    private static void docker(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("docker " + words[0] + " failed");
        }
    }

    private static double median(double[] all) {
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
