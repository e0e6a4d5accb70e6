package dev.millwright.docker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millwright.docker.sandbox.Outcome.Reason;
import dev.millwright.sandbox.OutputListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every backend promises: what runs, what comes back, what ends it, and what cannot be done from inside. */
@Timeout(120)
abstract class SandboxContract {
    private static final Bounds BOUNDS = Bounds.DEFAULT;
    private static final Duration GRACE = Duration.ofMillis(250);

    /** What probes try, so that none is lost unnoticed. */
    private static final int PROBES = 128;

    @TempDir
    static Path folder;

    abstract Backend backend();

    /** Processes of runs that are still there, by a word of their command line. */
    abstract List<String> leftOf(String word) throws Exception;

    @Test
    void tellsOutputErrorsAndExitCode() throws Exception {
        Outcome outcome = sh("echo out; echo err >&2; exit 3");
        assertThat(outcome.stdout().text()).isEqualTo("out\n");
        assertThat(outcome.stderr().text()).isEqualTo("err\n");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.reason()).isEqualTo(Reason.EXIT);
        assertThat(outcome.profile().orElseThrow()).hasSize(64);
    }

    @Test
    void tellsTheSignalThatEndedARun() throws Exception {
        assertThat(sh("kill -TERM $$").exitCode()).isEqualTo(143);
    }

    @Test
    void passesStandardInputAndItsEnd() throws Exception {
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) 'x');
        assertThat(run(job("wc -c", megabyte)).stdout().text().strip()).isEqualTo("1048576");
        assertThat(sh("wc -c").stdout().text().strip()).isEqualTo("0");
        assertThat(run(job("exit 4", megabyte)).exitCode()).isEqualTo(4);
    }

    @Test
    void passesArgumentsAsTheyAre() throws Exception {
        Job job = Job.of(
                BOUNDS, "sh", "-c", "for a; do echo \"[$a]\"; done", "sh", "$(id)", "a b", "", "; exit 9", "ü\n");
        assertThat(run(job).stdout().text()).isEqualTo("[$(id)]\n[a b]\n[]\n[; exit 9]\n[ü\n]\n");
    }

    @Test
    void bringsFilesInAndArtifactsOut() throws Exception {
        Job job = new Job(
                List.of(
                        "sh",
                        "-c",
                        "cat data/in.txt > out.txt; mkdir -p d/e; printf 'a\\000b' > d/e/bin; echo new >> data/in.txt; pwd"),
                new byte[0],
                Map.of("data/in.txt", bytes("ümlaut\n")),
                List.of("out.txt", "d", "/work/data/", "missing"),
                false,
                BOUNDS);
        Outcome outcome = run(job);
        assertThat(outcome.stdout().text()).isEqualTo("/work\n");
        assertThat(outcome.artifacts().stream().map(Artifact::path))
                .containsExactly("d/e/bin", "data/in.txt", "out.txt");
        assertThat(outcome.artifacts().getFirst().content()).containsExactly('a', 0, 'b');
        assertThat(text(outcome, "data/in.txt")).isEqualTo("ümlaut\nnew\n");
        assertThat(text(outcome, "out.txt")).isEqualTo("ümlaut\n");
        assertThat(outcome.notes()).contains("there is no file missing");
    }

    @Test
    void givesNoArtifactThatIsALinkOrNoRegularFile() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "of the host");
        String script = """
                echo mine > mine; ln -s %s symbolic; ln -s /etc etc; ln -s / root; mkfifo pipe; ln mine hard; mkdir in
                ln -s ../../../../../../../../%s in/dots; echo kept > kept
                """.formatted(secret, secret);
        Outcome outcome = run(new Job(List.of("sh", "-c", script), new byte[0], Map.of(), List.of("."), false, BOUNDS));
        assertThat(outcome.artifacts().stream().map(Artifact::path))
                .contains("kept")
                .doesNotContain("symbolic", "in/dots", "pipe")
                .noneMatch(path -> path.startsWith("etc") || path.startsWith("root"));
        assertThat(outcome.artifacts())
                .noneMatch(each -> new String(each.content(), StandardCharsets.UTF_8).contains("of the host"));
        assertThat(String.join("\n", outcome.notes())).contains("symbolic is a link", "pipe is no regular file");
        Outcome through = run(new Job(
                List.of("sh", "-c", script),
                new byte[0],
                Map.of(),
                List.of("symbolic", "etc/passwd", "root" + secret),
                false,
                BOUNDS));
        assertThat(through.artifacts())
                .noneMatch(each -> new String(each.content(), StandardCharsets.UTF_8).contains("of the host"));
    }

    @Test
    void bringsBackNoMoreThanItMay() throws Exception {
        Outcome many = run(wanting("for i in $(seq 1 200); do echo $i > f$i; done"));
        assertThat(many.artifacts()).hasSize(Gathering.MOST_FILES);
        assertThat(String.join("\n", many.notes())).contains("more files are not brought back");
        Outcome large = run(wanting("head -c 40000000 /dev/zero > large; echo small > small"));
        assertThat(large.artifacts().stream().map(Artifact::path)).containsExactly("small");
        assertThat(String.join("\n", large.notes())).contains("large is too large with its 40000000 bytes");
    }

    @Test
    void keepsNothingOfARunForTheNext() throws Exception {
        assertThat(sh("echo x > /work/left; echo x > /tmp/left").exitCode()).isZero();
        assertThat(sh("ls -A /work /tmp | grep left").stdout().text()).isEmpty();
    }

    @Test
    void tellsOutputWhileItComes() throws Exception {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        AtomicReference<Long> first = new AtomicReference<>();
        OutputListener listener = (stream, bytes, length) -> {
            first.compareAndSet(null, System.nanoTime());
            heard.write(bytes, 0, length);
        };
        backend().run(job("echo one; sleep 1; echo two", new byte[0]), listener);
        long end = System.nanoTime();
        assertThat(heard.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo\n");
        assertThat(end - first.get()).isGreaterThan(800_000_000L);
    }

    @Test
    void endsARunWhenItsTimeIsOver() throws Exception {
        String word = "30." + System.nanoTime() % 100_000;
        Duration time = Duration.ofMillis(1_000);
        Outcome outcome = run(Job.of(
                BOUNDS.time(time), "sh", "-c", "trap '' TERM INT; echo up; (sleep " + word + "&); sleep " + word));
        assertThat(outcome.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(outcome.stdout().text()).isEqualTo("up\n");
        assertThat(outcome.wall())
                .isBetween(time.minusMillis(50), time.plus(GRACE).plus(slack()));
        assertThat(leftOf(word)).isEmpty();
    }

    /** How much later than promised this machine may be, with everything else that is tested on it. */
    Duration slack() {
        return Duration.ofMillis(Long.getLong("millwright.slack", 500));
    }

    @Test
    void endsARunWhenItsCallerIsInterrupted() throws Exception {
        String word = "31." + System.nanoTime() % 100_000;
        AtomicReference<Object> end = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                end.set(sh("(sleep " + word + "&); sleep " + word));
            } catch (Exception e) {
                end.set(e);
            }
        });
        for (int i = 0; i < 200 && leftOf(word).isEmpty(); i++) {
            Thread.sleep(50);
        }
        assertThat(leftOf(word)).isNotEmpty();
        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(leftOf(word)).isEmpty();
    }

    @Test
    void endsARunThatSaysTooMuch() throws Exception {
        Outcome outcome = run(Job.of(BOUNDS.outputBytes(1_000_000), "sh", "-c", "yes; sleep 20"));
        assertThat(outcome.reason()).isEqualTo(Reason.OUTPUT);
        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(outcome.stdout().total()).isEqualTo(1_000_000);
        assertThat(outcome.stdout().text()).contains("bytes left out").startsWith("y\ny\n");
        assertThat(outcome.wall()).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void endsARunThatTakesTooMuchMemory() throws Exception {
        Outcome outcome = run(Job.of(
                BOUNDS.memoryBytes(48 << 20), "sh", "-c", "x=$(head -c 200000000 /dev/zero | tr '\\0' a); echo ${#x}"));
        assertThat(outcome.reason()).isEqualTo(memoryReason());
        assertThat(outcome.stdout().text()).doesNotContain("200000000");
    }

    abstract Reason memoryReason();

    @Test
    void holdsAForkBombWithinItsLimit() throws Exception {
        Outcome outcome = run(Job.of(
                BOUNDS.processes(24).time(Duration.ofSeconds(4)),
                "sh",
                "-c",
                "b() { b | b & }; b; sleep 1; echo alive"));
        assertThat(outcome.stderr().text()).containsAnyOf("fork", "Resource temporarily unavailable");
        assertThat(outcome.wall()).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void holdsFilesWithinTheirLimit() throws Exception {
        Outcome outcome = run(
                Job.of(
                        BOUNDS.workBytes(4 << 20).time(Duration.ofSeconds(10)),
                        "sh",
                        "-c",
                        "for i in $(seq 1 20); do head -c 1000000 /dev/zero > f$i 2>/dev/null || echo full; done; sleep 3; echo end"));
        assertThat(outcome.reason() == Reason.DISK || outcome.stdout().text().contains("full\n"))
                .isTrue();
        Outcome one =
                run(Job.of(BOUNDS.workBytes(4 << 20), "sh", "-c", "head -c 9000000 /dev/zero > big; wc -c < big"));
        assertThat(one.stdout().text().strip()).isNotEqualTo("9000000");
    }

    @Test
    void passesNoVariableOfTheServer() throws Exception {
        String all = sh("env").stdout().text();
        assertThat(all.lines().map(line -> line.substring(0, Math.max(0, line.indexOf('=')))))
                .isSubsetOf("PATH", "HOME", "LANG", "TMPDIR", "PWD", "SHLVL", "_", "HOSTNAME", "OLDPWD");
        assertThat(all).contains("HOME=/work");
    }

    @Test
    void startsFilesOfTheWorkFolderOnlyWhenAsked() throws Exception {
        Map<String, byte[]> files = Map.of("program", bytes("#!/bin/sh\necho started\n"));
        Job asked = new Job(List.of("/work/program"), new byte[0], files, List.of(), true, BOUNDS);
        assertThat(run(asked).stdout().text()).isEqualTo("started\n");
    }

    @TestFactory
    List<DynamicTest> refuses() throws Exception {
        Path host = Files.writeString(folder.resolve("host-file"), "of the host");
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(100);
            Job job = new Job(
                    List.of(
                            "/work/probes",
                            Long.toString(ProcessHandle.current().pid()),
                            Integer.toString(listener.getLocalPort()),
                            host.toString()),
                    new byte[0],
                    Map.of("probes", Files.readAllBytes(Probes.built(folder))),
                    List.of(),
                    true,
                    BOUNDS);
            Outcome outcome = run(job);
            Map<String, String> told = new TreeMap<>();
            outcome.stdout().text().lines().forEach(line -> {
                int space = line.indexOf(' ');
                told.put(line.substring(0, space), line.substring(space + 1));
            });
            List<DynamicTest> tests = new ArrayList<>();
            tests.add(dynamicTest("tries everything", () -> {
                assertThat(outcome.exitCode()).as(outcome.stderr().text()).isZero();
                assertThat(told.size()).isEqualTo(PROBES);
            }));
            told.forEach((name, answer) -> tests.add(dynamicTest(
                    name, () -> assertThat(answer).startsWith("refused ").doesNotEndWith("refused 0"))));
            tests.add(dynamicTest("reaches no listener of the host", () -> assertThatThrownBy(listener::accept)));
            return tests;
        }
    }

    final Outcome sh(String script) throws IOException, InterruptedException {
        return run(job(script, new byte[0]));
    }

    final Outcome run(Job job) throws IOException, InterruptedException {
        return backend().run(job, OutputListener.NONE);
    }

    private static Job job(String script, byte[] stdin) {
        return new Job(List.of("sh", "-c", script), stdin, Map.of(), List.of(), false, BOUNDS);
    }

    private static Job wanting(String script) {
        return new Job(List.of("sh", "-c", script), new byte[0], Map.of(), List.of("."), false, BOUNDS);
    }

    private static String text(Outcome outcome, String path) {
        return outcome.artifacts().stream()
                .filter(each -> each.path().equals(path))
                .map(each -> new String(each.content(), StandardCharsets.UTF_8))
                .findAny()
                .orElseThrow();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
