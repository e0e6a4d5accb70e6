package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.destroys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.ContainerLog;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Masked;
import dev.millwright.docker.engine.Risks;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Starts, stops, restarts and removes one of the tenant's containers, and says what became of it. */
final class DockerManage implements Tool<DockerManage.Input, DockerManage.Output> {
    enum Action {
        START,
        STOP,
        RESTART,
        REMOVE
    }

    record Input(
            Action action,
            String container,

            @Doc(value = "", min = 0, max = 300, orElse = "10")
            int grace,

            @Doc(value = "", orElse = "false") boolean force,

            @Doc(value = "", orElse = "false") boolean volumes,

            @Flat Common common)
            implements Common.Taken {}

    record Output(
            String container,
            String before,
            String state,
            @Doc(name = "exit_code", value = "") OptionalInt exitCode,
            Optional<String> warning,
            @Doc(name = "last_lines", value = "") List<String> lastLines) {}

    static final ToolSpec<Input, Output> SPEC = destroys("docker_manage", Input.class, Output.class)
            .description("Start, stop, restart or remove a container; says why it died if it did.")
            .scopes("docker:write");

    /** How long a container that was started is watched: one that is misconfigured ends within it. */
    private static final Duration WATCH = Duration.ofMillis(1_500);

    private static final int LAST_LINES = 20;
    private static final int LAST_BYTES = 4_000;

    private final Engines engines;
    private final Consumer<Collection<String>> hide;

    /** @param hide takes secrets that were met */
    DockerManage(Engines engines, Consumer<Collection<String>> hide) {
        this.engines = engines;
        this.hide = hide;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public String confirmation(Input input) {
        String verb = Json.name(input.action());
        return "%s container %s%s?"
                .formatted(
                        Character.toUpperCase(verb.charAt(0)) + verb.substring(1),
                        input.container(),
                        input.action() == Action.REMOVE
                                ? (input.force() ? " though it may run" : "")
                                        + (input.volumes() ? " with its anonymous volumes" : "")
                                        + " for good"
                                : "");
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Containers containers = engines.containers(call);
        JsonNode container = containers.inspect(input.container());
        String id = container.path("Id").asText();
        String before = container.path("State").path("Status").asText();
        hide.accept(Masked.secrets(container.path("Config").path("Env")));
        switch (input.action()) {
            case START -> {
                Risks.refuse(engines.reach(call), container, "a start");
                containers.engine().done(Ask.post("/containers/{}/start", id));
            }
            case STOP ->
                containers
                        .engine()
                        .done(Ask.post("/containers/{}/stop", id)
                                .with("t", input.grace())
                                .forLong());
            case RESTART -> {
                Risks.refuse(engines.reach(call), container, "a restart");
                containers
                        .engine()
                        .done(Ask.post("/containers/{}/restart", id)
                                .with("t", input.grace())
                                .forLong());
            }
            case REMOVE -> {
                if (container.path("State").path("Running").asBoolean() && !input.force()) {
                    throw ToolException.conflict("%s runs; stop it first, or set force".formatted(input.container()));
                }
                containers
                        .engine()
                        .done(Ask.delete("/containers/{}", id)
                                .with("force", input.force())
                                .with("v", input.volumes())
                                .forLong());
                return new Output(
                        Containers.name(container),
                        before,
                        "removed",
                        OptionalInt.empty(),
                        Optional.empty(),
                        List.of());
            }
        }
        return after(containers, id, before, input.action());
    }

    private static Output after(Containers containers, String id, String before, Action action)
            throws InterruptedException {
        JsonNode container = action == Action.STOP ? containers.inspect(id) : watched(containers, id);
        JsonNode state = container.path("State");
        boolean runs = state.path("Running").asBoolean();
        boolean died = !runs && action != Action.STOP;
        return new Output(
                Containers.name(container),
                before,
                state.path("Status").asText(),
                runs
                        ? OptionalInt.empty()
                        : OptionalInt.of(state.path("ExitCode").asInt()),
                died ? Optional.of(end(state)) : Optional.empty(),
                died
                        ? ContainerLog.read(
                                        containers.engine(),
                                        container,
                                        new ContainerLog.Wanted(
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty(),
                                                LAST_LINES,
                                                LAST_BYTES,
                                                false))
                                .lines()
                        : List.of());
    }

    private static JsonNode watched(Containers containers, String id) throws InterruptedException {
        long until = System.nanoTime() + WATCH.toNanos();
        JsonNode container = containers.inspect(id);
        while (container.path("State").path("Running").asBoolean() && System.nanoTime() < until) {
            Thread.sleep(200);
            container = containers.inspect(id);
        }
        return container;
    }

    private static String end(JsonNode state) {
        String error = state.path("Error").asText();
        return "it ended at once"
                + (state.path("OOMKilled").asBoolean() ? ", killed for want of memory" : "")
                + (error.isEmpty() ? "" : ": " + error);
    }
}
