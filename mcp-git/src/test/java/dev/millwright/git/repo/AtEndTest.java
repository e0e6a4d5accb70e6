package dev.millwright.git.repo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.internal.storage.file.LockFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtEndTest {
    @TempDir
    Path folder;

    /** Takes a lock and ends. */
    static final class Locking {
        public static void main(String[] file) throws IOException {
            QuietSystem.install();
            boolean locked = new LockFile(new File(file[0])).lock();
            System.out.print(locked && Files.exists(Path.of(file[0] + ".lock")) ? "locked" : "not locked");
            System.exit(0);
        }
    }

    @Test
    void releasesTheLocksOfAProgramThatEnds() throws Exception {
        Path file = folder.resolve("ref");
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Locking.class.getName(),
                        file.toString())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(out).hasContent("locked");
        assertThat(folder.resolve("ref.lock")).doesNotExist();
    }
}
