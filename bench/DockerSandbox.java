import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Times run_in_sandbox of {@code echo} under bubblewrap and in a container beside {@code docker run} of the same, in turns:
 * DockerSandbox.java ROUNDS IMAGE MILLWRIGHT… where IMAGE is a local one with echo and MILLWRIGHT starts our Docker server on
 * stdio. Needs an engine at its usual socket, the docker command line, and bubblewrap.
 */
public final class DockerSandbox {
    private DockerSandbox() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        String image = arguments[1];
        List<String> command = new ArrayList<>(List.of(arguments).subList(2, arguments.length));
        Path data = Files.createTempDirectory("bench");
        command.addAll(List.of("--data-dir", data.toString()));
        String local = "run_in_sandbox {\"argv\":[\"echo\",\"hello\"]}";
        String contained = "run_in_sandbox {\"image\":\"%s\",\"argv\":[\"echo\",\"hello\"]}".formatted(image);
        double[] bubblewrap = new double[rounds];
        double[] container = new double[rounds];
        double[] docker = new double[rounds];
        double[] removed = new double[rounds];
        try (StdioServer server = new StdioServer(command, Map.of()).open()) {
            for (int i = -3; i < rounds; i++) { // three to warm up
                int at = Math.max(0, i);
                bubblewrap[at] = call(server, local);
                container[at] = call(server, contained);
                Thread.sleep(300); // the container before is being removed
                docker[at] = docker(image, false);
                removed[at] = docker(image, true);
            }
        }
        System.out.printf("run_in_sandbox echo, %d rounds, ms: p50 (p95)%n", rounds);
        say("bubblewrap", bubblewrap);
        say("container", container);
        say("docker run", docker);
        say("docker run --rm", removed);
        System.out.printf(
                "container / docker run: %.2f; / docker run --rm: %.2f%n",
                at(container, 0.5) / at(docker, 0.5), at(container, 0.5) / at(removed, 0.5));
    }

    private static double call(StdioServer server, String call) throws IOException {
        double millis = server.call(call);
        if (Double.isNaN(millis) || !server.answer().contains("hello")) {
            throw new IOException(server.answer());
        }
        return millis;
    }

    /** What a person would type for the same; without --rm the container is removed outside of the time. */
    private static double docker(String image, boolean removes) throws IOException, InterruptedException {
        String name = "bench-" + System.nanoTime();
        List<String> command = new ArrayList<>(List.of("docker", "run", "--name", name, "--network", "none"));
        command.addAll(List.of("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--init"));
        command.addAll(List.of("--user", "65534:65534", "--memory", "256m", "--memory-swap", "256m", "--cpus", "1"));
        command.addAll(List.of("--pids-limit", "64", "--ipc", "none", "--log-driver", "none", "--tmpfs", "/tmp"));
        if (removes) {
            command.add("--rm");
        }
        command.addAll(List.of(image, "echo", "hello"));
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0 || !said.equals("hello\n")) {
            throw new IOException(said + new String(process.getErrorStream().readAllBytes()));
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        if (!removes) {
            new ProcessBuilder("docker", "rm", name).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }
        return millis;
    }

    private static void say(String name, double[] all) {
        System.out.printf("%-16s %7.1f (%.1f)%n", name, at(all, 0.5), at(all, 0.95));
    }

    private static double at(double[] all, double share) {
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }
}
