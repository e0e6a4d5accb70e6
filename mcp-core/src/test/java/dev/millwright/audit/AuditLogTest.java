package dev.millwright.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditLogTest {
    private static final long BIG = 1 << 20;

    @TempDir
    Path directory;

    static AuditEvent event(String call) {
        return new AuditEvent(
                Instant.parse("2026-11-20T10:00:00Z").plusMillis(call.hashCode() & 0xffff),
                call,
                "local",
                "default",
                "filesystem",
                "write_file",
                Optional.of(Effect.CHANGES),
                "ab".repeat(32),
                "ok",
                1234,
                56,
                78,
                Optional.of("unconfirmed: --yes"));
    }

    private void write(int from, int to, long rotateAt) {
        try (AuditLog log = new AuditLog(directory, rotateAt)) {
            for (int i = from; i <= to; i++) {
                log.append(event("c" + i), i % 2 == 0 ? Durability.SYNC : Durability.ASYNC);
            }
        }
    }

    private AuditVerifier.Report verify() {
        return new AuditVerifier(directory).verify();
    }

    private Path first() {
        return directory.resolve("lane-0-000001.jsonl");
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(first()));
    }

    private void found(List<String> lines, int line, String what) throws IOException {
        Files.write(first(), lines);
        assertThat(verify().findings()).anySatisfy(finding -> {
            assertThat(finding.file()).isEqualTo("lane-0-000001.jsonl");
            assertThat(finding.line()).isEqualTo(line);
            assertThat(finding.what()).contains(what);
        });
    }

    @Test
    void verifiesWhatWasWritten() throws Exception {
        write(1, 10, BIG);
        assertThat(verify()).isEqualTo(new AuditVerifier.Report(1, 10, List.of()));
        assertThat(lines().getFirst())
                .startsWith("{\"seq\":1,\"time\":\"2026-11-20T10:00:")
                .contains("\"effect\":\"changes\"", "\"note\":\"unconfirmed: --yes\"");
    }

    @Test
    void touchesNothingBeforeItsFirstEvent() {
        Path later = directory.resolve("later");
        new AuditLog(later, BIG).close();
        assertThat(later).doesNotExist();
        assertThat(new AuditVerifier(later).verify().intact()).isTrue();
    }

    @Test
    void continuesTheChainAfterARestart() {
        write(1, 3, BIG);
        write(4, 6, BIG);
        assertThat(verify()).isEqualTo(new AuditVerifier.Report(1, 6, List.of()));
    }

    @Test
    void continuesTheChainOverRotation() throws Exception {
        write(1, 40, 2_000);
        write(41, 60, 2_000);
        assertThat(verify().findings()).isEmpty();
        assertThat(verify().events()).isEqualTo(60);
        assertThat(verify().files()).isGreaterThan(5);
        assertThat(new AuditVerifier(directory).tail(60))
                .extracting(json -> json.path("call").asText())
                .hasSize(60)
                .contains("c1", "c60");
    }

    @Test
    void namesAnAlteredEvent() throws Exception {
        write(1, 5, BIG);
        List<String> lines = lines();
        lines.set(2, lines.get(2).replace("\"ok\"", "\"denied\""));
        found(lines, 3, "altered: seq 3 (call c3)");
        assertThat(verify().findings()).hasSize(1);
    }

    @Test
    void namesAnEventAlteredTogetherWithItsHash() throws Exception {
        write(1, 5, BIG);
        List<String> lines = lines();
        lines.set(2, rehashed(lines.get(2).replace("\"ok\"", "\"denied\"")));
        found(lines, 4, "altered: seq 3, the event before seq 4 (call c4)");
    }

    @Test
    void namesTheLastEventAlteredTogetherWithItsHash() throws Exception {
        write(1, 5, BIG);
        List<String> lines = lines();
        lines.set(4, rehashed(lines.get(4).replace("\"ok\"", "\"denied\"")));
        found(lines, 5, "altered: seq 5");
    }

    @Test
    void namesRemovedEvents() throws Exception {
        write(1, 6, BIG);
        List<String> lines = lines();
        lines.remove(2);
        lines.remove(2);
        found(lines, 3, "removed: seq 3 to 4 before seq 5 (call c5)");
    }

    @Test
    void namesAnInsertedEvent() throws Exception {
        write(1, 5, BIG);
        List<String> lines = lines();
        lines.add(3, lines.get(1));
        found(lines, 4, "inserted or moved: seq 2 (call c2) stands after seq 3");
        assertThat(verify().findings()).hasSize(1);
    }

    @Test
    void namesMovedEvents() throws Exception {
        write(1, 5, BIG);
        List<String> lines = lines();
        lines.add(3, lines.remove(1));
        found(lines, 4, "inserted or moved: seq 2 (call c2) stands after seq 4");
    }

    @Test
    void namesEventsCutOffAtTheEnd() throws Exception {
        write(1, 5, BIG);
        List<String> lines = lines();
        found(lines.subList(0, 3), 3, "removed at the end: seq 4 to 5");
        write(6, 7, BIG);
        assertThat(verify().findings())
                .anySatisfy(
                        finding -> assertThat(finding.what()).contains("removed: seq 4 to 5 before seq 6 (call c6)"));
    }

    @Test
    void namesAnEventCutInTheMiddle() throws Exception {
        write(1, 3, BIG);
        String text = Files.readString(first());
        Files.writeString(first(), text.substring(0, text.length() - 20));
        assertThat(verify().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("removed at the end: seq 3"));
    }

    @Test
    void namesARemovedFile() throws Exception {
        write(1, 40, 2_000);
        Files.delete(directory.resolve("lane-0-000002.jsonl"));
        assertThat(verify().findings())
                .anySatisfy(finding -> assertThat(finding.file()).isEqualTo("lane-0-000002.jsonl"))
                .anySatisfy(finding -> assertThat(finding.what()).startsWith("removed: seq"));
    }

    @Test
    void namesARemovedLane() throws Exception {
        try (AuditLog one = new AuditLog(directory, BIG);
                AuditLog other = new AuditLog(directory, BIG)) {
            one.append(event("a"), Durability.SYNC);
            other.append(event("b"), Durability.SYNC);
        }
        assertThat(verify()).isEqualTo(new AuditVerifier.Report(2, 2, List.of()));
        Files.delete(directory.resolve("lane-1-000001.jsonl"));
        assertThat(verify().findings()).extracting(AuditVerifier.Finding::file).contains("lane-1-000001.jsonl");
        Files.delete(directory.resolve("lane-1.head"));
        assertThat(verify().findings()).extracting(AuditVerifier.Finding::file).containsExactly("lane-1.head");
    }

    @Test
    void namesAHeadThatIsGone() throws Exception {
        write(1, 3, BIG);
        Files.delete(directory.resolve("lane-0.head"));
        write(4, 5, BIG);
        assertThat(verify().findings())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.file()).isEqualTo("lane-0.head"));
        assertThat(verify().events()).isEqualTo(5);
    }

    @Test
    void takesATornTailForWhatItIs() throws Exception {
        write(1, 3, BIG);
        Files.writeString(first(), "{\"seq\":4,\"time\":\"20", StandardOpenOption.APPEND);
        assertThat(verify()).isEqualTo(new AuditVerifier.Report(1, 3, List.of()));
        write(4, 5, BIG);
        assertThat(verify()).isEqualTo(new AuditVerifier.Report(1, 5, List.of()));
    }

    @Test
    void appendsOnAnInterruptedThread() {
        try (AuditLog log = new AuditLog(directory, 500)) {
            for (int i = 0; i < 5; i++) {
                Thread.currentThread().interrupt();
                log.append(event("c" + i), Durability.SYNC);
                assertThat(Thread.interrupted()).isTrue();
            }
        }
        assertThat(verify().events()).isEqualTo(5);
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void takesEventsOfManyCallersAtOnce() throws Exception {
        try (AuditLog log = new AuditLog(directory, 50_000);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int caller = i;
                callers.add(executor.submit(() -> {
                    for (int j = 0; j < 20; j++) {
                        log.append(event(caller + "-" + j), j % 4 == 0 ? Durability.SYNC : Durability.ASYNC);
                    }
                }));
            }
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        assertThat(verify().findings()).isEmpty();
        assertThat(verify().events()).isEqualTo(64 * 20);
    }

    @Test
    void keepsEveryAcknowledgedEventOfProcessesThatAreKilled() throws Exception {
        List<Process> writers = new ArrayList<>();
        List<String> acknowledged = new ArrayList<>();
        try {
            for (String name : List.of("a", "b")) {
                writers.add(writer(List.of(), name, name.equals("a") ? "SYNC" : "ASYNC"));
            }
            for (Process writer : writers) {
                BufferedReader lines = writer.inputReader();
                for (int i = 0; i < 100; i++) {
                    acknowledged.add(Optional.ofNullable(lines.readLine()).orElseThrow());
                }
            }
            for (Process writer : writers) {
                writer.toHandle().destroyForcibly();
                writer.inputReader().lines().filter(line -> line.endsWith(".")).forEach(acknowledged::add);
            }
        } finally {
            writers.forEach(Process::destroyForcibly);
        }
        assertThat(verify().findings()).isEmpty();
        write(1, 2, BIG);
        assertThat(verify().findings()).isEmpty();
        assertThat(new AuditVerifier(directory).tail(Integer.MAX_VALUE))
                .extracting(json -> json.path("call").asText())
                .doesNotHaveDuplicates()
                .containsAll(acknowledged);
    }

    @Test
    void saysThatItCannotBeWrittenAndKeepsWhatWas() throws Exception {
        Process writer = writer(List.of("bash", "-c", "ulimit -f 4; exec \"$@\"", "bash"), "a", "SYNC");
        List<String> said = writer.inputReader().lines().toList();
        assertThat(writer.waitFor()).isEqualTo(3);
        assertThat(said.getLast()).contains("the audit log in " + directory, "only calls that read go through");
        assertThat(verify().findings()).isEmpty();
        assertThat(verify().events()).isEqualTo(said.size() - 1);
    }

    @Test
    void saysThatItsDirectoryCannotBeMade() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        try (AuditLog log = new AuditLog(file.resolve("audit"), BIG)) {
            assertThatThrownBy(() -> log.append(event("c"), Durability.ASYNC))
                    .isInstanceOfSatisfying(
                            ToolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                    .hasMessageContaining("cannot be written");
        }
    }

    @Test
    void knowsBeforehandThatItCannotBeWritten() throws Exception {
        try (AuditLog log = new AuditLog(directory, BIG)) {
            log.ready();
            log.append(event("c1"), Durability.SYNC);
            log.ready();
            Files.delete(first());
            assertThatThrownBy(log::ready)
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining("lane-0-000001.jsonl is gone or read-only");
        }
    }

    @Test
    void opensItsFilesToNobodyElse() throws Exception {
        write(1, 1, BIG);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    private Process writer(List<String> before, String name, String durability) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                AuditWriter.class.getName(),
                directory.toString(),
                name,
                durability));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** As a forger would: the event fits itself. */
    private static String rehashed(String line) throws Exception {
        String body = line.substring(0, line.lastIndexOf(",\"hash\""));
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        return body + ",\"hash\":\"" + hash + "\"}";
    }
}
