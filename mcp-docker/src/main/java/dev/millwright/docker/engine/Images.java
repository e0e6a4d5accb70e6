package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The images of an engine that a tenant may use: others are not there for it. */
public final class Images {
    /** A reference as {@code github.com/distribution/reference} has it, or an id; no more is passed on. */
    private static final Pattern REFERENCE =
            Pattern.compile("(sha256:)?[a-zA-Z0-9][a-zA-Z0-9._/:-]{0,254}(@sha256:[0-9a-f]{64})?");

    private final Engine engine;
    private final DockerReach reach;

    Images(Engine engine, DockerReach reach) {
        this.engine = engine;
        this.reach = reach;
    }

    public Engine engine() {
        return engine;
    }

    /** The tenant's images, as {@code GET /images/json} tells them; with all of them dangling ones are listed too. */
    public List<JsonNode> list() throws InterruptedException {
        List<JsonNode> mine = new ArrayList<>();
        for (JsonNode each : engine.json(Ask.get("/images/json"))) {
            if (isMine(each)) {
                mine.add(each);
            }
        }
        return mine;
    }

    /** What the tenant's images are called. */
    public List<String> names() throws InterruptedException {
        List<String> names = new ArrayList<>();
        for (JsonNode each : list()) {
            for (JsonNode tag : each.path("RepoTags")) {
                if (!tag.asText().startsWith("<none>")) {
                    names.add(tag.asText());
                }
            }
        }
        return names;
    }

    /**
     * One of the tenant's images, as {@code GET /images/{name}/json} tells it.
     *
     * @param name its reference, or the beginning of its id
     * @throws ToolException {@code NOT_FOUND} when there is none of that name for this tenant, with the nearest one
     */
    public JsonNode inspect(String name) throws InterruptedException {
        check("/image", name);
        try {
            JsonNode found = engine.json(Ask.get("/images/{}/json", name));
            if (isMine(found)) {
                return found;
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        throw ToolException.notFound("there is no image " + name + near(name)
                + "; nothing is pulled here: docker pull, build_image or an archive brings one");
    }

    /** The image as an archive of docker save, while the engine writes it. */
    public Answer save(String name) throws InterruptedException {
        String id = inspect(name).path("Id").asText();
        return engine.send(Ask.get("/images/{}/get", name.startsWith("sha256:") ? id : name)
                .forLong());
    }

    /**
     * Refuses what cannot be a reference; whether there is such an image for the tenant, {@link #inspect} tells.
     *
     * @param field where it was given, as in {@code /image}
     */
    public void check(String field, String reference) {
        if (!REFERENCE.matcher(reference).matches()) {
            throw ToolException.invalidInput(field + " must be an image's name as in shop/web:1 or its id, got "
                    + (reference.length() > 80 ? "a longer text" : "\"" + reference + "\""));
        }
    }

    private String near(String name) throws InterruptedException {
        return Schema.nearest(name, names())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    private boolean isMine(JsonNode image) {
        if (reach.images().isEmpty()) {
            return true;
        }
        for (JsonNode tag : image.path("RepoTags")) {
            if (reach.allowsImage(tag.asText())) {
                return true;
            }
        }
        return reach.allowsImage(image.path("Id").asText());
    }
}
