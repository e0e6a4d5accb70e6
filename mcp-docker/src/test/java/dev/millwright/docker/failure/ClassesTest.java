package dev.millwright.docker.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each class is known by what the tools really say, in every format of log. */
class ClassesTest {
    static List<Samples.Sample> samples() {
        return Samples.all();
    }

    private static FailureClass classOf(String log) {
        return Diagnosis.of(log, Surroundings.none()).kind();
    }

    /** All at once, so that one run shows every sample that is misread. */
    private static void allAre(Function<Samples.Sample, String> format) {
        List<String> wrong = new ArrayList<>();
        for (Samples.Sample each : samples()) {
            FailureClass found = classOf(format.apply(each));
            if (found != each.kind()) {
                wrong.add(each + " read as " + found + ": "
                        + Diagnosis.of(format.apply(each), Surroundings.none()).evidence());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void areKnownInLegacyLogs() {
        allAre(Samples::legacy);
    }

    @Test
    void areKnownInPlainLogsOfBuildKit() {
        allAre(Samples::buildkit);
    }

    @Test
    void areKnownInJsonLogsOfBuildKit() {
        allAre(Samples::rawjson);
    }

    @Test
    void areKnownInWhatATerminalLeavesBehind() {
        allAre(Samples::terminal);
    }

    @Test
    void areKnownBehindFiveThousandLinesOfOtherSteps() {
        String noise = "#3 [2/9] RUN make\n"
                + "#3 1.5 cc -c a.c -o a.o: warning: deprecated error: not found\n".repeat(5_000) + "#3 DONE 9.9s\n";
        allAre(sample -> noise + Samples.buildkit(sample));
    }

    @Test
    void haveThreeSamplesOrMoreEach() {
        Map<FailureClass, Long> counts =
                samples().stream().collect(Collectors.groupingBy(Samples.Sample::kind, Collectors.counting()));
        for (FailureClass each : FailureClass.values()) {
            assertThat(counts.getOrDefault(each, 0L)).as(each.name()).isGreaterThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void comeWithAStepEvidenceAndFixes(Samples.Sample sample) {
        Diagnosis diagnosis = Diagnosis.of(Samples.buildkit(sample), Surroundings.of(sample.dockerfile()));
        assertThat(diagnosis.step().name()).isEqualTo(sample.instruction());
        assertThat(diagnosis.step().exitCode().stream().boxed().findFirst()).isEqualTo(sample.code());
        assertThat(diagnosis.fixes()).isNotEmpty();
        assertThat(diagnosis.fixes()).extracting(Fix::id).doesNotHaveDuplicates();
        assertThat(diagnosis.fixes()).allSatisfy(fix -> {
            assertThat(fix.odds()).isBetween(0.05, 0.99);
            assertThat(fix.id()).matches("[a-z0-9-]{3,30}");
            assertThat(fix.automatic()).isEqualTo(!fix.edits().isEmpty());
        });
        assertThat(diagnosis.evidence())
                .allSatisfy(each -> assertThat(diagnosis.step().lines().get(each.line() - 1))
                        .isEqualTo(each.text()));
    }

    @Test
    void areToldApartFromTheirNeighbours() {
        assertThat(classOf("npm WARN deprecated request@2.88: E404 no longer\nnpm ERR! Missing script: \"x\"\n"))
                .isEqualTo(FailureClass.NPM_LIFECYCLE);
        assertThat(classOf("W: An error occurred\nerror: x\n")).isEqualTo(FailureClass.GENERIC);
        assertThat(classOf("downloading gcc\nrunning make\nnpm\nerror:\n")).isEqualTo(FailureClass.GENERIC);
        assertThat(classOf("src/a.c:1: warning: undefined reference to `x'\n0 errors\n"))
                .isEqualTo(FailureClass.GENERIC);
        assertThat(classOf("+ curl https://x\n+ git clone git://x\ndone\n")).isEqualTo(FailureClass.GENERIC);
        assertThat(classOf("npm warn ERESOLVE overriding peer dependency\nsh: 1: vite: not found\n"))
                .isEqualTo(FailureClass.CMD_NOT_FOUND);
    }

    @Test
    void doNotFollowFromTheRepeatedCommand() {
        String log = "Step 2/2 : RUN echo 'E: Unable to locate package x' >/dev/null; exit 3\n ---> Running in 1\n"
                + "The command '/bin/sh -c echo 'E: Unable to locate package x' >/dev/null; exit 3' returned a non-zero code: 3\n";
        assertThat(classOf(log)).isEqualTo(FailureClass.EXIT_EXPLICIT);
    }

    @Test
    void areFoundFarFromTheEnd() {
        String far = "#5 [2/2] RUN make\n#5 0.1 a.c:1:10: fatal error: zlib.h: No such file or directory\n"
                + "#5 0.2 filler\n".repeat(1_000)
                + "#5 ERROR: process \"/bin/sh -c make\" did not complete successfully: exit code: 2\n";
        assertThat(classOf(far)).isEqualTo(FailureClass.CONF_MISSING);
    }
}
