package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of ours, or one and native Git, change one repository. */
class TwoWritersTest {
    private static final int EACH = 15;

    @TempDir
    Path temporary;

    @Test
    void loseNoCommitOfEachOtherOrOfNativeGit() throws Exception {
        AtomicInteger made = new AtomicInteger(1);
        try (Bench one = new Bench(temporary);
                Bench other = new Bench(temporary);
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            one.git("init", "-q", "-b", "main");
            one.git("commit", "-q", "--allow-empty", "-m", "first");
            Future<?> ours = threads.submit(commits(one, made));
            Future<?> too = threads.submit(commits(other, made));
            Future<?> theirs = threads.submit(() -> {
                for (int i = 0; i < EACH; i++) {
                    Process git = new ProcessBuilder(
                                    "git",
                                    "-c",
                                    "user.name=N",
                                    "-c",
                                    "user.email=n@example.org",
                                    "commit",
                                    "-q",
                                    "--allow-empty",
                                    "-m",
                                    "native")
                            .directory(one.root.toFile())
                            .redirectErrorStream(true)
                            .start();
                    git.getInputStream().readAllBytes();
                    if (git.waitFor() == 0) {
                        made.incrementAndGet();
                    }
                }
                return true;
            });
            ours.get();
            too.get();
            theirs.get();
            assertThat(one.git("rev-list", "--count", "HEAD").strip()).isEqualTo(String.valueOf(made.get()));
            one.git("fsck", "--strict");
        }
    }

    private static Callable<Boolean> commits(Bench bench, AtomicInteger made) {
        return () -> {
            for (int i = 0; i < EACH; i++) {
                try {
                    bench.run("git_commit", Json.object().put("message", "ours").put("allowEmpty", true));
                    made.incrementAndGet();
                } catch (ToolException e) {
                    assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.CONFLICT);
                }
            }
            return true;
        };
    }

    @Test
    void leaveALockOfAnotherProgramAndNameIt() throws Exception {
        try (Bench bench = new Bench(temporary)) {
            bench.git("init", "-q", "-b", "main");
            bench.write("a", "1\n");
            Path lock = Files.createFile(bench.root.resolve(".git/index.lock"));
            assertThat(bench.refused(Kind.CONFLICT, "git_add", "{'all':true}")).contains("index.lock");
            assertThat(lock).exists();
            Files.delete(lock);
            bench.call("git_add", "{'all':true}");
            assertThat(bench.git("status", "--porcelain")).isEqualTo("A  a\n");
        }
    }
}
