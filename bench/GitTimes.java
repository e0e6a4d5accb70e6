import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the git server with native Git and with another server on stdio, in turns: GitTimes.java ROUNDS REPOSITORY
 * PEER_SCRIPT MILLWRIGHT… where REPOSITORY is what git-repository.sh made and MILLWRIGHT starts our git server on stdio
 * with --root, --data-dir and --config following. PEER_SCRIPT may be - for none. Linux only: memory is read from /proc.
 */
public final class GitTimes {
    private static final String DISCOVER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{\"_meta\":{"
            + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    private static final String RARE = "src/page/answer2/p283/File44502.java";
    /** Calls before counting, as far as they fit into the seconds. */
    private static final int WARM_UP = 150;

    private static final double WARM_UP_SECONDS = 6;

    /**
     * One question to all three.
     *
     * @param ours tool and arguments
     * @param git arguments of the native program
     * @param peer tool and arguments; empty where the other server has no such tool
     * <p>{@code @} stands for a path that is another one each time.
     */
    private record Question(String name, String ours, String git, String peer) {}

    private static List<Question> questions() {
        return List.of(
                new Question(
                        "log of 100 commits",
                        "git_log {\"limit\":100}",
                        "log -100",
                        "git_log {\"maxCount\":100}"),
                new Question(
                        "100 of a hot path, kept",
                        "git_log {\"limit\":100,\"paths\":[\"src/core/Engine.java\"]}",
                        "log -100 -- src/core/Engine.java",
                        "git_log {\"maxCount\":100,\"filePath\":\"src/core/Engine.java\"}"),
                new Question(
                        "all of a rare path, kept",
                        "git_log {\"limit\":100,\"paths\":[\"" + RARE + "\"]}",
                        "log -100 -- " + RARE,
                        "git_log {\"maxCount\":100,\"filePath\":\"" + RARE + "\"}"),
                new Question(
                        "all of always another path",
                        "git_log {\"limit\":100,\"paths\":[\"@\"]}",
                        "log -100 -- @",
                        "git_log {\"maxCount\":100,\"filePath\":\"@\"}"),
                new Question("status", "git_status {}", "status", "git_status {}"),
                new Question(
                        "blame, kept",
                        "git_blame {\"path\":\"src/core/Engine.java\"}",
                        "blame src/core/Engine.java",
                        "git_blame {\"filePath\":\"src/core/Engine.java\"}"),
                new Question(
                        "blame, always another",
                        "git_blame {\"path\":\"@\"}",
                        "blame @",
                        "git_blame {\"filePath\":\"@\"}"),
                new Question(
                        "diff --stat of tags",
                        "git_diff {\"from\":\"v50\",\"to\":\"v51\",\"mode\":\"stat\"}",
                        "diff --stat v50 v51",
                        "git_diff {\"source\":\"v50\",\"target\":\"v51\",\"stat\":true}"),
                new Question(
                        "diff of tags",
                        "git_diff {\"from\":\"v50\",\"to\":\"v51\"}",
                        "diff v50 v51",
                        "git_diff {\"source\":\"v50\",\"target\":\"v51\"}"));
    }

    private static StdioServer started(List<String> command, Path folder) throws IOException {
        return new StdioServer(
                command,
                Map.of(
                        "GIT_BASE_DIR", folder.getParent().toString(),
                        "MCP_LOG_LEVEL", "error",
                        "MCP_TRANSPORT_TYPE", "stdio",
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_CONFIG_GLOBAL", "/dev/null"));
    }

    private final int rounds;
    private final List<String> millwright;
    private final List<String> peer;
    private final Path data;
    private final Path config;

    private GitTimes(int rounds, List<String> millwright, List<String> peer, Path data) throws IOException {
        this.rounds = rounds;
        this.millwright = millwright;
        this.peer = peer;
        this.data = data;
        this.config = Files.writeString(data.resolve("config.yaml"), "servers:\n  git:\n    toolsets: [work, admin]\n");
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(args[0]);
        Path repository = Path.of(args[1]);
        List<String> peer = args[2].equals("-") ? List.of() : List.of("node", args[2]);
        Path data = Files.createTempDirectory("git-times");
        GitTimes times = new GitTimes(rounds, Arrays.asList(args).subList(3, args.length), peer, data);
        List<String> paths = output(repository, "git", "ls-files").lines().filter(path -> path.hashCode() % 50 == 0).toList();
        times.questions(repository, "without commit-graph", "-c core.commitGraph=false ", 1.5, paths);
        times.questions(repository.resolveSibling(repository.getFileName() + "-graph"), "with commit-graph", "", 2.5, paths);
        if (!peer.isEmpty()) {
            times.starts(repository);
        }
    }

    private List<String> ours(Path repository) {
        List<String> command = new ArrayList<>(millwright);
        command.addAll(List.of(
                "--root", repository.toString(), "--data-dir", data.toString(), "--config", config.toString()));
        return command;
    }

    private void questions(Path repository, String which, String options, double bound, List<String> paths) throws IOException, InterruptedException {
        System.out.printf(
                "%nnative Git %s, medians of %d; a call is the whole way over stdio to a warm server;"
                        + " kept: we remember what we found for the same question, the line below is never asked before%n%-26s %9s %9s %7s %7s %9s %7s %7s %9s %9s%n",
                which, rounds, "", "first ms", "ours ms", "git ms", "ratio", "at most", "peer ms", "ratio", "tokens", "peer's");
        try (StdioServer ours = started(ours(repository), repository).open()) {
            if (Double.isNaN(ours.call("git_maintain {\"action\":\"commit-graph\"}"))) {
                throw new IOException("git_maintain answered " + ours.answer());
            }
            for (Question question : questions()) {
                question(repository, options, bound, paths, ours, question);
            }
        }
    }

    private void question(Path repository, String options, double bound, List<String> paths, StdioServer ours, Question question)
            throws IOException, InterruptedException {
        int turn = 0;
        double first = ours.call(question.ours().replace("@", paths.get(turn++)));
        if (Double.isNaN(first)) {
            System.out.printf(
                    "%-26s %s%n", question.name(), ours.answer().substring(0, Math.min(200, ours.answer().length())));
            return;
        }
        long end = System.nanoTime() + (long) (WARM_UP_SECONDS * 1e9);
        for (int i = 0; i < WARM_UP && System.nanoTime() < end; i++) {
            ours.call(question.ours().replace("@", paths.get(turn++)));
        }
        List<Double> mine = new ArrayList<>();
        List<Double> natives = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        int tokens = 0;
        int theirTokens = 0;
        try (StdioServer other = peer.isEmpty() ? null : started(peer, repository).open()) {
            String more = question.peer().endsWith("{}") ? "" : ",";
            String at = question.peer().replaceFirst("\\{", "{\"path\":\"" + repository + "\"" + more);
            for (int round = -3; round < rounds; round++) {
                String path = paths.get(turn++);
                double a = ours.call(question.ours().replace("@", path));
                double b = git(repository, options + question.git().replace("@", path));
                double c = other == null ? Double.NaN : other.call(at.replace("@", path));
                if (round >= 0) {
                    mine.add(a);
                    natives.add(b);
                    theirs.add(c);
                }
            }
            tokens = ours.tokens();
            theirTokens = other == null ? 0 : other.tokens();
        }
        double a = median(mine);
        double b = median(natives);
        double c = median(theirs);
        System.out.printf(
                "%-26s %9.1f %9.1f %7.1f %7.2f %7.2f %9.1f %7.2f %9d %9d%n",
                question.name(), first, a, b, a / b, bound, c, a / c, tokens, theirTokens);
    }

    private void starts(Path repository) throws IOException {
        Map<String, List<Double>> seen = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            start(ours(repository), DISCOVER, repository, "our discover", round, seen);
            start(ours(repository), StdioServer.INITIALIZE, repository, "our initialize", round, seen);
            start(peer, StdioServer.INITIALIZE, repository, "peer initialize", round, seen);
            memory(ours(repository), "git_log {\"limit\":100}", repository, "our memory", round, seen);
            memory(
                    peer,
                    "git_log {\"maxCount\":100,\"path\":\"" + repository + "\"}",
                    repository,
                    "peer memory",
                    round,
                    seen);
        }
        System.out.printf("%n%-34s %10s %10s %7s %7s%n", "medians of " + rounds, "ours", "peer", "ratio", "at most");
        row("spawn to server/discover, ms", seen, "our discover", "peer initialize", 0.6);
        row("spawn to initialize, ms", seen, "our initialize", "peer initialize", 0.6);
        row("memory after first git_log, MB", seen, "our memory", "peer memory", 0.7);
    }

    private static void row(String what, Map<String, List<Double>> seen, String ours, String theirs, double bound) {
        double a = median(seen.get(ours));
        double b = median(seen.get(theirs));
        System.out.printf("%-34s %10.1f %10.1f %7.2f %7.2f%n", what, a, b, a / b, bound);
    }

    private static void start(
            List<String> command, String first, Path repository, String name, int round, Map<String, List<Double>> into)
            throws IOException {
        long begin = System.nanoTime();
        try (StdioServer session = started(command, repository)) {
            session.ask(first);
            add(into, name, round, (System.nanoTime() - begin) / 1e6);
        }
    }

    private static void memory(
            List<String> command, String call, Path repository, String name, int round, Map<String, List<Double>> into)
            throws IOException {
        try (StdioServer session = started(command, repository).open()) {
            if (Double.isNaN(session.call(call))) {
                throw new IOException(call + " failed: " + session.answer());
            }
            add(into, name, round, session.megabytes());
        }
    }

    private static void add(Map<String, List<Double>> into, String name, int round, double value) {
        if (round >= 0) {
            into.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
    }

    private static double git(Path repository, String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(repository.toFile())
                .redirectOutput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(Map.of("GIT_CONFIG_NOSYSTEM", "1", "GIT_CONFIG_GLOBAL", "/dev/null"));
        long begin = System.nanoTime();
        if (builder.start().waitFor() != 0) {
            throw new IOException("git " + arguments + " failed");
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static String output(Path folder, String... command) throws IOException {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
