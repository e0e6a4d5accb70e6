package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One server as one jar. */
class StandaloneIT {
    @TempDir
    Path folder;

    private Packaged.Ended run(String server, Path java, String in, String... words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(java.toString(), "-jar", System.getProperty("millwright.standalone." + server)));
        command.addAll(List.of(words));
        return Packaged.run(folder, in, Map.of(), command);
    }

    private static Path thisJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    @ParameterizedTest
    @ValueSource(strings = {"filesystem", "git", "k8s", "docker"})
    void servesOverStdioWithNothingButProtocolOnStdout(String server) throws Exception {
        String in = """
                {"jsonrpc":"2.0","id":1,"method":"server/discover","params":%s}
                {"jsonrpc":"2.0","id":2,"method":"tools/list","params":%s}
                """.formatted(Json.write(Packaged.stateless()), Json.write(Packaged.stateless()));

        Packaged.Ended ended = run(server, thisJava(), in, "--root", ".");

        assertThat(ended.out().lines().map(Packaged::rpc)).hasSize(2).allMatch(answer -> answer.has("result"));
        assertThat(ended.code()).as(ended.err()).isZero();
    }

    @Test
    void readsItsWholeCommandLineWithPicocliWhenSomethingIsWrong() throws Exception {
        assertThat(run("filesystem", thisJava(), "", "--rot", ".").err())
                .startsWith("millwright: unknown option --rot; did you mean --root?");
    }

    @Test
    void saysThatAnOldJavaIsTooOld() throws Exception {
        Optional<Path> old = oldJava();
        Assumptions.assumeTrue(old.isPresent());

        Packaged.Ended ended = run("filesystem", old.orElseThrow(), "", "--root", ".");

        assertThat(ended.err()).contains("needs Java 25").doesNotContain("UnsupportedClassVersionError");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.code()).isEqualTo(3);
    }

    private static Optional<Path> oldJava() throws IOException {
        Path machines = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(machines)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(machines)) {
            return all.filter(jvm -> jvm.getFileName().toString().matches("java-(1\\.)?(8|11|17|21)\\b.*"))
                    .map(jvm -> jvm.resolve("bin").resolve("java"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }
}
