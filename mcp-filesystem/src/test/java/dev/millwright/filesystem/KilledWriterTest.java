package dev.millwright.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed at any moment. */
class KilledWriterTest {
    private static final int ROUNDS = Integer.getInteger("millwright.kills", 5);
    private static final int SIZE = 200_000;

    @TempDir
    Path temporary;

    /** Writes 1, 2, 3 … until it is killed, and says which are done. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            try (Bench bench = new Bench(Path.of(arguments[0]))) {
                for (int n = Integer.parseInt(arguments[1]); ; n++) {
                    bench.run("write_file", content(n));
                    System.out.println(n);
                }
            }
        }
    }

    private static ObjectNode content(int n) {
        return Json.object().put("path", "f").put("content", text(n)).put("mode", "overwrite");
    }

    private static String text(int n) {
        String number = n + "\n";
        return number.repeat(SIZE / number.length());
    }

    @Test
    void leavesOldOrNewAndWhatWasAnswered() throws Exception {
        Random random = new Random(7);
        Files.createDirectories(temporary.resolve("root"));
        Path file = temporary.resolve("root/f");
        Files.writeString(file, text(0));
        int next = 1;
        for (int round = 0; round < ROUNDS; round++) {
            int answered = killedAfter(random.nextInt(60), next);
            assertThat(answered).isGreaterThanOrEqualTo(next);
            String left = Files.readString(file);
            assertThat(left).isIn(text(answered), text(answered + 1));
            try (Bench bench = new Bench(temporary)) {
                bench.workspaces.history(Tenant.DEFAULT).recover();
                assertThat(temporary.resolve("root").toFile().list()).containsExactly("f");
                assertThat(Files.readString(file)).isIn(text(answered), text(answered + 1));
                String latest =
                        bench.call("fs_undo", "{}").at("/changes/0/opId").asText();
                String before = Files.readString(file);
                String undo = bench.run("fs_undo", Json.object().put("opId", latest))
                        .get("opId")
                        .asText();
                assertThat(Files.readString(file)).isNotEqualTo(before);
                bench.run("fs_undo", Json.object().put("opId", undo));
                assertThat(Files.readString(file)).isEqualTo(before);
            }
            next = answered + 2;
        }
    }

    /** The last number that was answered. */
    private int killedAfter(int millis, int first) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        temporary.toString(),
                        String.valueOf(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(temporary.resolve("answers").toFile())
                .start();
        while (answers().isEmpty() && writer.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        TimeUnit.MILLISECONDS.sleep(millis);
        writer.destroyForcibly();
        assertThat(writer.waitFor()).isEqualTo(137);
        return Integer.parseInt(answers().getLast());
    }

    private List<String> answers() throws IOException {
        String all = Files.readString(temporary.resolve("answers"));
        return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
    }
}
