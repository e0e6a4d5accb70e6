package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.sandbox.SandboxConfig.Confinement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server killed in the middle of a run leaves nothing that lasts. */
@Timeout(60)
final class CrashTest {
    /** The server: runs until it is killed. Its arguments: scratch folder, name for the run's process, backend. */
    static final class Server {
        public static void main(String[] args) throws InterruptedException {
            Sandbox sandbox = Sandboxes.choose(config(Path.of(args[0]), Confinement.valueOf(args[2])));
            sandbox.run(Command.of("bash", "-c", "setsid bash -c 'exec -a " + args[1] + " sleep 1000' & sleep 1000"));
        }
    }

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "LANDLOCK"})
    void takesItsRunsAlongAndIsSweptUpAfter(Confinement backend) throws Exception {
        Backends.require(Backends.choose(backend));
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwx--x--x"));
        String name = "crash-" + System.nanoTime();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        scratch.toString(),
                        name,
                        backend.name())
                .inheritIO()
                .start();
        while (!isRunning(name)) {
            assertThat(server.isAlive()).isTrue();
            Thread.sleep(20);
        }
        server.destroyForcibly().waitFor();
        while (isRunning(name)) {
            Thread.sleep(20);
        }
        assertThat(scratch).isNotEmptyDirectory();
        assertThat(Sandboxes.choose(config(scratch, backend)).probe().problem()).isEmpty();
        assertThat(scratch).isEmptyDirectory();
        try (Stream<Path> groups = Files.walk(Path.of("/sys/fs/cgroup"))) {
            assertThat(groups.filter(
                            group -> group.getFileName().toString().matches("millwright-\\d+-" + server.pid() + "-.*")))
                    .isEmpty();
        }
    }

    private static SandboxConfig config(Path scratch, Confinement backend) {
        return new SandboxConfig(backend, scratch, Optional.empty());
    }

    private static boolean isRunning(String name) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> commandLine(process).startsWith(name));
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
