package dev.millwright.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.filesystem.exec.ExecConfig;
import dev.millwright.filesystem.exec.Executions;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.store.Operations;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A root, a sibling outside of it, and the tools over the root: what the tests here work on. */
final class Bench implements AutoCloseable {
    static final String SECRET = "the outside secret";

    private static final Supplier<Sandbox> NO_SANDBOX = () -> {
        throw new AssertionError("files need no sandbox");
    };

    final Path root;
    final Path outside;
    final Path dataDir;
    final Workspaces workspaces;
    final Operations operations;
    private final Executions executions;
    private final Store store;
    private final List<Tool<?, ?>> tools;

    Bench(Path temporary) throws IOException {
        this(temporary, FilesystemConfig.defaults());
    }

    Bench(Path temporary, FilesystemConfig config) throws IOException {
        this(temporary, config, NO_SANDBOX, temporary);
    }

    /** With another folder as the root. */
    Bench(Path temporary, Path root) throws IOException {
        this(temporary, root, FilesystemConfig.defaults(), NO_SANDBOX, temporary);
    }

    Bench(Path temporary, FilesystemConfig config, Supplier<Sandbox> sandbox, Path scratch) throws IOException {
        this(temporary, Files.createDirectories(temporary.resolve("root")), config, sandbox, scratch);
    }

    private Bench(Path temporary, Path root, FilesystemConfig config, Supplier<Sandbox> sandbox, Path scratch)
            throws IOException {
        this.root = root;
        outside = Files.createDirectories(temporary.resolve("outside"));
        dataDir = temporary.resolve("data");
        Files.writeString(outside.resolve("f"), SECRET);
        store = Store.open(new StoreUrl.Embedded(Files.createDirectories(dataDir)));
        operations = new Operations(store, Clock.systemUTC());
        workspaces = new Workspaces(
                Map.of(Tenant.DEFAULT, new FilesystemReach(List.of(root.toString()))),
                config,
                dataDir,
                dataDir,
                operations);
        executions = new Executions(
                sandbox, tenant -> List.of(root), List.of(dataDir), ExecConfig.DEFAULT, scratch, Clock.systemUTC());
        tools = FilesystemTools.list(workspaces, executions);
    }

    /** @param arguments JSON with single quotes */
    JsonNode call(String tool, String arguments) throws Exception {
        return run(tool, Json.read(arguments.replace('\'', '"')));
    }

    JsonNode run(String tool, JsonNode arguments) throws Exception {
        return run(new FakeCall(), tool, arguments);
    }

    JsonNode run(FakeCall call, String tool, JsonNode arguments) throws Exception {
        for (Tool<?, ?> known : tools) {
            if (known.spec().name().equals(tool)) {
                return call.run(known, arguments);
            }
        }
        throw new IllegalArgumentException(tool);
    }

    /** The message, once the kind is as expected and nothing from outside shows in it. */
    String refused(ToolException.Kind kind, String tool, JsonNode arguments) {
        ToolException refusal = catchThrowableOfType(ToolException.class, () -> {
            try {
                run(tool, arguments);
            } catch (Mismatch e) {
                throw ToolException.invalidInput(e.getMessage());
            }
        });
        assertThat(refusal).as("%s %s", tool, arguments).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        assertThat(refusal.getMessage()).doesNotContain(SECRET, "root:x:0");
        return refusal.getMessage();
    }

    String refused(ToolException.Kind kind, String tool, String arguments) throws IOException {
        return refused(kind, tool, Json.read(arguments.replace('\'', '"')));
    }

    Path write(String path, String text) throws IOException {
        return write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    String text(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    @Override
    public void close() {
        executions.close();
        workspaces.close();
        store.close();
    }
}
