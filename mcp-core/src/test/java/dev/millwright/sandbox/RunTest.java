package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.sandbox.Receipt.Reason;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every sandbox does with a command, confined or not. */
@Timeout(60)
final class RunTest {
    enum Backend {
        BUBBLEWRAP(Backends.choose(SandboxConfig.Confinement.BUBBLEWRAP)),
        LANDLOCK(Backends.choose(SandboxConfig.Confinement.LANDLOCK)),
        UNCONFINED(Backends.choose(SandboxConfig.Confinement.UNCONFINED)),
        PLAIN(Sandboxes.plain());

        private final Sandbox sandbox;

        Backend(Sandbox sandbox) {
            this.sandbox = sandbox;
        }

        Sandbox sandbox() throws IOException {
            Backends.require(sandbox);
            return sandbox;
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void isNamedInTheReceipt(Backend backend) throws Exception {
        Receipt receipt = backend.sandbox().run(Command.of("true"));
        assertThat(receipt.backend()).isEqualTo(backend.name().toLowerCase(java.util.Locale.ROOT));
        assertThat(receipt.exitCode()).isZero();
        assertThat(receipt.reason()).isEqualTo(Reason.EXITED);
    }

    @ParameterizedTest
    @EnumSource
    void passesInputArgumentsAndVariables(Backend backend) throws Exception {
        byte[] input = new byte[300_000];
        Arrays.fill(input, (byte) 'i');
        Receipt receipt = backend.sandbox()
                .run(Command.of("bash", "-c", "echo \"$1|$GREETING\"; wc -c", "x", "a 'b' $c\n")
                        .env("GREETING", "grüß =\n\"dich\"")
                        .stdin(input));
        assertThat(out(receipt)).isEqualTo("a 'b' $c\n|grüß =\n\"dich\"\n300000\n");
    }

    @ParameterizedTest
    @EnumSource
    void endsThoughItsInputIsNotRead(Backend backend) throws Exception {
        assertThat(backend.sandbox()
                        .run(Command.of("true").stdin(new byte[1 << 20]))
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void readsAnEmptyInputWhenNoneIsGiven(Backend backend) throws Exception {
        assertThat(out(backend.sandbox().run(Command.of("wc", "-c")))).isEqualTo("0\n");
    }

    @ParameterizedTest
    @EnumSource
    void tellsExitCodesAndSignals(Backend backend) throws Exception {
        assertThat(backend.sandbox().run(Command.of("bash", "-c", "exit 42")).exitCode())
                .isEqualTo(42);
        assertThat(backend.sandbox()
                        .run(Command.of("bash", "-c", "kill -SEGV $$"))
                        .signal())
                .hasValue(11);
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtItsTime(Backend backend) throws Exception {
        Receipt receipt =
                backend.sandbox().run(Command.of("sleep", "100").limits(Limits.DEFAULT.wall(Duration.ofMillis(200))));
        assertThat(receipt.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(receipt.wall()).isLessThan(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @EnumSource
    void keepsBothEndsAndSpillsTheRestUpToItsCap(Backend backend) throws Exception {
        AtomicLong heard = new AtomicLong();
        Receipt receipt = backend.sandbox()
                .run(
                        Command.of("bash", "-c", "seq 1 200000; seq 1 200000 >&2")
                                .limits(Limits.DEFAULT.outputBytes(500_000))
                                .spill(folder),
                        (stream, bytes, length) -> heard.addAndGet(length));
        String all = String.join(
                        "\n",
                        java.util.stream.IntStream.rangeClosed(1, 200_000)
                                .mapToObj(Integer::toString)
                                .toList())
                + "\n";
        for (Captured captured : new Captured[] {receipt.stdout(), receipt.stderr()}) {
            assertThat(captured.total()).isEqualTo(all.length());
            assertThat(text(captured.head())).isEqualTo(all.substring(0, Captured.END));
            assertThat(text(captured.tail())).isEqualTo(all.substring(all.length() - Captured.END));
            assertThat(captured.kept()).isEqualTo(500_000);
            assertThat(captured.spill().get()).hasSize(500_000);
            assertThat(text(captured.read(100_000, 400_000))).isEqualTo(all.substring(100_000, 500_000));
            assertThat(captured.read(500_000, 10)).isEmpty();
        }
        assertThat(heard).hasValue(2L * all.length());
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingThatIsSaidLast(Backend backend) throws Exception {
        for (int i = 0; i < 10; i++) {
            Receipt receipt = backend.sandbox()
                    .run(
                            Command.of("bash", "-c", "echo; sleep 0.01; head -c 59999 /dev/zero"),
                            (stream, bytes, length) -> pause());
            assertThat(receipt.stdout().total()).isEqualTo(60_000);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @EnumSource
    void spillsNothingThatFitsIntoMemory(Backend backend) throws Exception {
        Receipt receipt = backend.sandbox()
                .run(Command.of("head", "-c", "131072", "/dev/zero").spill(folder));
        assertThat(receipt.stdout().spill()).isEmpty();
        assertThat(receipt.stdout().omitted()).isZero();
        assertThat(receipt.stdout().read(131_000, 1000)).hasSize(72);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "LANDLOCK"})
    void showsConfinedCodeNoneOfTheServersVariables(Backend backend) throws Exception {
        assertThat(out(backend.sandbox().run(Command.of("env")))
                        .lines()
                        .map(line -> line.substring(0, line.indexOf('='))))
                .filteredOn(name -> !name.equals("TMPDIR"))
                .containsExactlyInAnyOrder("HOME", "LANG", "PATH", "PWD");
    }

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "LANDLOCK"})
    void saysThatAProgramIsMissingAsAShellDoes(Backend backend) throws Exception {
        assertThat(backend.sandbox().run(Command.of("no-such-program")).exitCode())
                .isEqualTo(127);
        assertThatThrownBy(() -> Backend.PLAIN.sandbox().run(Command.of("no-such-program")))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.UNAVAILABLE));
    }

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "LANDLOCK"})
    void measuresWhatWasUsed(Backend backend) throws Exception {
        Receipt receipt = backend.sandbox()
                .run(Command.of("python3", "-c", "x = bytearray(50 << 20)\nfor i in range(3_000_000): pass"));
        assumeTrue(receipt.cpu().isPresent() && receipt.peakMemoryBytes().isPresent(), "only control groups count it");
        assertThat(receipt.cpu().get()).isGreaterThan(Duration.ofMillis(30));
        assertThat(receipt.peakMemoryBytes().getAsLong()).isGreaterThan(50L << 20);
    }

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "LANDLOCK"})
    void hashesAllThatConfines(Backend backend) throws Exception {
        Sandbox sandbox = backend.sandbox();
        String policy = sandbox.run(Command.of("true")).policy();
        assertThat(policy).matches("[0-9a-f]{64}");
        assertThat(sandbox.run(Command.of("false")).policy()).isEqualTo(policy);
        assertThat(sandbox.run(Command.of("true").mount(Mount.read(Files.createDirectory(folder.resolve("m")))))
                        .policy())
                .isNotEqualTo(policy);
    }

    private static String out(Receipt receipt) {
        return text(receipt.stdout().head());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
