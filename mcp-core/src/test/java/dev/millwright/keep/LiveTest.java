package dev.millwright.keep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveTest {
    @TempDir
    Path folder;

    /** Says its name and waits to be killed. */
    static final class Other {
        public static void main(String[] arguments) throws Exception {
            try (Live live = new Live(Path.of(arguments[0]))) {
                System.out.println(live.name());
                TimeUnit.MINUTES.sleep(1);
            }
        }
    }

    @Test
    void otherProcessIsDeadOnceItIsGoneAndNotBefore() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Live live = new Live(folder)) {
            String name = other.inputReader().readLine();
            assertThat(live.dead(name)).isEmpty();
            other.destroyForcibly().waitFor();
            try (Live.Dead dead = live.dead(name).orElseThrow()) {
                dead.bury();
            }
            assertThat(folder.resolve(name)).doesNotExist();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void itselfAndWhoeverHasAnotherDataDirectoryCountsAsAlive() throws Exception {
        try (Live one = new Live(folder);
                Live two = new Live(folder)) {
            assertThat(one.dead(one.name())).isEmpty();
            assertThat(one.dead(two.name())).isEmpty();
            assertThat(one.dead("someone-elsewhere.1")).isEmpty();
            try (var files = Files.list(folder)) {
                assertThat(files).hasSize(2);
            }
        }
    }
}
