package dev.millwright.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.config.ConfigException;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private static final List<Flag> FLAGS = List.of(
            new Flag("--root", "DIR", "roots", true, "A folder."),
            new Flag("--root", "DIR", "other-roots", true, "A folder for another server."),
            new Flag("--port", "N", "port", false, "A port."),
            new Flag("--yes", "", "yes", false, "Yes."));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Line> seen = new ArrayList<>();

    private int run(Verb.Action action, String... arguments) {
        Verb go = Verb.of("go", "Goes.", List.of(new Verb.Word("WHERE", "0..*", "Where to.")), FLAGS, action);
        Verb one = Verb.of("one", "Takes one.", List.of(new Verb.Word("THING", "1", "What.")), List.of(), action);
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(), new PrintStream(out, true), new PrintStream(err, true), Map.of());
        return new Commands(Verb.group("mill", "A mill.", List.of(go, Verb.group("deep", "Deep.", List.of(one)))))
                .run(List.of(arguments), terminal);
    }

    private int run(String... arguments) {
        return run(
                (line, terminal) -> {
                    seen.add(line);
                    return ExitCode.OK;
                },
                arguments);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listsAnOptionThatServersShareOnce() {
        assertThat(run("go", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).containsOnlyOnce("\n      --root=DIR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "--root /x",
                "a --root /x b --root /y --yes",
                "--port 8080 a",
                "--yes",
                "--port nonsense",
                "a/b=c",
                "--root=/x",
                "--port 1 --port 2",
                "--root",
                "--root --yes",
                "--nope",
                "-x",
                "--yes=true",
                "--yes --yes",
                "--help",
                "-"
            })
    void quickReadingSaysTheSameAsPicocliOrLeavesItToPicocli(String typed) {
        List<String> arguments = typed.isEmpty() ? List.of() : List.of(typed.split(" "));
        List<String> all = new ArrayList<>(List.of("go"));
        all.addAll(arguments);

        int code = run(all.toArray(String[]::new));
        Optional<Line> quick = QuickLine.read(arguments, FLAGS);

        quick.ifPresent(line -> {
            assertThat(code).isZero();
            assertThat(seen).containsExactly(line);
        });
        if (code != ExitCode.OK) {
            assertThat(quick).isEmpty();
        }
    }

    @Test
    void quickReadingTakesWhatHostsSend() {
        assertThat(QuickLine.read(List.of("filesystem", "--root", "/a", "--root", "/b", "--yes"), FLAGS))
                .contains(new Line(List.of("filesystem"), Map.of("--root", List.of("/a", "/b"), "--yes", List.of())));
    }

    @Test
    void suggestsTheNearestVerb() {
        assertThat(run("gp")).isEqualTo(ExitCode.USAGE);
        assertThat(said()).isEqualTo("millwright: unknown verb gp; did you mean go?\nSee mill --help\n");
    }

    @Test
    void suggestsTheNearestOption() {
        assertThat(run("go", "--rot", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(said()).startsWith("millwright: unknown option --rot; did you mean --root?\n");
    }

    @Test
    void saysWhichWordIsMissing() {
        assertThat(run("deep", "one")).isEqualTo(ExitCode.USAGE);
        assertThat(said()).contains("THING").endsWith("See mill deep one --help\n");
    }

    @Test
    void showsHelpOnStdoutAtEveryLevel() {
        assertThat(run("--help")).isZero();
        assertThat(run("deep", "--help")).isZero();
        assertThat(run("deep", "one", "-h")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("A mill.", "Deep.", "Takes one.");
        assertThat(said()).isEmpty();
    }

    @Test
    void aGroupAloneShowsItsVerbsAsAnError() {
        assertThat(run("deep")).isEqualTo(ExitCode.USAGE);
        assertThat(said()).contains("Takes one.");
    }

    @Test
    void aFailureIsOneLineWithTheCodeOfItsKind() {
        assertThat(fails(new ConfigException("bad key"))).isEqualTo(ExitCode.USAGE);
        assertThat(fails(new Failure.Usage("bad word"))).isEqualTo(ExitCode.USAGE);
        assertThat(fails(ToolException.unavailable("full"))).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(fails(new BindException("in use"))).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(fails(new AccessDeniedException("/x"))).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(fails(new IllegalStateException("oops"))).isEqualTo(ExitCode.DEFECT);
        assertThat(said().lines())
                .containsExactly(
                        "millwright: bad key",
                        "millwright: bad word",
                        "millwright: full",
                        "millwright: in use",
                        "millwright: /x: permission denied",
                        "millwright: failed inside: java.lang.IllegalStateException: oops; the same with --debug tells"
                                + " where");
    }

    private int fails(Exception e) {
        return run(
                (line, terminal) -> {
                    throw e;
                },
                "go");
    }

    @Test
    void showsWhereItFailedWhenAsked() {
        run(
                (line, terminal) -> {
                    throw new IllegalStateException("oops");
                },
                "go",
                "--debug");
        assertThat(said()).contains("\tat " + CommandsTest.class.getName());
    }
}
