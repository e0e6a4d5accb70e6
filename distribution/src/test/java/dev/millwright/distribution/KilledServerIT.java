package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A server killed while it writes: what it acknowledged is there afterwards, and nothing is half. */
class KilledServerIT {
    @TempDir
    Path folder;

    private record Acknowledged(String content, String opId) {}

    @RepeatedTest(3)
    void losesNothingItAcknowledged() throws Exception {
        Path data = folder.resolve("data");
        Path root = Files.createDirectory(folder.resolve("workspace"));
        List<Acknowledged> writes = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            ServerProcess doomed = ServerProcess.serve(data, root);
            WireClient client = WireClient.stateless(http, doomed.uri());
            write(client, writes);
            Thread killer = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(500 + (long) (Math.random() * 500));
                    doomed.kill();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                while (true) {
                    write(client, writes);
                }
            } catch (IOException expected) {
                killer.join();
            }
            assertThat(writes).hasSizeGreaterThan(1);

            String last = writes.getLast().content();
            assertThat(Files.readString(root.resolve("log.txt")))
                    .as("what was acknowledged last, or the one write that was under way")
                    .isIn(last, content(writes.size()));
            try (Stream<Path> left = Files.list(root)) {
                assertThat(left).as("nothing half-written lies about").containsExactly(root.resolve("log.txt"));
            }
            assertThat(ServerProcess.run(data, "audit", "verify"))
                    .as("audit verify")
                    .isPresent();

            try (ServerProcess again = ServerProcess.serve(data, root)) {
                JsonNode journal = WireClient.stateless(http, again.uri()).call("fs_undo", Json.object());
                assertThat(journal.path("changes").findValuesAsText("opId"))
                        .as("the journal knows the change")
                        .contains(writes.getLast().opId());
            }
        }
    }

    private static void write(WireClient client, List<Acknowledged> writes) throws IOException, InterruptedException {
        String content = content(writes.size());
        JsonNode done = client.call(
                "write_file",
                Json.object().put("path", "log.txt").put("content", content).put("mode", "overwrite"));
        writes.add(new Acknowledged(content, done.path("opId").asText()));
    }

    /** Long enough to be caught in the middle. */
    private static String content(int number) {
        return "%d\n".formatted(number).repeat(20_000);
    }
}
