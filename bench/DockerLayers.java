import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Compares how fast analyze_image_layers takes an image of 1 GB and 100,000 files from the engine with how fast docker save
 * does: DockerLayers.java ROUNDS MILLWRIGHT… builds the image on the machine's engine, lets the command line write it to
 * nowhere and our Docker server, on stdio in 64 MB of heap, analyse it in turns, and removes the image. Needs docker and an
 * engine.
 */
public final class DockerLayers {
    private static final String IMAGE = "millwright-bench/layers:1";
    private static final int FILES = 100_000;
    private static final int LAYERS = 8;
    private static final long BYTES = 1_000_000_000L;

    private DockerLayers() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        List<String> command = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
        command.addAll(List.of("--data-dir", Files.createTempDirectory("bench").toString()));
        build();
        try (StdioServer server = new StdioServer(command, Map.of("JDK_JAVA_OPTIONS", "-Xmx64m")).open()) {
            long size = 0;
            double[] save = new double[rounds];
            double[] analysis = new double[rounds];
            for (int i = -1; i < rounds; i++) { // one to warm up
                long start = System.nanoTime();
                size = saved();
                save[Math.max(0, i)] = (System.nanoTime() - start) / 1e9;
                double millis = server.call("analyze_image_layers {\"image\":\"" + IMAGE + "\"}");
                if (Double.isNaN(millis)) {
                    throw new IOException(server.answer());
                }
                analysis[Math.max(0, i)] = millis / 1e3;
            }
            double engine = size / 1e6 / median(save);
            double we = size / 1e6 / median(analysis);
            System.out.printf(Locale.ROOT, "archive %d MB, %d rounds, p50%n", size / 1_000_000, rounds);
            System.out.printf(Locale.ROOT, "docker save >/dev/null                %.0f MB/s%n", engine);
            System.out.printf(
                    Locale.ROOT,
                    "analyze_image_layers, stdio, -Xmx64m  %.0f MB/s, %.0f MB resident, %d tokens%n",
                    we,
                    server.megabytes(),
                    server.tokens());
            System.out.printf(Locale.ROOT, "ratio                                 %.2f%n", we / engine);
        } finally {
            run(List.of("docker", "rmi", "-f", IMAGE));
        }
    }

    private static void build() throws IOException, InterruptedException {
        Path context = Files.createTempDirectory("layers");
        Random random = new Random(1);
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        byte[] content = new byte[(int) (BYTES / FILES)];
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int i = 0; i < FILES / LAYERS; i++) {
                Path folder = context.resolve("l" + layer + "/usr/lib/node_modules/package-" + i / 25);
                Files.createDirectories(folder);
                random.nextBytes(content);
                Files.write(folder.resolve("module-" + i + ".js"), content);
            }
            dockerfile.append("COPY l").append(layer).append(" /l").append(layer / 2).append('\n');
        }
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        run(List.of("docker", "build", "-q", "--force-rm", "-t", IMAGE, context.toString()));
        try (Stream<Path> all = Files.walk(context)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Reads what {@code docker save} writes. @return its bytes */
    private static long saved() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("docker", "save", IMAGE)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long size = 0;
        try (InputStream from = process.getInputStream()) {
            byte[] buffer = new byte[256 * 1024];
            for (int n = from.read(buffer); n > 0; n = from.read(buffer)) {
                size += n;
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("docker save failed");
        }
        return size;
    }

    private static double median(double[] all) {
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed");
        }
    }
}
