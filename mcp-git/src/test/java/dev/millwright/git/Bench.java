package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.config.Secret;
import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.GitReach;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.git.find.CodeHosts;
import dev.millwright.git.history.Graphs;
import dev.millwright.git.history.Histories;
import dev.millwright.git.remote.Remotes;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.store.Operations;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A root, a sibling outside of it, native Git, and the tools over the root: what the tests here work on. */
final class Bench implements AutoCloseable {
    static final String SECRET = "the outside secret";

    /** What the environment variable PASSWORD holds for this server. */
    static final String PASSWORD = "hunter22-the-password";

    /** What the environment variable WRONG holds for this server. */
    static final String WRONG = "hunter23-another-password";

    final Path root;
    final Path outside;
    final Path dataDir;
    final Repositories repositories;
    final Changes changes;
    final Remotes remotes;
    final Histories histories;
    final Operations operations;
    private final Store store;
    private final CodeHosts codeHosts;
    private final List<Tool<?, ?>> tools;

    Bench(Path temporary) throws IOException {
        this(temporary, GitConfig.defaults());
    }

    Bench(Path temporary, GitConfig config) throws IOException {
        this(temporary, config, Map.of());
    }

    /** @param hosts that remotes may be on */
    Bench(Path temporary, GitConfig config, Map<String, RemoteHost> hosts) throws IOException {
        root = Files.createDirectories(temporary.resolve("root"));
        outside = Files.createDirectories(temporary.resolve("outside"));
        dataDir = temporary.resolve("data");
        Files.writeString(outside.resolve("f"), SECRET);
        store = Store.open(new StoreUrl.Embedded(Files.createDirectories(dataDir)));
        operations = new Operations(store, Clock.systemUTC());
        GitReach reach = new GitReach(
                List.of(root.toString()),
                Optional.of("Ada Lovelace <ada@example.org>"),
                Optional.empty(),
                hosts,
                Map.of());
        repositories = new Repositories(Map.of(Tenant.DEFAULT, reach), config, List.of(dataDir));
        changes = new Changes(operations, dataDir.resolve("git"), config);
        Function<Secret, Supplier<String>> secrets =
                secret -> () -> secret.resolve(Map.of("PASSWORD", PASSWORD, "WRONG", WRONG), (words, time, most) -> {
                            throw new AssertionError("the bench runs no commands for secrets");
                        })
                        .reveal();
        histories = new Histories(new Graphs(dataDir.resolve("git").resolve("graphs")));
        codeHosts = new CodeHosts(secrets, Clock.systemUTC());
        remotes = new Remotes(repositories, secrets, dataDir.resolve("git"));
        tools = GitTools.sets(repositories, changes, histories, new Signing(secrets), codeHosts, remotes).stream()
                .<Tool<?, ?>>flatMap(set -> set.tools().stream())
                .toList();
    }

    List<Tool<?, ?>> tools() {
        return tools;
    }

    List<String> toolNames() {
        return tools.stream().map(tool -> tool.spec().name()).toList();
    }

    Effect effect(String tool) {
        return tools.stream()
                .map(Tool::spec)
                .filter(spec -> spec.name().equals(tool))
                .findFirst()
                .orElseThrow()
                .effect();
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
        assertThat(refusal.getMessage()).doesNotContain(SECRET, PASSWORD, WRONG, "root:x:0");
        return refusal.getMessage();
    }

    String refused(ToolException.Kind kind, String tool, String arguments) throws IOException {
        return refused(kind, tool, Json.read(arguments.replace('\'', '"')));
    }

    /** Native Git in the root, with a fixed author and no configuration but the repository's; its output. */
    String git(String... arguments) throws IOException, InterruptedException {
        return gitIn(root, arguments);
    }

    /** As {@link #git}, whatever it ends with. */
    String gitMayFail(String... arguments) throws IOException, InterruptedException {
        return gitIn(root, false, arguments);
    }

    static String gitIn(Path folder, String... arguments) throws IOException, InterruptedException {
        return gitIn(folder, true, arguments);
    }

    /** As {@link #gitIn}, whatever it ends with. */
    static String gitMayFailIn(Path folder, String... arguments) throws IOException, InterruptedException {
        return gitIn(folder, false, arguments);
    }

    private static String gitIn(Path folder, boolean mustWork, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "GIT_AUTHOR_NAME", "Ada Lovelace",
                        "GIT_AUTHOR_EMAIL", "ada@example.org",
                        "GIT_COMMITTER_NAME", "Ada Lovelace",
                        "GIT_COMMITTER_EMAIL", "ada@example.org",
                        "LC_ALL", "C.UTF-8"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        assertThat(mustWork ? exit : 0)
                .as("git %s: %s", List.of(arguments), output)
                .isZero();
        return output;
    }

    Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    String text(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    @Override
    public void close() {
        codeHosts.close();
        changes.close();
        repositories.close();
        store.close();
    }
}
