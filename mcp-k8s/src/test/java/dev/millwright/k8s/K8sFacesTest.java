package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.config.Secret;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.K8sReach;
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

class K8sFacesTest {
    private static final String ALL = "{'toolsets':['read','ops','helm','admin']}";

    @TempDir
    Path data;

    private Platform platform;

    @BeforeEach
    void open() {
        Supplier<Sandbox> unneeded = () -> {
            throw new AssertionError("opening a server must not look for a sandbox");
        };
        Function<Secret, Supplier<String>> unread = secret -> {
            throw new AssertionError("opening a server must not fetch a secret");
        };
        platform = new Platform(
                data.resolve("k8s"), Store.open(new StoreUrl.Embedded(data)), unneeded, unread, resource -> {});
    }

    /** @param config as JSON with single quotes */
    private PublishedFaces faces(String config) throws IOException {
        return PublishedFaces.of("k8s", tools(config));
    }

    private List<Tool<?, ?>> tools(String config) throws IOException {
        K8sConfig configured = Schema.of(K8sConfig.class, Schema.Keys.KEBAB).bind(Json.read(config.replace('\'', '"')));
        return new K8sServer()
                .open(configured, Map.of(Tenant.DEFAULT, K8sReach.defaults()), platform)
                .tools();
    }

    @Test
    void facesAreTheOnesInGit() throws IOException {
        faces(ALL).areInGit();
    }

    @Test
    void readmeListsTheTools() throws IOException {
        faces(ALL).areTheTableOf(Path.of("README.md"));
    }

    @Test
    void listOfToolsLeavesTheModelRoomToWork() throws IOException {
        faces("{}").takeAtMost(14_000);
        faces(ALL).takeAtMost(22_000);
    }

    @Test
    void offersToReadAndToMendUnlessToldOtherwise() throws IOException {
        assertThat(names("{}"))
                .contains("k8s_diagnose", "k8s_get", "scale_deployment", "k8s_apply_fix")
                .doesNotContain("helm_install", "k8s_exec", "k8s_delete");
        assertThat(names("{'toolsets':['admin']}")).containsExactly("k8s_apply", "k8s_delete", "k8s_exec");
        assertThat(names("{'toolsets':[]}")).isEmpty();
    }

    private List<String> names(String config) throws IOException {
        return tools(config).stream().map(tool -> tool.spec().name()).toList();
    }
}
