package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.engine.Digest;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Masked;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells what a container or an image is, digested, or some fields of what the engine says. */
final class DockerInspect implements Tool<DockerInspect.Input, DockerInspect.Output> {
    record Input(
            Optional<String> container,
            Optional<String> image,

            @Doc(value = "JSON pointers, as /HostConfig/Memory; / for all.", max = 50)
            Optional<List<String>> fields,

            @Flat Common common)
            implements Common.Taken {
        Input {
            fields = fields.map(List::copyOf);
            if (container.isPresent() == image.isPresent()) {
                throw new IllegalArgumentException("give exactly one of container and image");
            }
        }
    }

    record Output(String name, JsonNode details) {}

    static final ToolSpec<Input, Output> SPEC = reads("docker_inspect", Input.class, Output.class)
            .description("One container or image: state, configuration, mounts, limits, health; secrets masked.")
            .scopes("docker:read");

    private final Engines engines;
    private final Consumer<Collection<String>> hide;

    /** @param hide takes secrets that were met */
    DockerInspect(Engines engines, Consumer<Collection<String>> hide) {
        this.engines = engines;
        this.hide = hide;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        JsonNode told = input.container().isPresent()
                ? engines.containers(call).inspect(input.container().get())
                : engines.images(call).inspect(input.image().orElseThrow());
        hide.accept(Masked.secrets(told.path("Config").path("Env")));
        JsonNode shown = Masked.of(told);
        JsonNode details = input.fields()
                .map(fields -> fields(shown, fields))
                .orElseGet(() -> input.container().isPresent() ? Digest.container(shown) : Digest.image(shown));
        return new Output(input.container().or(input::image).orElseThrow(), details);
    }

    private static JsonNode fields(JsonNode shown, List<String> fields) {
        ObjectNode chosen = Json.object();
        for (String field : fields) {
            if (field.equals("/")) {
                return shown;
            }
            JsonPointer pointer;
            try {
                pointer = JsonPointer.compile(field);
            } catch (IllegalArgumentException e) {
                throw ToolException.invalidInput(
                        "/fields must be JSON pointers as in /HostConfig/Memory, got \"" + field + "\"");
            }
            JsonNode value = shown.at(pointer);
            chosen.set(field, value.isMissingNode() ? Json.object().nullNode() : value);
        }
        return chosen;
    }
}
