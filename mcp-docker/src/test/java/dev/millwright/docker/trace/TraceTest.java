package dev.millwright.docker.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** BuildKit's progress is read as its protocol says, and damaged progress does no harm. */
class TraceTest {
    private static final class Message extends ByteArrayOutputStream {
        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message inner(int field, Message value) {
            return bytes(field, value.toByteArray());
        }

        private Message bytes(int field, byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long left = value;
            while ((left & ~0x7fL) != 0) {
                write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            write((int) left);
        }

        String base64() {
            return Base64.getEncoder().encodeToString(toByteArray());
        }
    }

    private static Message time(long seconds, int nanos) {
        return new Message().number(1, seconds).number(2, nanos);
    }

    @Test
    void gathersStepsTimesLogsAndWarnings() throws IOException {
        Trace trace = new Trace();
        trace.add(new Message()
                .inner(
                        1,
                        new Message()
                                .text(1, "sha256:a")
                                .text(2, "x")
                                .text(3, "[1/2] RUN x")
                                .inner(5, time(100, 0)))
                .base64());
        trace.add(new Message()
                .inner(
                        1,
                        new Message()
                                .text(1, "sha256:a")
                                .text(3, "[1/2] RUN x")
                                .inner(5, time(100, 0))
                                .inner(6, time(101, 500_000_000))
                                .text(7, "exit code: 3"))
                .inner(
                        1,
                        new Message().text(1, "sha256:b").text(3, "[2/2] RUN y").number(4, 1))
                .inner(2, new Message().text(1, "id").text(2, "sha256:a").number(4, 7))
                .inner(
                        3,
                        new Message()
                                .text(1, "sha256:a")
                                .inner(2, time(100, 1))
                                .number(3, 2)
                                .text(4, "first\nsec"))
                .inner(3, new Message().text(1, "sha256:a").text(4, "ond\n"))
                .inner(4, new Message().text(1, "sha256:a").number(2, 1).text(3, "JSONArgsRecommended"))
                .base64());

        assertThat(trace.vertices()).extracting(Vertex::name).containsExactly("[1/2] RUN x", "[2/2] RUN y");
        assertThat(trace.vertices().get(1).cached()).isTrue();
        Vertex failed = trace.failed().orElseThrow();
        assertThat(failed.took()).hasValue(Duration.ofMillis(1_500));
        assertThat(failed.error()).isEqualTo("exit code: 3");
        assertThat(trace.log(failed)).isEqualTo("first\nsecond\n");
        assertThat(trace.warnings()).containsExactly(new Warning("JSONArgsRecommended"));
    }

    @Test
    void takesTheStepThatFailedNotOneThatWasGivenUp() throws IOException {
        Trace trace = new Trace();
        trace.add(new Message()
                .inner(1, new Message().text(1, "a").text(3, "[1] RUN a").text(7, "exit code: 1"))
                .inner(1, new Message().text(1, "b").text(3, "[1] RUN b").text(7, "process: context canceled"))
                .base64());
        assertThat(trace.failed().map(Vertex::digest)).hasValue("a");
    }

    @Test
    void endsDamagedMessagesWithAnErrorAndNothingWorse() {
        assertThatThrownBy(() -> new Trace().add("no base 64!")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new Trace().add(Base64.getEncoder().encodeToString(new byte[] {10, 127, 1})))
                .isInstanceOf(IOException.class);
        Random random = new Random(1);
        byte[] good = Base64.getDecoder()
                .decode(new Message()
                        .inner(1, new Message().text(1, "a").text(3, "name").inner(5, time(1, 2)))
                        .inner(3, new Message().text(1, "a").text(4, "log"))
                        .base64());
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int k = 0; k < 3; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                new Trace().add(Base64.getEncoder().encodeToString(bad));
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }
}
