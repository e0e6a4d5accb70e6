package dev.millwright.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.state.MemorySource;
import dev.millwright.k8s.state.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** States recorded from a real cluster (v1.36), and states written for a test, as a source of the diagnosis. */
public final class Recorded {
    private static final Path FOLDER = Path.of("src", "test", "resources", "recorded");

    private Recorded() {}

    /** Names of all recorded scenarios. */
    public static List<String> scenarios() {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path folder(String scenario) {
        return FOLDER.resolve(scenario);
    }

    /** What must be found: {@code object} and {@code cause}, a regular expression; both empty for nothing. */
    public static JsonNode expected(String scenario) {
        return read(folder(scenario).resolve("expect.json"));
    }

    /** All objects of a scenario, and the node. */
    public static List<JsonNode> objects(String scenario) {
        List<JsonNode> all = new ArrayList<>();
        read(folder(scenario).resolve("objects.json")).path("items").forEach(all::add);
        read(FOLDER.resolve("cluster.json")).path("items").forEach(all::add);
        return all;
    }

    public static Map<MemorySource.LogName, String> logs(String scenario) {
        Map<MemorySource.LogName, String> logs = new HashMap<>();
        Path folder = folder(scenario).resolve("logs");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String[] parts =
                            file.getFileName().toString().replace(".log", "").split("__");
                    logs.put(
                            new MemorySource.LogName(scenario, parts[0], parts[1], parts.length > 2),
                            Files.readString(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return logs;
    }

    public static State state(String scenario) {
        return new State(
                new MemorySource(
                        objects(scenario),
                        Kinds.all(),
                        logs(scenario),
                        Map.of(),
                        Instant.parse("2026-11-20T14:30:00Z")),
                Optional.of(scenario));
    }

    /**
     * A state written for a test.
     *
     * @param yaml objects, separated by {@code ---}; those without a namespace are in {@code shop}, those without a uid
     *     get one
     */
    public static State written(String yaml, Map<MemorySource.LogName, String> logs) {
        return new State(
                new MemorySource(
                        Yaml.objects(yaml), Kinds.all(), logs, Map.of(), Instant.parse("2026-11-20T14:30:00Z")),
                Optional.of("shop"));
    }

    public static State written(String yaml) {
        return written(yaml, Map.of());
    }

    /** The same where some kinds could not be read. */
    public static State without(List<Kind> unread, String yaml) {
        return new State(
                new MemorySource(
                        Yaml.objects(yaml).stream()
                                .filter(each -> unread.stream()
                                        .noneMatch(kind -> kind.name()
                                                .equals(each.path("kind").asText())))
                                .toList(),
                        Kinds.all().stream()
                                .filter(each -> !unread.contains(each))
                                .toList(),
                        Map.of(),
                        Map.of(),
                        Instant.parse("2026-11-20T14:30:00Z")),
                Optional.of("shop"));
    }

    private static JsonNode read(Path file) {
        try {
            return Json.read(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
