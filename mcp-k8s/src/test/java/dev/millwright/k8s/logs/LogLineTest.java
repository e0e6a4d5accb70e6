package dev.millwright.k8s.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLineTest {
    @Test
    void takesTheTimeOfTheKubeletOffTheLine() {
        LogLine line = LogLine.of("2026-11-20T14:28:53.123456789Z ERROR no", true);

        assertThat(line.at()).contains(Instant.parse("2026-11-20T14:28:53.123456789Z"));
        assertThat(line.text()).isEqualTo("ERROR no");
    }

    @Test
    void leavesALineThatTheKubeletDidNotStampAsItIs() {
        assertThat(LogLine.of("no time here", true).text()).isEqualTo("no time here");
        assertThat(LogLine.of("2026-11-20T14:28:53Z", true).text()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-20 14:28:53,123 ERROR [main] c.a.Shop - no | 2026-11-20T14:28:53.123Z | ERROR",
                "2026-11-20T14:28:53+0100 WARN no | 2026-11-20T13:28:53Z | WARNING",
                "[2026-11-20 14:28:53 +0000] [1] [CRITICAL] no | 2026-11-20T14:28:53Z | FATAL",
                "2026-11-20 14:28:53.123 UTC [27] FATAL:  no | 2026-11-20T14:28:53.123Z | FATAL"
            })
    void readsTheLinesOwnTimeAndLevel(String text, Instant at, Level level) {
        LogLine line = LogLine.of(text, false);

        assertThat(line.at()).contains(at);
        assertThat(line.level()).isEqualTo(level);
        assertThat(line.message()).doesNotContain("14:28");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"level\":\"error\",\"ts\":1763648933.5,\"msg\":\"cannot bind\",\"err\":\"EADDRINUSE\"} | ERROR | cannot bind: EADDRINUSE",
                "{\"level\":50,\"time\":1763648933500,\"msg\":\"boom\"} | ERROR | boom",
                "{\"severity\":\"WARNING\",\"message\":\"slow\"} | WARNING | slow",
                "{\"log.level\":\"fatal\",\"@timestamp\":\"2026-11-20T14:28:53Z\",\"message\":\"end\",\"error\":{\"type\":\"IOException\",\"message\":\"gone\"}} | FATAL | end: IOException: gone",
                "time=2026-11-20T14:28:53Z level=error msg=\"cannot say \\\"hi\\\"\" err=timeout | ERROR | cannot say \"hi\": timeout",
                "E1120 14:28:53.123456       1 main.go:12] no leader | ERROR | no leader",
                "I1120 14:28:53.123456       1 main.go:12] error is none | INFO | error is none",
                "2026/11/20 14:28:53 [emerg] 1#1: host not found in upstream | FATAL | [emerg] 1#1: host not found in upstream",
                "npm ERR! missing script: start | ERROR | npm ERR! missing script: start",
                "ERROR:root:bad row | ERROR | ERROR:root:bad row",
                "Cannot write to the LOG directory: INFO | NONE | Cannot write to the LOG directory: INFO",
                "root - WARNING - disk is slow | WARNING | root - WARNING - disk is slow",
                "an error in the middle of a sentence | NONE | an error in the middle of a sentence"
            })
    void readsStructuredAndPlainLines(String text, Level level, String message) {
        LogLine line = LogLine.of(text, false);

        assertThat(line.level()).isEqualTo(level);
        assertThat(line.message()).isEqualTo(message);
        assertThat(line.text()).isEqualTo(text);
    }

    @Test
    void readsWhatOnlyLooksLikeJsonAsPlainText() {
        assertThat(LogLine.of("{\"level\":\"error\", broken}", false).message())
                .isEqualTo("{\"level\":\"error\", broken}");
        assertThat(LogLine.of("{\"a\":1,\"a\":2}", false).message()).isEqualTo("{\"a\":1,\"a\":2}");
    }

    @Test
    void writesTerminalEscapesControlCharactersAndHiddenMarksHarmless() {
        assertThat(LogLine.of("\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u0000y\u0085\r", false)
                        .text())
                .isEqualTo("red x\\x00y\\x85");
        assertThat(LogLine.of("a\u202eb\u2028c\ufeff", false).text()).isEqualTo("a\\u202eb\\u2028c\\ufeff");
        assertThat(LogLine.of("half \ud83d pair, whole \ud83d\ude00, tag \udb40\udc41.", false)
                        .text())
                .isEqualTo("half \ufffd pair, whole \ud83d\ude00, tag .");
        assertThat(LogLine.of("\u001b", false).text()).isEmpty();
        assertThat(LogLine.of("\u001b[", false).text()).isEmpty();
        assertThat(LogLine.of("progress 1%\rprogress 2%", false).text()).isEqualTo("progress 1% progress 2%");
    }

    @Test
    void cutsALineOfAMegabyteAndSaysHowMuchIsMissing() {
        String text = LogLine.of("x".repeat(1_000_000), false).text();

        assertThat(text).hasSizeLessThan(LogText.LONGEST + 40).endsWith("more characters");
        assertThat(LogLine.of("\u001b[".repeat(500_000), false).text()).hasSizeLessThan(100);
        assertThat(LogLine.of("{".repeat(1_000_000) + "}", false).text()).hasSizeLessThan(LogText.LONGEST + 40);
    }

    @Test
    void knowsTheKubeletsSentenceForNoLog() {
        assertThat(LogText.isLog("unable to retrieve container logs for containerd://8def2f2d"))
                .isFalse();
        assertThat(LogText.isLog("unable to retrieve container logs for containerd://8def\nreal line\n"))
                .isTrue();
        assertThat(LogText.isLog("unable to retrieve the cart")).isTrue();
    }
}
