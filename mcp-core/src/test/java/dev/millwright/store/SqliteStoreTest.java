package dev.millwright.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTest extends StoreContract {
    @TempDir
    Path temp;

    @Override
    StoreUrl url() {
        return new StoreUrl.Embedded(temp.resolve(unique()).resolve("data"));
    }

    @Test
    void touchesNothingBeforeItsFirstUse() {
        StoreUrl.Embedded url = new StoreUrl.Embedded(temp.resolve("later"));
        Store.open(url).close();
        assertThat(url.dataDirectory()).doesNotExist();
    }

    @Test
    void opensItsFilesToNobodyElse() throws Exception {
        Path data = temp.resolve("private");
        try (Store own = Store.open(new StoreUrl.Embedded(data))) {
            new Operations(own, Clock.systemUTC()).begin("op", "t", "s", "t", "c", Json.object());
            try (Stream<Path> files = Files.list(data)) {
                assertThat(files.filter(Files::isRegularFile))
                        .hasSizeGreaterThan(2)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @Test
    void saysThatTheFileIsNotADatabase() throws Exception {
        Path data = Files.createDirectory(temp.resolve("text"));
        Files.writeString(data.resolve("millwright.db"), "this is no database, and long enough. ".repeat(200));
        unavailable(new StoreUrl.Embedded(data), "millwright.db is damaged, or not Millwright's");
        assertThat(data.resolve("millwright.db")).content().startsWith("this is no database");
    }

    @Test
    void saysThatTheDataDirectoryCannotBeMade() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        unavailable(new StoreUrl.Embedded(file), "cannot create the data directory " + file);
        unavailable(new StoreUrl.Embedded(Path.of("/proc/none/data")), "cannot create the data directory /proc/none");
        unavailable(new StoreUrl.Embedded(Path.of("/proc/self")), "/proc/");
    }

    @Test
    void saysThatTheDiskIsFull() {
        assertThatThrownBy(() -> store.transact(c -> {
                    c.createStatement().execute("pragma max_page_count = 40");
                    c.createStatement().execute("create table big (b blob)");
                    return Sql.of("insert into big (b) values (zeroblob(10000000))")
                            .update(c);
                }))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("the disk is full");
        assertThat(number("select count(*) from plan")).isZero();
    }

    @Test
    void refusesATransactionWithinATransaction() {
        assertThatThrownBy(() -> store.transact(c -> store.<Integer>transact(inner -> 1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.<Integer>transact(c -> 1)).isOne();
    }

    @Test
    void goesOnAfterAFirstUseThatFailed() throws Exception {
        Path data = Files.createFile(temp.resolve("blocked"));
        try (Store own = Store.open(new StoreUrl.Embedded(data))) {
            assertThatThrownBy(() -> own.read(c -> 1)).isInstanceOf(ToolException.class);
            Files.delete(data);
            assertThat(own.<Integer>read(c -> 1)).isOne();
        }
    }

    @Test
    void sharesItsFileWithOtherProcessesAndLosesNothingWhenTheyAreKilled() throws Exception {
        Path data = temp.resolve("shared");
        List<Process> writers = new ArrayList<>();
        List<String> acknowledged = new ArrayList<>();
        try {
            for (String name : List.of("a", "b")) {
                writers.add(new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoreWriter.class.getName(),
                                data.toString(),
                                name)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
            }
            for (Process writer : writers) {
                BufferedReader lines = writer.inputReader();
                for (int i = 0; i < 50; i++) {
                    acknowledged.add(Optional.ofNullable(lines.readLine()).orElseThrow());
                }
            }
            for (Process writer : writers) {
                writer.toHandle().destroyForcibly();
                for (String line = writer.inputReader().readLine();
                        line != null && line.endsWith(".");
                        line = writer.inputReader().readLine()) {
                    acknowledged.add(line);
                }
            }
        } finally {
            writers.forEach(Process::destroyForcibly);
        }
        try (Store own = Store.open(new StoreUrl.Embedded(data))) {
            List<String> found =
                    own.read(c -> Sql.of("select id from operation").list(c, row -> row.getString(1)));
            assertThat(found).containsAll(acknowledged);
            assertThat(words(own, "pragma integrity_check")).containsExactly("ok");
        }
    }

    private static void unavailable(StoreUrl url, String message) {
        try (Store own = Store.open(url)) {
            assertThatThrownBy(() -> own.transact(c -> 1))
                    .isInstanceOfSatisfying(
                            ToolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                    .hasMessageContaining(message);
        }
    }
}
