package dev.millwright.docker.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.tool.ToolException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Takes away what a build leaves on an engine and nobody has a name for. */
final class Leftovers {
    /** Says of an image that it was built here. */
    static final String LABEL = "dev.millwright.build";

    private final Engine engine;

    Leftovers(Engine engine) {
        this.engine = engine;
    }

    void containers(List<String> ids) throws InterruptedException {
        for (String id : ids) {
            quietly(Ask.delete("/containers/{}", id).with("force", true).with("v", true));
        }
    }

    /** Layers of a build that failed, back to what it began with, or what others need. */
    void layers(String last, Instant begun) throws InterruptedException {
        Optional<JsonNode> image = inspect(last);
        if (image.isPresent()
                && image.get().path("RepoTags").isEmpty()
                && !image.get().path("Parent").asText().isEmpty()
                && !created(image.get()).isBefore(begun)) {
            quietly(Ask.delete("/images/{}", last));
        }
    }

    /** An image of ours that lost its name to the one just built. */
    void former(String id) throws InterruptedException {
        Optional<JsonNode> image = inspect(id);
        if (image.isPresent()
                && image.get().path("RepoTags").isEmpty()
                && image.get().path("Config").path("Labels").has(LABEL)) {
            quietly(Ask.delete("/images/{}", id));
        }
    }

    /** What a name stands for; empty for none. */
    Optional<String> id(String name) throws InterruptedException {
        return inspect(name).map(image -> image.path("Id").asText());
    }

    private static Instant created(JsonNode image) {
        try {
            return Instant.parse(image.path("Created").asText());
        } catch (DateTimeParseException e) {
            return Instant.MIN;
        }
    }

    private Optional<JsonNode> inspect(String name) throws InterruptedException {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(engine.json(Ask.get("/images/{}/json", name)));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Gone already, or needed by a container or an image: both are well. */
    private void quietly(Ask ask) throws InterruptedException {
        try {
            engine.done(ask);
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND && e.kind() != ToolException.Kind.CONFLICT) {
                throw e;
            }
        }
    }
}
