package dev.millwright.k8s.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.Listing;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.stub.World;
import dev.millwright.server.McpServer.Check;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far a tenant reaches, through the real connector. */
class ReachedTest {
    @TempDir
    Path temp;

    private Optional<World> open = Optional.empty();

    private World world(String reach) {
        World world = new World(temp, reach);
        for (String namespace : List.of("shop", "team-a", "team-b", "other", "kube-system")) {
            for (int i = 0; i < 3; i++) {
                world.load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%d, namespace: %s}\n"
                        .formatted(i, namespace));
            }
        }
        open = Optional.of(world);
        return world;
    }

    @AfterEach
    void close() {
        open.ifPresent(World::close);
    }

    private static List<String> names(List<com.fasterxml.jackson.databind.JsonNode> items) {
        return items.stream()
                .map(each -> each.at("/metadata/namespace").asText() + "/"
                        + each.at("/metadata/name").asText())
                .toList();
    }

    @Test
    void listsAllNamespacesAsThoseThatAreReachedPageByPage() throws Exception {
        World world = world("{'namespaces':['shop','team-*']}");
        List<String> all = world.clusters().use(world.call(), Optional.empty(), cluster -> {
            List<String> found = new ArrayList<>();
            ListQuery query = ListQuery.in(Optional.empty()).limit(2);
            Page page = cluster.list(Kinds.CONFIG_MAP, query);
            found.addAll(names(page.items()));
            while (!page.next().isEmpty()) {
                page = cluster.list(Kinds.CONFIG_MAP, query.after(page.next()));
                found.addAll(names(page.items()));
            }
            return found;
        });
        assertThat(all)
                .containsExactly(
                        "shop/c0",
                        "shop/c1",
                        "shop/c2",
                        "team-a/c0",
                        "team-a/c1",
                        "team-a/c2",
                        "team-b/c0",
                        "team-b/c1",
                        "team-b/c2");
    }

    @Test
    void showsOnlyTheNamespacesThatAreReached() throws Exception {
        World world = world("{'namespaces':['team-*']}");
        assertThat(world.clusters()
                        .<List<String>>use(
                                world.call(),
                                Optional.empty(),
                                cluster -> names(cluster.list(Kinds.NAMESPACE, ListQuery.in(Optional.empty()))
                                        .items())))
                .containsExactly("/team-a", "/team-b");
    }

    @Test
    void readsTheOtherNamespacesWhereOneIsForbidden() throws Exception {
        World world = world("{'namespaces':['shop','team-a','team-b']}");
        world.server().deny("list", "configmaps", "team-a");
        Listing listing = world.clusters()
                .use(
                        world.call(),
                        Optional.empty(),
                        cluster -> new LiveSource(cluster, 1_000, Clock.systemUTC())
                                .list(Kinds.CONFIG_MAP, Optional.empty()));
        assertThat(listing.items())
                .extracting(K8sObject::namespace)
                .containsOnly("shop", "team-b")
                .hasSize(6);
        assertThat(listing.missing()).hasValue(new Partial("list", "configmaps", Optional.of("team-a"), "forbidden"));
    }

    @Test
    void refusesOtherNamespacesAlsoByPath() {
        World world = world("{'namespaces':['shop']}");
        assertThatThrownBy(() -> world.clusters()
                        .use(
                                world.call(),
                                Optional.empty(),
                                cluster -> cluster.get(Kinds.CONFIG_MAP, Optional.of("other"), "c0")))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("the tenant reaches only the namespaces shop");
        assertThatThrownBy(() -> world.clusters()
                        .use(
                                world.call(),
                                Optional.empty(),
                                cluster -> cluster.json("/api/v1/namespaces/other/configmaps")))
                .hasMessageContaining("the tenant reaches only the namespaces shop");
        assertThat(world.server().seen()).isEmpty();
    }

    @Test
    void changesNothingInProtectedNamespaces() throws Exception {
        World world = world("{}");
        var map = Json.read("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"n\"}}");
        assertThatThrownBy(() -> world.clusters()
                        .use(
                                world.call(),
                                Optional.empty(),
                                cluster -> cluster.create(
                                        Kinds.CONFIG_MAP, Optional.of("kube-system"), map, Write.FOR_REAL)))
                .hasMessageContaining("protected-namespaces");
        assertThat(world.server().changes()).isEmpty();
    }

    @Test
    void tellsTheProcessTheSecretsThatPass() throws Exception {
        World world = world("{}");
        world.load("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {password: Y2FuYXJ5LWg4ZjJrMQ==}\n");
        world.clusters()
                .use(
                        world.call(),
                        Optional.empty(),
                        cluster -> cluster.list(Kinds.SECRET, ListQuery.in(Optional.of("shop"))));
        assertThat(world.hidden()).contains("canary-h8f2k1", "Y2FuYXJ5LWg4ZjJrMQ==");
    }

    @Test
    void checksWhatIsThere() {
        World world = world("{}");
        assertThat(ClusterCheck.of(Tenant.DEFAULT, world.reach(), world.connector()))
                .extracting(Check::finding)
                .containsExactly(
                        "Kubernetes v1.36.2",
                        "in namespace shop the identity may read all that a diagnosis looks at, and patch deployments and statefulsets",
                        "no metrics API is installed");
    }

    @Test
    void checksWhatIsOldForbiddenOrDown() {
        World world = world("{}");
        world.server()
                .version(27)
                .deny("list", "secrets", "*")
                .deny("patch", "*", "*")
                .metrics(503);
        assertThat(ClusterCheck.of(Tenant.DEFAULT, world.reach(), world.connector()))
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(Check.State.WEAK))
                .allSatisfy(each -> assertThat(each.remedy()).isNotEmpty())
                .extracting(Check::finding)
                .containsExactly(
                        "Kubernetes v1.27.2 is not one of 1.28 to 1.36",
                        "in namespace shop the identity may not list secrets, and patch no workload",
                        "the metrics API does not answer: service unavailable (503)");
    }

    @Test
    void checksThatThereIsNoCluster() {
        World world = world("{'kubeconfig':'/nowhere/kubeconfig'}");
        assertThat(ClusterCheck.of(Tenant.DEFAULT, world.reach(), world.connector()))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.state()).isEqualTo(Check.State.MISSING);
                    assertThat(each.finding())
                            .isEqualTo("the configured kubeconfig /nowhere/kubeconfig does not exist");
                });
    }
}
