package dev.millwright.docker.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The failing step is found whatever surrounds it. */
class BuildLogTest {
    @Test
    void takesTheLastStepOfALegacyLog() {
        Step step = BuildLog.failing("""
                Step 1/3 : FROM alpine
                 ---> 1
                Step 2/3 : RUN true
                 ---> Running in 2
                old output
                Removing intermediate container 2
                 ---> 3
                Step 3/3 : RUN make
                 ---> Running in 4
                new output
                The command '/bin/sh -c make' returned a non-zero code: 2
                """);
        assertThat(step.name()).isEqualTo("RUN make");
        assertThat(step.number()).isEqualTo("3/3");
        assertThat(step.lines()).containsExactly("new output");
        assertThat(step.exitCode()).hasValue(2);
    }

    @Test
    void takesTheVertexThatFailedAmongInterleavedOnes() {
        Step step = BuildLog.failing("""
                #7 [web 2/3] RUN a
                #8 [api 2/3] RUN b
                #7 0.100 from a
                #8 0.200 from b
                #7 ...
                #8 0.300 failing b
                #8 ERROR: process "/bin/sh -c b" did not complete successfully: exit code: 7

                #7 [web 2/3] RUN a
                #7 CANCELED
                ------
                 > [api 2/3] RUN b:
                0.200 from b
                0.300 failing b
                ------
                Dockerfile.prod:12
                ERROR: failed to solve: process "/bin/sh -c b" did not complete successfully: exit code: 7
                """);
        assertThat(step.name()).isEqualTo("RUN b");
        assertThat(step.number()).isEqualTo("api 2/3");
        assertThat(step.lines()).containsExactly("from b", "failing b");
        assertThat(step.exitCode()).hasValue(7);
        assertThat(step.dockerfileLine()).hasValue(12);
    }

    @Test
    void takesAVertexThatFailedNotOneThatWasCancelledWithIt() {
        Step step = BuildLog.failing("""
                #5 [a 1/1] RUN x
                #6 [b 1/1] RUN y
                #5 0.1 broken
                #5 ERROR: process "/bin/sh -c x" did not complete successfully: exit code: 1
                #6 ERROR: process "/bin/sh -c y" did not complete successfully: context canceled
                """);
        assertThat(step.name()).isEqualTo("RUN x");
    }

    @Test
    void readsTheEnginesOwnJson() {
        Step step = BuildLog.failing("""
                {"stream":"Step 1/1 : RUN curl x"}
                {"stream":"\\n"}
                {"stream":" ---\\u003e Running in 1\\n"}
                {"stream":"\\u001b[91m/bin/sh: 1: curl: not found\\n\\u001b[0m"}
                {"errorDetail":{"code":127,"message":"The command '/bin/sh -c curl x' returned a non-zero code: 127"},"error":"The command"}
                """);
        assertThat(step.name()).isEqualTo("RUN curl x");
        assertThat(step.exitCode()).hasValue(127);
        assertThat(step.lines()).contains("/bin/sh: 1: curl: not found");
    }

    @Test
    void readsLinesWithTimesOfContinuousIntegration() {
        Step step = BuildLog.failing("""
                2026-01-31T10:00:00.1234567Z #5 [2/2] RUN x
                2026-01-31T10:00:01.1234567Z #5 0.345 boom
                2026-01-31T10:00:02.1234567Z #5 ERROR: process "/bin/sh -c x" did not complete successfully: exit code: 4
                """);
        assertThat(step.lines()).containsExactly("boom");
        assertThat(step.exitCode()).hasValue(4);
    }

    @Test
    void keepsWhatAPersonWouldHaveSeen() {
        assertThat(LogText.lines("10%\r50%\r100%\r\n\u001b[31mred\u001b[0m\n\u001b]0;title\u0007x\na\u0000b\n"))
                .containsExactly("100%", "red", "x", "ab");
    }

    @Test
    void takesAnyTextAsAPlainLog() {
        Step step = BuildLog.failing("just\nsome text\n");
        assertThat(step.format()).isEqualTo("plain");
        assertThat(step.lines()).containsExactly("just", "some text");
        assertThat(BuildLog.failing("").lines()).isEmpty();
        assertThat(BuildLog.failing("{\"vertexes\":[").format()).isEqualTo("plain");
    }

    @Test
    void survivesHostileText() {
        String log = "#5 [1/1] RUN x\n#5 0.1 " + "a".repeat(500_000) + "\n#5 0.2 " + "(a+)+$ ".repeat(50_000) + "\n#"
                + "9".repeat(10_000) + " \u001b[\n#5 ERROR: nope\n";
        long start = System.nanoTime();
        assertThat(Diagnosis.of(log, Surroundings.none()).kind()).isNotNull();
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    }
}
