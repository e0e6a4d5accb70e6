package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.config.Secret;
import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.GitReach;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.server.Platform;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.testing.PublishedFaces;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitFacesTest {
    @TempDir
    Path data;

    private Platform platform;
    private PublishedFaces faces;

    @BeforeEach
    void open() throws IOException {
        Supplier<Sandbox> unneeded = () -> {
            throw new AssertionError("opening a server must not look for a sandbox");
        };
        Function<Secret, Supplier<String>> unread = secret -> {
            throw new AssertionError("opening a server must not fetch a secret");
        };
        platform = new Platform(
                data.resolve("git"), Store.open(new StoreUrl.Embedded(data)), unneeded, unread, resource -> {});
        faces = PublishedFaces.of("git", tools("{'toolsets':['work','rewrite','remotes','admin']}", "{}"));
    }

    /** @param config and reach as JSON with single quotes */
    private List<Tool<?, ?>> tools(String config, String reach) throws IOException {
        GitConfig configured = bind(GitConfig.class, config);
        return new GitServer()
                .open(configured, Map.of(Tenant.DEFAULT, bind(GitReach.class, reach)), platform)
                .tools();
    }

    private static <T extends Record> T bind(Class<T> type, String json) throws IOException {
        return Schema.of(type, Schema.Keys.KEBAB).bind(Json.read(json.replace('\'', '"')));
    }

    @Test
    void facesAreTheOnesInGit() throws IOException {
        faces.areInGit();
    }

    @Test
    void readmeListsTheTools() throws IOException {
        faces.areTheTableOf(Path.of("README.md"));
    }

    @Test
    void listOfToolsLeavesTheModelRoomToWork() throws IOException {
        PublishedFaces.of("git", tools("{}", "{}")).takeAtMost(18_000);
    }

    @Test
    void toolsetsCanBeSwitchedOnAndOff() throws IOException {
        assertThat(names(tools("{}", "{}")))
                .contains("git_log", "git_merge", "git_undo")
                .doesNotContain("git_fetch", "git_push", "git_rebase", "git_maintain");
        assertThat(names(tools("{}", "{'hosts':{'github.com':{}}}")))
                .contains("git_log", "git_fetch", "git_push")
                .doesNotContain("git_rebase", "git_maintain");
        assertThat(names(tools("{'toolsets':['admin']}", "{'hosts':{'github.com':{}}}")))
                .contains("git_maintain")
                .doesNotContain("git_log", "git_fetch");
        assertThat(tools("{'toolsets':[]}", "{}")).isEmpty();
    }

    private static List<String> names(List<Tool<?, ?>> tools) {
        return tools.stream().map(tool -> tool.spec().name()).toList();
    }
}
