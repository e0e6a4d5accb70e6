package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one data directory and one workspace, under load. */
class TwoProcessesIT {
    private static final int CLIENTS = 64;

    /** A minute where it counts, less on a desk; {@code -Dmillwright.soak.seconds=N} says otherwise. */
    private static final Duration TIME =
            Duration.ofSeconds(Integer.getInteger("millwright.soak.seconds", System.getenv("CI") == null ? 10 : 60));

    @TempDir
    Path folder;

    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong changes = new AtomicLong();

    @Test
    void serveSixtyFourClientsAtOnceWithoutAnError() throws Exception {
        Path data = folder.resolve("data");
        Path root = Files.createDirectory(folder.resolve("workspace"));
        try (ServerProcess one = ServerProcess.serve(data, root);
                ServerProcess other = ServerProcess.serve(data, root)) {
            load(one, other);
        }
        assertThat(errors).isEmpty();
        assertThat(changes.get()).isGreaterThan(CLIENTS);
        Optional<String> verified = ServerProcess.run(data, "audit", "verify");
        assertThat(verified).as("audit verify").isPresent();
    }

    private void load(ServerProcess one, ServerProcess other) {
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Instant end = Instant.now().plus(TIME);
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                ServerProcess server = number % 2 == 0 ? one : other;
                clients.execute(() -> {
                    try {
                        WireClient client = number % 4 < 2
                                ? WireClient.stateless(http, server.uri())
                                : WireClient.inSession(http, server.uri());
                        work(client, number, end);
                    } catch (Exception e) {
                        errors.add(number + ": " + e);
                    }
                });
            }
        }
    }

    /** Writes, edits, reads back and takes back in a folder of its own; its last value is never lost. */
    private void work(WireClient client, int number, Instant end) throws Exception {
        String path = "client-%d.txt".formatted(number);
        for (int round = 0; Instant.now().isBefore(end); round++) {
            String content = "client %d round %d\n".formatted(number, round);
            client.call(
                    "write_file",
                    Json.object().put("path", path).put("content", content).put("mode", "overwrite"));
            expect(client, path, content);
            JsonNode edited = client.call("edit_file", edit(path, "round", "lap"));
            expect(client, path, content.replace("round", "lap"));
            client.call("fs_undo", Json.object().put("opId", edited.path("opId").asText()));
            expect(client, path, content);
            changes.addAndGet(3);
        }
    }

    private static ObjectNode edit(String path, String old, String replacement) {
        ObjectNode arguments = Json.object().put("path", path);
        arguments.putArray("edits").addObject().put("old", old).put("new", replacement);
        return arguments;
    }

    private void expect(WireClient client, String path, String content) throws Exception {
        String read = client.call("read_file", Json.object().put("path", path))
                .path("text")
                .asText();
        if (!read.equals(content)) {
            errors.add("%s held %s and not %s".formatted(path, read, content));
        }
    }
}
