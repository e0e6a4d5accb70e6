package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.time.OffsetDateTime;

/**
 * Containers and volumes of servers that were killed before they could remove them. Each says by label how long it may
 * last; whoever comes after that time, by the engine's clock, removes it, whichever server made it.
 */
public final class Leftovers {
    /** Seconds after its creation for which a container or volume may be there. */
    public static final String LABEL = "dev.millwright.throwaway";

    private static final Duration GRACE = Duration.ofMinutes(2);

    private Leftovers() {}

    /** Labels of what lasts as long as this, and the time to make and remove it. */
    public static ObjectNode labels(Duration time) {
        return Json.object().put(LABEL, Long.toString(time.plus(GRACE).toSeconds()));
    }

    /** Removes what is left behind on an engine. */
    static void remove(Engine engine) throws InterruptedException {
        OffsetDateTime now = OffsetDateTime.parse(
                engine.json(Ask.get("/info")).path("SystemTime").asText());
        String filters = Json.write(Json.object().set("label", Json.array().add(LABEL)));
        for (JsonNode each :
                engine.json(Ask.get("/containers/json").with("all", true).with("filters", filters))) {
            if (each.path("Created").asLong() + seconds(each) < now.toEpochSecond()) {
                Throwaway.await(
                        Throwaway.known(engine, each.path("Id").asText()).remove());
            }
        }
        for (JsonNode each :
                engine.json(Ask.get("/volumes").with("filters", filters)).path("Volumes")) {
            OffsetDateTime created = OffsetDateTime.parse(each.path("CreatedAt").asText());
            if (created.toEpochSecond() + seconds(each) < now.toEpochSecond()) {
                removeVolume(engine, each.path("Name").asText());
            }
        }
    }

    /** What is removed meanwhile by somebody else, or is in use, is left. */
    static void removeVolume(Engine engine, String name) throws InterruptedException {
        try {
            engine.done(Ask.delete("/volumes/{}", name));
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND && e.kind() != ToolException.Kind.CONFLICT) {
                throw e;
            }
        }
    }

    private static long seconds(JsonNode labelled) {
        return labelled.path("Labels").path(LABEL).asLong(Long.MAX_VALUE / 2);
    }
}
