package dev.millwright.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import dev.millwright.docker.engine.EngineVersion;
import dev.millwright.docker.engine.Images;
import dev.millwright.docker.lint.Surroundings;
import dev.millwright.docker.repair.BaseImage;
import dev.millwright.docker.repair.Bases;
import dev.millwright.tool.ToolException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Base images that the engine has for the tenant; nothing is pulled. Without an engine none is known. */
final class LocalBases implements Bases {
    /** Base images of a file that are looked at. */
    private static final int MOST = 50;

    private final Images images;
    private final Map<String, Optional<BaseImage>> known = new HashMap<>();

    LocalBases(Images images) {
        this.images = images;
    }

    @Override
    public Optional<BaseImage> find(String image) {
        return known.computeIfAbsent(image, this::inspect);
    }

    /** What is known around a file, with the platforms of its base images and the engine's own. */
    Surroundings around(DockerfileText source) {
        Stages stages = Stages.of(Dockerfile.parse(source.text()));
        Map<String, String> named = new LinkedHashMap<>();
        for (Stage each : stages.all()) {
            if (each.parent().isEmpty() && named.size() < MOST) {
                stages.image(each)
                        .filter(image -> !image.equals("scratch"))
                        .ifPresent(image -> named.put(each.base().unquoted(), image));
            }
        }
        Map<String, String> platforms = new HashMap<>();
        try {
            // Once, for all of them: where no engine answers, none is asked for.
            Optional<String> own = named.isEmpty() ? Optional.empty() : Optional.of(platform());
            named.forEach((name, image) -> find(image).ifPresent(base -> platforms.put(name, base.platform())));
            return new Surroundings(source.around().files(), source.around().ignore(), platforms, own);
        } catch (ToolException e) {
            return source.around();
        } catch (InterruptedException e) {
            throw new Interrupted();
        }
    }

    private String platform() throws InterruptedException {
        EngineVersion engine = images.engine().version();
        return engine.os() + "/" + engine.architecture();
    }

    private Optional<BaseImage> inspect(String image) {
        if (image.equals("scratch")) {
            return Optional.empty();
        }
        try {
            JsonNode found = images.inspect(image);
            String folder = found.path("Config").path("WorkingDir").asText();
            return Optional.of(new BaseImage(
                    pinned(image, found),
                    found.path("Config").path("User").asText(),
                    folder.isEmpty() ? "/" : folder,
                    found.path("Os").asText() + "/" + found.path("Architecture").asText()));
        } catch (ToolException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new Interrupted();
        }
    }

    /** The most exact name of the same image in the same repository: the longest tag with a number, else its digest. */
    private static Optional<String> pinned(String image, JsonNode found) {
        String repository = image.replaceFirst(":[^/]*$", "");
        Optional<String> tag = texts(found.path("RepoTags"))
                .filter(each -> each.startsWith(repository + ":") && each.matches(".*:.*[0-9].*"))
                .max(Comparator.comparingInt(String::length).thenComparing(each -> each));
        return tag.or(() -> texts(found.path("RepoDigests"))
                .filter(each -> each.startsWith(repository + "@"))
                .findFirst());
    }

    private static Stream<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }

    /** Carries an interrupt out of what cannot throw it. */
    static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
