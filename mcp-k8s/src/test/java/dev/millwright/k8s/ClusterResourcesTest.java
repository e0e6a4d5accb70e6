package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.k8s.stub.World;
import dev.millwright.tool.Resources;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterResourcesTest {
    @TempDir
    Path temp;

    private World world;
    private ClusterResources resources;
    private String context;

    @BeforeEach
    void open() {
        world = new World(temp);
        resources = new ClusterResources(world.clusters(), Clock.systemUTC());
        context = world.clusters().contexts(world.call().tenant()).getFirst();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private List<String> uris() throws Exception {
        List<String> uris = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Resources.Page page = resources.list(cursor, world.call());
            page.resources().forEach(each -> uris.add(each.uri()));
            cursor = page.cursor();
        } while (cursor.isPresent());
        return uris;
    }

    private String read(String uri) throws Exception {
        return resources.read(uri, world.call()).getFirst().toString();
    }

    @Test
    void listsContextsNamespacesAndWorkloads() throws Exception {
        world.recorded("healthy").recorded("oom-killed");
        String base = "k8s:///" + context;
        assertThat(uris())
                .contains(base, base + "/healthy", base + "/oom-killed", base + "/oom-killed/deployment/cache")
                .doesNotHaveDuplicates();
    }

    @Test
    void readsAClusterANamespaceAndAnObject() throws Exception {
        world.recorded("oom-killed");
        assertThat(read("k8s:///" + context)).contains("v1.36", "oom-killed");
        assertThat(read("k8s:///" + context + "/oom-killed")).contains("deployments", "cache");
        assertThat(read("k8s:///" + context + "/oom-killed/deployment/cache"))
                .contains("kind: Deployment")
                .doesNotContain("managedFields");
        assertThat(read("k8s:///" + context + "/-/node/node-1")).contains("kind: Node");
    }

    @Test
    void readsNoSecret() throws Exception {
        world.load("""
                apiVersion: v1
                kind: Secret
                metadata: {name: db}
                stringData: {password: CANARY-7f3a9b2c41d8e6}
                """);
        assertThat(read("k8s:///" + context + "/shop/secret/db"))
                .contains("***")
                .doesNotContain("CANARY");
    }

    @Test
    void saysWhatIsNoResource() {
        for (String each : List.of("k8s:///", "k8s:///a/b/c", "k8s:///a/b/c/d/e", "file:///x")) {
            assertThatThrownBy(() -> read(each))
                    .isInstanceOfSatisfying(
                            ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.NOT_FOUND));
        }
        assertThatThrownBy(() -> read("k8s:///" + context + "/shop/pod/absent")).isInstanceOf(ToolException.class);
        assertThatThrownBy(() -> read("k8s:///elsewhere/shop"))
                .hasMessageStartingWith("/context elsewhere is not one of");
        assertThatThrownBy(() -> resources.list(Optional.of("nonsense"), world.call()))
                .isInstanceOf(ToolException.class);
    }

    @Test
    void completesContextsNamespacesKindsAndNames() throws Exception {
        world.recorded("healthy").recorded("oom-killed").load("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: webshop}
                spec: {template: {}}
                """);
        String template = "k8s:///{context}/{namespace}/{kind}/{name}";
        assertThat(resources.complete(template, "context", "", world.call())).contains(context);
        assertThat(resources.complete(template, "namespace", "oom", world.call()))
                .containsExactly("oom-killed");
        assertThat(resources.complete(template, "kind", "statef", world.call())).containsExactly("statefulset");
        assertThat(resources.complete(template, "name", "web", world.call())).containsExactly("webshop");
        assertThat(resources.complete(template, "other", "", world.call())).isEmpty();
    }

    @Test
    void goesOnWithoutWhatItMayNotSee() throws Exception {
        world.recorded("healthy");
        world.server().deny("list", "namespaces", "").deny("list", "deployments.apps", "");
        assertThat(uris()).contains("k8s:///" + context, "k8s:///" + context + "/shop");
    }
}
