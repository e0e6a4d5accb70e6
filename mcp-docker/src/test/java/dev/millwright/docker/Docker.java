package dev.millwright.docker;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import dev.millwright.sandbox.SandboxConfig;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.server.Platform;
import dev.millwright.store.Migrations;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The server as a process opens it, without the chain: JSON in, JSON out. */
public final class Docker implements AutoCloseable {
    /** Secrets that the server met and asked to be kept out of answers. */
    public final List<String> hidden = new ArrayList<>();

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final List<Tool<?, ?>> tools;

    /**
     * Opens it for the default tenant.
     *
     * @param data folder of the process, which a test that restarts it uses again
     */
    public Docker(Path data, DockerReach reach) {
        this(data, "{}", Map.of(Tenant.DEFAULT, reach));
    }

    /** @param config JSON with single quotes, keys as in the configuration */
    public Docker(Path data, String config, Map<Tenant, DockerReach> reach) {
        DockerServer server = new DockerServer();
        Store store =
                Store.open(new StoreUrl.Embedded(data), server.migrations().toArray(Migrations[]::new));
        resources.push(store);
        Platform platform = new Platform(
                data.resolve("docker"),
                store,
                () -> Sandboxes.choose(SandboxConfig.DEFAULT),
                secret -> () -> {
                    throw new AssertionError("no test here has a secret");
                },
                hidden::addAll,
                Map.of(),
                false,
                resources::push);
        DockerConfig configured =
                Schema.of(DockerConfig.class, Schema.Keys.KEBAB).bind(json(config));
        tools = server.open(configured, reach, platform).tools();
    }

    /** @param arguments JSON with single quotes */
    public JsonNode call(String tool, String arguments) throws Exception {
        return call(tool, json(arguments), new FakeCall());
    }

    public JsonNode call(String tool, JsonNode arguments, Call call) throws Exception {
        return run(find(tool), arguments, call);
    }

    private static <I extends Record, O extends Record> JsonNode run(Tool<I, O> tool, JsonNode arguments, Call call)
            throws Exception {
        I input;
        try {
            input = Schema.of(tool.spec().input()).bind(arguments);
        } catch (Mismatch e) {
            throw ToolException.invalidInput(e.getMessage());
        }
        return Json.tree(tool.call(input, call instanceof FakeCall fake ? fake.of(input) : call));
    }

    /** What it is refused with. */
    public ToolException refusal(String tool, String arguments) {
        return catchThrowableOfType(ToolException.class, () -> call(tool, arguments));
    }

    private Tool<?, ?> find(String name) {
        return tools.stream()
                .filter(tool -> tool.spec().name().equals(name))
                .findAny()
                .orElseThrow(() -> new AssertionError("there is no tool " + name));
    }

    /** JSON with single quotes. */
    public static JsonNode json(String text) {
        try {
            return Json.read(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
