import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.layers.HashedLayers;
import dev.millwright.docker.layers.Waste;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Compares how fast the layers of an image of 1 GB and 100,000 files are analysed with how fast the engine writes it:
 * DockerLayers.java ROUNDS CLASSPATH THIS_FILE builds the image on the machine's engine, takes {@code docker save} to nowhere and the
 * analysis of the same stream in turns, and removes the image. The analysis runs in a process of 64 MB of heap. Needs docker
 * and an engine.
 */
public final class DockerLayers {
    private static final String IMAGE = "millwright-bench/layers:1";
    private static final int FILES = 100_000;
    private static final int LAYERS = 8;
    private static final long BYTES = 1_000_000_000L;

    private DockerLayers() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("-")) {
            analyze();
            return;
        }
        int rounds = Integer.parseInt(arguments[0]);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> ours = List.of(
                java, "-Xmx64m", "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow", "-cp", arguments[1],
                Path.of(arguments[2]).toString(), "-");
        build();
        try {
            List<Double> save = new ArrayList<>();
            List<Double> analysis = new ArrayList<>();
            long size = piped(List.of("wc", "-c"), save);
            save.clear();
            for (int i = 0; i < rounds; i++) {
                piped(List.of("sh", "-c", "cat >/dev/null"), save);
                piped(ours, analysis);
            }
            double engine = size / 1e6 / median(save);
            double we = size / 1e6 / median(analysis);
            System.out.printf(Locale.ROOT, "archive %d MB%n", size / 1_000_000);
            System.out.printf(Locale.ROOT, "docker save | cat >/dev/null  %.0f MB/s%n", engine);
            System.out.printf(Locale.ROOT, "docker save | analysis        %.0f MB/s, -Xmx64m%n", we);
            System.out.printf(Locale.ROOT, "ratio                         %.2f%n", we / engine);
        } finally {
            run(List.of("docker", "rmi", "-f", IMAGE));
        }
    }

    /** What the tool does with the stream that the engine gives it. */
    private static void analyze() throws IOException {
        HashedLayers layers = new HashedLayers();
        long start = System.nanoTime();
        try (InputStream in = new BufferedInputStream(System.in, 256 * 1024)) {
            ArchivedImage image = ImageArchive.read(in, layers).getFirst();
            Waste waste = Waste.of(image, layers);
            System.err.printf(
                    Locale.ROOT,
                    "%d layers, %d MB, %d MB wasted, %.1f s, heap %d MB after%n",
                    waste.layers().size(),
                    waste.carried() / 1_000_000,
                    waste.reclaimable() / 1_000_000,
                    (System.nanoTime() - start) / 1e9,
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
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

    /** Runs {@code docker save} into a program. @return what it printed, as a number, where it did */
    private static long piped(List<String> program, List<Double> seconds) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Process> both = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder("docker", "save", IMAGE).redirectError(ProcessBuilder.Redirect.INHERIT),
                new ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.INHERIT)));
        String said = new String(both.getLast().getInputStream().readAllBytes()).strip();
        if (both.getLast().waitFor() != 0) {
            throw new IOException(program + " failed");
        }
        seconds.add((System.nanoTime() - start) / 1e9);
        return said.matches("\\d+") ? Long.parseLong(said) : 0;
    }

    private static double median(List<Double> all) {
        return all.stream().sorted().skip(all.size() / 2).findFirst().orElseThrow();
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed");
        }
    }
}
