package dev.millwright.docker.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * What an image must be and do. What a checklist does not name is not checked.
 *
 * @param image that is checked, where the call names none; with a build, the name that what is built gets
 * @param build what makes the image first, where the call names none
 * @param files that must be in it: paths, with {@code *} in the last part
 * @param labels that must be on it: what their values must be, with {@code *} for any characters
 * @param ports all it may expose, and must, as in {@code 8080} or {@code 53/udp}
 * @param platform as in {@code linux/amd64}
 */
public record Checklist(
        Optional<String> image,
        Optional<Build> build,
        Optional<Start> start,
        Optional<Healthy> healthy,
        @Doc(value = "", orElse = "false") boolean nonRoot,
        @Doc(value = "", orElse = "false") boolean noSecrets,
        @Doc(value = "", min = 1, max = 1_000_000) OptionalInt maxSizeMb,
        @Doc(value = "", min = 0, max = 1_000_000) OptionalInt maxCritical,
        @Doc(value = "", min = 0, max = 1_000_000) OptionalInt maxHigh,
        @Doc(value = "", orElse = "[]") List<String> files,
        @Doc(value = "", orElse = "{}") Map<String, String> labels,
        Optional<List<String>> ports,
        Optional<String> platform) {
    /** @param dockerfile path below the context */
    public record Build(
            @Doc("") String context,
            @Doc(value = "", orElse = "Dockerfile") String dockerfile) {}

    /**
     * @param runningSeconds for which it must run
     * @param exits whether it ends by itself within that time, with exit code 0, instead
     * @param readOnly whether its root cannot be written while it is tried
     * @param writable folders in memory that it may write, beside {@code /tmp} and {@code /run}
     */
    public record Start(
            @Doc(value = "", min = 1, max = 300, orElse = "3")
            int runningSeconds,

            @Doc(value = "", orElse = "false") boolean exits,
            @Doc(value = "", orElse = "true") boolean readOnly,
            @Doc(value = "", orElse = "[]") List<String> writable,
            @Doc(value = "", orElse = "{}") Map<String, String> env,

            @Doc(value = "", min = 16, max = 1_000_000, orElse = "512")
            int memoryMb) {
        static final Start DEFAULT = new Start(3, false, true, List.of(), Map.of(), 512);

        public Start {
            writable = List.copyOf(writable);
            env = Map.copyOf(env);
        }
    }

    /** @param command program and arguments that tell health by exit code 0, in the place of the image's own */
    public record Healthy(
            @Doc(value = "", min = 1, max = 600, orElse = "30")
            int withinSeconds,

            Optional<List<String>> command) {}

    private static final int LONGEST = 100_000;

    public Checklist {
        files = List.copyOf(files);
        labels = Map.copyOf(labels);
        for (String file : files) {
            if (!file.startsWith("/") || file.indexOf('*') >= 0 && file.indexOf('*') < file.lastIndexOf('/')) {
                throw new Mismatch("files must be absolute paths with * in their last part only, got " + file);
            }
        }
    }

    /**
     * Reads one of YAML.
     *
     * @throws ToolException {@code INVALID_INPUT}, saying what is wrong in it
     */
    public static Checklist of(String name, String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LONGEST);
        try {
            JsonNode read = new YAMLMapper(YAMLFactory.builder()
                            .loaderOptions(options)
                            .streamReadConstraints(StreamReadConstraints.builder()
                                    .maxNestingDepth(Json.MAX_DEPTH)
                                    .build())
                            .build())
                    .readTree(yaml);
            if (read == null || !read.isObject() || read.isEmpty()) {
                throw ToolException.invalidInput(name + " is no checklist: it names nothing to check");
            }
            if (read.get("ports") instanceof ArrayNode ports) {
                for (int i = 0; i < ports.size(); i++) {
                    if (ports.get(i).isInt()) {
                        ports.set(i, ports.get(i).asText());
                    }
                }
            }
            return Schema.of(Checklist.class, Schema.Keys.KEBAB).bind(read);
        } catch (JsonProcessingException e) {
            throw ToolException.invalidInput(name + " is no YAML: " + e.getOriginalMessage());
        } catch (Mismatch e) {
            throw ToolException.invalidInput(name + ": " + e.getMessage());
        }
    }

    /** The one that is used where none is given. */
    public static Checklist release() {
        try (InputStream in = Objects.requireNonNull(Checklist.class.getResourceAsStream("release.yaml"))) {
            return of("release.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
