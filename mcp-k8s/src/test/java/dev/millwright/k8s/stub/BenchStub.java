package dev.millwright.k8s.stub;

import dev.millwright.k8s.Fleet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The stub as a process of its own, for benchmarks: namespace {@code fleet} of 500 pods, 20 of them broken in two ways,
 * and {@code crowd} of 4,500. Prints the path of a kubeconfig, then for each line that comes the list calls since the last.
 */
final class BenchStub {
    private BenchStub() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("k8s-stub");
        PrintStream out = System.out;
        try (StubApiServer stub = StubApiServer.start();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            stub.load(Fleet.of("fleet", 500, 20, List.of("image-not-found", "missing-configmap")));
            stub.load(Fleet.of("crowd", 4_500, 0, List.of()));
            out.println(stub.kubeconfig(folder));
            while (in.readLine() != null) {
                out.println(stub.calls("list"));
                stub.forget();
            }
        }
    }
}
