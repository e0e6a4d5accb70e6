package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody exchanges a folder of the working tree with a link to the outside, as fast as they can. */
class ExchangeRaceTest {
    /** Rounds of going there and back; more with {@code -Dmillwright.races=N}. */
    private static final int ROUNDS = Integer.getInteger("millwright.races", 12);

    @TempDir
    Path temporary;

    private Bench bench;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong exchanges = new AtomicLong();

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "one");
        bench.write("a/keep", "one\n");
        bench.write("a/f", "of one\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "one");
        bench.git("switch", "-qc", "two");
        bench.write("a/f", "of two\n");
        bench.write("a/planted", "of two\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "two");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Has the folder, the link, and now and then nothing under the name {@code a}. */
    private void exchange() {
        Path folder = bench.root.resolve("a");
        Path aside = bench.root.resolve(".aside");
        Path link = bench.root.resolve(".link");
        while (!over.get()) {
            try {
                Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
                Files.createSymbolicLink(link, bench.outside);
                Files.move(link, folder, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(folder);
                Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
                exchanges.incrementAndGet();
            } catch (IOException e) {
                // The server was there first: begin anew from whatever is there.
                tidy(folder, aside, link);
            }
        }
        tidy(folder, aside, link);
    }

    private static void tidy(Path folder, Path aside, Path link) {
        try {
            Files.deleteIfExists(link);
            if (Files.isSymbolicLink(folder)) {
                Files.delete(folder);
            }
            if (Files.isDirectory(aside) && !Files.exists(folder)) {
                Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
            } else if (Files.isDirectory(aside)) {
                try (Stream<Path> files = Files.list(aside)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(aside);
            }
        } catch (IOException e) {
            assertThat(e).as("the next round tidies up").isNotNull();
        }
    }

    @Test
    void nothingOutsideIsWrittenRemovedOrStaged() throws Exception {
        Thread attacker = Thread.ofPlatform().start(this::exchange);
        int done = 0;
        int refused = 0;
        try {
            for (int i = 0; i < ROUNDS; i++) {
                for (List<String> call : List.of(
                        List.of("git_switch", "{'target':'one','discard':true}"),
                        List.of("git_add", "{'all':true}"),
                        List.of("git_stash", "{'action':'push','untracked':true}"),
                        List.of("git_reset", "{'mode':'hard','target':'HEAD'}"),
                        List.of("git_switch", "{'target':'two','discard':true}"))) {
                    try {
                        bench.call(call.getFirst(), call.getLast());
                        done++;
                    } catch (ToolException e) {
                        assertThat(e.getMessage()).doesNotContain(Bench.SECRET);
                        refused++;
                    }
                    assertThat(outside()).as("after %s", call).containsExactly("f");
                }
            }
        } finally {
            over.set(true);
            attacker.join();
        }
        assertThat(Files.readString(bench.outside.resolve("f"))).isEqualTo(Bench.SECRET);
        assertThat(exchanges.get()).as("exchanges").isGreaterThan(ROUNDS);
        assertThat(done).as("calls that ended well, of %d refused", refused).isPositive();
        assertThat(bench.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
                .doesNotContain(
                        bench.git("hash-object", bench.outside.resolve("f").toString())
                                .strip());
    }

    private List<String> outside() throws IOException {
        try (Stream<Path> files = Files.list(bench.outside)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
