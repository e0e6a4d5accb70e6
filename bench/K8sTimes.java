import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the Kubernetes server with others on stdio, in turns, against a stub API server: K8sTimes.java ROUNDS STUB
 * MCP_SERVER_KUBERNETES KUBERNETES_MCP_SERVER MILLWRIGHT… where STUB is a command line, split at blanks, of the stub, and
 * MILLWRIGHT starts ours on stdio with --kubeconfig and --data-dir following. A peer may be - for none. The peer in Go lists
 * as YAML, since the stub answers no tables; a call that a peer cannot do shows what it says instead.
 */
public final class K8sTimes {
    private static final String FLEET = "{\"namespace\":\"fleet\"}";

    /** The stub: two namespaces, {@code fleet} of 500 pods with 20 broken ones, {@code crowd} of 4,500. */
    private static final class Stub implements AutoCloseable {
        private final Process process;
        private final OutputStream to;
        private final BufferedReader from;
        final String kubeconfig;

        Stub(List<String> command) throws IOException {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            to = process.getOutputStream();
            from = process.inputReader(StandardCharsets.UTF_8);
            kubeconfig = from.readLine();
            if (kubeconfig == null) {
                throw new IOException("the stub did not start: " + command);
            }
        }

        /** List calls since it was asked last. */
        int lists() throws IOException {
            to.write('\n');
            to.flush();
            return Integer.parseInt(from.readLine());
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    private final int rounds;
    private final Stub stub;
    private final List<String> ours;
    private final List<String> node;
    private final List<String> go;

    private K8sTimes(int rounds, Stub stub, List<String> ours, List<String> node, List<String> go) {
        this.rounds = rounds;
        this.stub = stub;
        this.ours = ours;
        this.node = node;
        this.go = go;
    }

    public static void main(String[] args) throws IOException {
        Path data = Files.createTempDirectory("k8s-times");
        try (Stub stub = new Stub(List.of(args[1].split(" ")))) {
            List<String> ours = new ArrayList<>(Arrays.asList(args).subList(4, args.length));
            ours.addAll(List.of("--kubeconfig", stub.kubeconfig, "--data-dir", data.toString()));
            K8sTimes times = new K8sTimes(
                    Integer.parseInt(args[0]),
                    stub,
                    ours,
                    args[2].equals("-") ? List.of() : List.of("node", args[2]),
                    args[3].equals("-") ? List.of() : List.of(args[3], "--list-output", "yaml"));
            times.calls();
            times.starts();
        }
    }

    private StdioServer open(List<String> command) throws IOException {
        return new StdioServer(command, Map.of("KUBECONFIG", stub.kubeconfig)).open();
    }

    private void calls() throws IOException {
        System.out.printf(
                "%n%-52s %9s %9s %9s %8s %7s%n", rounds + " calls of a warm server", "first ms", "p50 ms", "p95 ms", "tokens", "lists");
        try (StdioServer server = open(ours)) {
            row("k8s_diagnose, 500 pods, 20 broken", server, "k8s_diagnose " + FLEET);
            row("k8s_cluster_status, 5,000 pods", server, "k8s_cluster_status {}");
            row("k8s_get pods, a page", server, "k8s_get {\"kind\":\"pods\",\"namespace\":\"fleet\"}");
        }
        if (!go.isEmpty()) {
            try (StdioServer server = open(go)) {
                row("kubernetes-mcp-server: pods_list_in_namespace", server, "pods_list_in_namespace " + FLEET);
                row("kubernetes-mcp-server: pods_list", server, "pods_list {}");
            }
        }
        if (!node.isEmpty()) {
            try (StdioServer server = open(node)) {
                row(
                        "mcp-server-kubernetes: kubectl_get pods",
                        server,
                        "kubectl_get {\"resourceType\":\"pods\",\"name\":\"\",\"namespace\":\"fleet\"}");
                row(
                        "mcp-server-kubernetes: kubectl_get pods, all",
                        server,
                        "kubectl_get {\"resourceType\":\"pods\",\"name\":\"\",\"allNamespaces\":true}");
            }
        }
    }

    private void row(String what, StdioServer server, String call) throws IOException {
        stub.lists();
        double first = server.call(call);
        if (Double.isNaN(first)) {
            System.out.printf(
                    "%-52s %s%n", what, server.answer().substring(0, Math.min(300, server.answer().length())));
            return;
        }
        int lists = stub.lists();
        List<Double> seen = new ArrayList<>();
        for (int round = -3; round < rounds; round++) {
            double millis = server.call(call);
            if (round >= 0) {
                seen.add(millis);
            }
        }
        System.out.printf(
                "%-52s %9.0f %9.0f %9.0f %8d %7d%n",
                what, first, share(seen, 0.5), share(seen, 0.95), server.tokens(), lists);
    }

    private void starts() throws IOException {
        Map<String, List<Double>> seen = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            once("ours", ours, "k8s_get {\"kind\":\"namespaces\"}", round, seen);
            once("node", node, "kubectl_get {\"resourceType\":\"namespaces\",\"name\":\"\"}", round, seen);
            once("go", go, "namespaces_list {}", round, seen);
        }
        System.out.printf(
                "%n%-34s %8s %22s %7s %7s %22s %7s%n",
                "medians of " + rounds, "ours", "mcp-server-kubernetes", "ratio", "at most", "kubernetes-mcp-server", "ratio");
        compare("spawn to initialize, ms", "start", 0.5, seen);
        compare("memory after the first call, MB", "memory", 1.0, seen);
    }

    private void once(String who, List<String> command, String call, int round, Map<String, List<Double>> into)
            throws IOException {
        if (command.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        try (StdioServer server = new StdioServer(command, Map.of("KUBECONFIG", stub.kubeconfig))) {
            server.ask(StdioServer.INITIALIZE);
            double start = (System.nanoTime() - begin) / 1e6;
            if (Double.isNaN(server.call(call))) {
                throw new IOException(who + " answered " + server.answer());
            }
            if (round >= 0) {
                into.computeIfAbsent("start " + who, key -> new ArrayList<>()).add(start);
                into.computeIfAbsent("memory " + who, key -> new ArrayList<>()).add(server.megabytes());
            }
        }
    }

    private static void compare(String what, String figure, double bound, Map<String, List<Double>> seen) {
        double a = share(seen.get(figure + " ours"), 0.5);
        double b = share(seen.getOrDefault(figure + " node", List.of()), 0.5);
        double c = share(seen.getOrDefault(figure + " go", List.of()), 0.5);
        System.out.printf("%-34s %8.1f %22.1f %7.2f %7.2f %22.1f %7.2f%n", what, a, b, a / b, bound, c, a / c);
    }

    /** Nearest rank. */
    private static double share(List<Double> values, double share) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
