package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The containers of an engine that are a tenant's: others are not there for it. */
public final class Containers {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");

    private final Engine engine;
    private final DockerReach reach;

    Containers(Engine engine, DockerReach reach) {
        this.engine = engine;
        this.reach = reach;
    }

    public Engine engine() {
        return engine;
    }

    /**
     * The tenant's containers, as {@code GET /containers/json} tells them.
     *
     * @param stopped whether those that do not run are wanted too
     * @param filters further filters of the engine, as in {@code {"status": ["exited"]}}
     */
    public List<JsonNode> list(boolean stopped, ObjectNode filters) throws InterruptedException {
        ObjectNode all = filters.deepCopy();
        reach.label().ifPresent(label -> all.withArray("label").add(label));
        JsonNode found =
                engine.json(Ask.get("/containers/json").with("all", stopped).with("filters", Json.write(all)));
        List<JsonNode> mine = new ArrayList<>();
        for (JsonNode each : found) {
            if (isMine(name(each), each.path("Labels"))) {
                mine.add(each);
            }
        }
        return mine;
    }

    /**
     * One of the tenant's containers, as {@code GET /containers/{id}/json} tells it.
     *
     * @param name its name, or the beginning of its id
     * @throws ToolException {@code NOT_FOUND} when there is none of that name for this tenant, with the nearest one
     */
    public JsonNode inspect(String name) throws InterruptedException {
        String plain = name.startsWith("/") ? name.substring(1) : name;
        if (!NAME.matcher(plain).matches()) {
            throw ToolException.invalidInput("/container must be a container's name or id, got "
                    + (name.length() > 80 ? "a longer text" : "\"" + name + "\""));
        }
        try {
            JsonNode found = engine.json(Ask.get("/containers/{}/json", plain));
            if (isMine(name(found), found.path("Config").path("Labels"))) {
                return found;
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        throw ToolException.notFound("there is no container " + plain + near(plain));
    }

    /** The tenant's volumes, as {@code GET /volumes} tells them. */
    public List<JsonNode> volumes() throws InterruptedException {
        return mine(engine.json(Ask.get("/volumes")).path("Volumes"));
    }

    /** The tenant's networks, as {@code GET /networks} tells them. */
    public List<JsonNode> networks() throws InterruptedException {
        return mine(engine.json(Ask.get("/networks")));
    }

    private List<JsonNode> mine(JsonNode all) {
        List<JsonNode> mine = new ArrayList<>();
        for (JsonNode each : all) {
            if (isMine(each.path("Name").asText(), each.path("Labels"))) {
                mine.add(each);
            }
        }
        return mine;
    }

    private String near(String name) throws InterruptedException {
        Set<String> names = new LinkedHashSet<>();
        list(true, Json.object()).forEach(each -> names.add(name(each)));
        return Schema.nearest(name, names)
                .map(near -> "; did you mean " + near + "?")
                .orElse("; docker_list shows those there are");
    }

    /** Without the slash that the engine puts before it; of several, the first. */
    public static String name(JsonNode container) {
        String name = container.has("Name")
                ? container.path("Name").asText()
                : container.path("Names").path(0).asText();
        return name.startsWith("/") ? name.substring(1) : name;
    }

    /** What every container made for the tenant must carry to be seen by it again. */
    public void claim(ObjectNode config) {
        reach.label().ifPresent(label -> {
            int at = label.indexOf('=');
            config.withObject("/Labels").put(label.substring(0, at), label.substring(at + 1));
        });
    }

    /** A name of the tenant's own. */
    public String named(String name) {
        return reach.namePrefix().filter(prefix -> !name.startsWith(prefix)).orElse("") + name;
    }

    private boolean isMine(String name, JsonNode labels) {
        boolean named = reach.namePrefix().map(name::startsWith).orElse(true);
        boolean labelled = reach.label()
                .map(label -> {
                    int at = label.indexOf('=');
                    return label.substring(at + 1)
                            .equals(labels.path(label.substring(0, at)).asText(null));
                })
                .orElse(true);
        return named && labelled;
    }
}
