package dev.millwright.docker.posture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.HistoryStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an image says of itself.
 *
 * @param user who its processes are, as {@code USER} was; {@code ""} for root
 * @param env each {@code NAME=value}
 * @param ports as {@code 8080/tcp}
 * @param health the command of its health check; empty without one
 * @param volumes where anonymous volumes are mounted
 * @param history all steps, the first one first; empty where it is not known
 * @param created RFC 3339, or empty
 * @param tags by which it was asked for or is known
 * @param digests {@code name@sha256:…} it has in registries; nothing where that is not known, as of an archive
 */
public record ImageFacts(
        String user,
        List<String> env,
        Set<String> ports,
        List<String> health,
        Map<String, String> labels,
        Set<String> volumes,
        List<HistoryStep> history,
        String created,
        List<String> tags,
        Optional<List<String>> digests) {
    public ImageFacts {
        env = List.copyOf(env);
        ports = Set.copyOf(ports);
        health = List.copyOf(health);
        labels = Map.copyOf(labels);
        volumes = Set.copyOf(volumes);
        history = List.copyOf(history);
        tags = List.copyOf(tags);
    }

    /** Of an archive. @param digests that its engine tells; an archive tells none */
    public static ImageFacts of(ArchivedImage image, Optional<List<String>> digests) {
        JsonNode root = image.config();
        return of(root.path("config"), image.history(), root.path("created").asText(), image.tags(), digests);
    }

    /**
     * Of an engine.
     *
     * @param inspect {@code GET /images/NAME/json}
     * @param history {@code GET /images/NAME/history}, the newest step first as the engine tells it
     */
    public static ImageFacts of(JsonNode inspect, JsonNode history) {
        List<HistoryStep> steps = new ArrayList<>();
        for (JsonNode each : history) {
            steps.addFirst(new HistoryStep(
                    each.path("CreatedBy").asText(),
                    each.path("Created").asText(),
                    each.path("Comment").asText(),
                    each.path("Size").asLong() == 0));
        }
        return of(
                inspect.path("Config"),
                steps,
                inspect.path("Created").asText(),
                ContainerFacts.texts(inspect.path("RepoTags")),
                Optional.of(ContainerFacts.texts(inspect.path("RepoDigests"))));
    }

    /** What a container was made to be: it has no history, and no tags of its own. */
    static ImageFacts ofContainer(JsonNode inspect) {
        return of(inspect.path("Config"), List.of(), inspect.path("Created").asText(), List.of(), Optional.empty());
    }

    private static ImageFacts of(
            JsonNode config,
            List<HistoryStep> history,
            String created,
            List<String> tags,
            Optional<List<String>> digests) {
        Map<String, String> labels = new LinkedHashMap<>();
        config.path("Labels")
                .properties()
                .forEach(each -> labels.put(each.getKey(), each.getValue().asText()));
        return new ImageFacts(
                config.path("User").asText(),
                ContainerFacts.texts(config.path("Env")),
                keys(config.path("ExposedPorts")),
                ContainerFacts.texts(config.path("Healthcheck").path("Test")),
                labels,
                keys(config.path("Volumes")),
                history,
                created,
                tags,
                digests);
    }

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new TreeSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** Its instructions, as far as the history tells; the base image's are among them. */
    List<String> instructions() {
        return history.stream().map(HistoryStep::instruction).toList();
    }

    /** The commands of its {@code RUN} steps. */
    List<String> commands() {
        return instructions().stream()
                .filter(each -> each.startsWith("RUN "))
                .map(each -> each.substring(4))
                .toList();
    }

    /** Whether a {@code USER} is root: by name, by number, with any group, or not set. */
    static boolean isRoot(String user) {
        String name = user.strip().toLowerCase(Locale.ROOT).replaceFirst(":.*", "");
        return name.isEmpty() || name.equals("root") || name.matches("0+");
    }
}
