package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.fix.Plans;
import dev.millwright.k8s.reach.Roots;
import dev.millwright.k8s.snapshot.Snapshots;
import dev.millwright.k8s.stub.World;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class K8sDiagnoseTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T14:30:00Z"), ZoneOffset.UTC);
    private static final int BUDGET = 1_200;

    @TempDir
    Path temp;

    private Path root;
    private World world;
    private Store store;
    private Roots roots;
    private K8sDiagnose diagnose;
    private K8sSnapshot snapshot;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(temp.resolve("root"));
        reach("{'roots':['" + root + "']}");
    }

    private void reach(String reach) throws IOException {
        close();
        Path own = Files.createTempDirectory(temp, "world");
        world = new World(own, reach).budget(BUDGET);
        store = Store.open(new StoreUrl.Embedded(own.resolve("plans")), Plans.MIGRATIONS);
        roots = new Roots(world.reaches(), List.of());
        Snapshots snapshots = new Snapshots(roots, world.platform().hide());
        diagnose = new K8sDiagnose(world.clusters(), snapshots, new Plans(store, CLOCK), world.config(), CLOCK);
        snapshot = new K8sSnapshot(world.clusters(), snapshots, world.config(), CLOCK);
    }

    @AfterEach
    void close() {
        if (world != null) {
            roots.close();
            store.close();
            world.close();
        }
    }

    private JsonNode run(String arguments) throws Exception {
        return world.run(diagnose, arguments);
    }

    static List<String> scenarios() {
        return Recorded.scenarios();
    }

    /** The scenario's folder as it was recorded, and the node beside it. */
    private String copied(String scenario) throws IOException {
        Path to = root.resolve(scenario);
        try (Stream<Path> files = Files.walk(Recorded.folder(scenario))) {
            for (Path each : files.toList()) {
                Path target =
                        to.resolve(Recorded.folder(scenario).relativize(each).toString());
                Files.createDirectories(Files.isDirectory(each) ? target : target.getParent());
                if (Files.isRegularFile(each)) {
                    Files.copy(each, target);
                }
            }
        }
        Files.copy(Recorded.folder(scenario).resolveSibling("cluster.json"), to.resolve("cluster.json"));
        return scenario;
    }

    private static void assertExpected(String scenario, JsonNode answer) {
        JsonNode expected = Recorded.expected(scenario);
        String object = expected.path("object").asText();
        if (object.isEmpty()) {
            assertThat(answer.path("causes")).isEmpty();
            assertThat(answer.path("verdict").asText()).startsWith("no cause found; ");
            return;
        }
        String first = Json.write(answer.at("/causes/0"));
        assertThat(first).as(answer.toPrettyString()).contains(object);
        assertThat(Pattern.compile(expected.path("cause").asText(), Pattern.CASE_INSENSITIVE)
                        .matcher(first)
                        .find())
                .as("%s in %s", expected.path("cause").asText(), answer.toPrettyString())
                .isTrue();
    }

    private static void assertFits(JsonNode answer) {
        assertThat(Json.size(answer)).isLessThanOrEqualTo(BUDGET * 4);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void namesTheRecordedCauseFirstInACluster(String scenario) throws Exception {
        world.recorded(scenario);
        world.server().forget();
        JsonNode answer = run("{'namespace':'" + scenario + "'}");
        assertExpected(scenario, answer);
        assertFits(answer);
        assertThat(world.server().calls("list")).isLessThanOrEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void namesTheRecordedCauseFirstInItsFiles(String scenario) throws Exception {
        JsonNode answer = run("{'snapshot':'" + copied(scenario) + "'}");
        assertExpected(scenario, answer);
        assertFits(answer);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void saysTheSameOfASnapshotAsOfTheCluster(String scenario) throws Exception {
        world.recorded(scenario);
        JsonNode online = run("{'namespace':'" + scenario + "'}");
        world.run(snapshot, "{'namespace':'" + scenario + "','path':'a.tar.gz'}");
        world.run(snapshot, "{'namespace':'" + scenario + "','path':'b'}");
        assertThat(told(run("{'snapshot':'a.tar.gz'}"))).isEqualTo(told(online));
        assertThat(told(run("{'snapshot':'b'}"))).isEqualTo(told(online));
    }

    /** All but the plan, which only a cluster can have, and what could not be read, which is worded differently. */
    private static JsonNode told(JsonNode answer) {
        ObjectNode told = answer.deepCopy();
        told.remove(List.of("plan_id", "partial"));
        return told;
    }

    @Test
    void keepsToItsBoundsInANamespaceOfFiveHundredPods() throws Exception {
        world.load(Fleet.of("shop", 500, 20, List.of("crash-stacktrace", "image-not-found")))
                .load(ROOT_CERTIFICATES);
        world.server().forget();
        JsonNode answer = run("{'namespace':'shop'}");
        assertThat(answer.path("causes")).hasSize(2);
        assertThat(answer.path("verdict").asText()).isEqualTo("2 causes; 480 of 500 pods ready");
        assertFits(answer);
        assertThat(world.server().calls("list")).isLessThanOrEqualTo(20);
    }

    @Test
    void keepsAPlanOfThePatches() throws Exception {
        world.recorded("service-no-endpoints");
        JsonNode answer = run("{'namespace':'service-no-endpoints'}");
        assertThat(answer.at("/causes/0/fixes/0/fix_id").asText()).isEqualTo("f1");
        assertThat(answer.at("/causes/0/fixes/0/patch/0/op").asText()).isNotEmpty();
        assertThat(new Plans(store, CLOCK)
                        .find(world.call(), answer.path("plan_id").asText())
                        .fixes())
                .isNotEmpty();
    }

    /** What the recorded namespaces have. */
    private static final String ROOT_CERTIFICATES = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kube-root-ca.crt}
            data: {ca.crt: none}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: openshift-service-ca.crt}
            data: {service-ca.crt: none}
            """;

    private static final String TWO_APPS = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: app, image: web:1, envFrom: [{configMapRef: {name: web-settings}}]}]}
            status: {replicas: 1, unavailableReplicas: 1}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata:
              name: web-1
              labels: {app: web}
              ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deployment-web, controller: true}]
            spec: {replicas: 1, selector: {matchLabels: {app: web}}}
            status: {replicas: 1}
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-1-a
              labels: {app: web}
              ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: replicaset-web-1, controller: true}]
            spec: {nodeName: n1, containers: [{name: app, image: web:1, envFrom: [{configMapRef: {name: web-settings}}]}]}
            status:
              phase: Pending
              conditions: [{type: Ready, status: 'False'}]
              containerStatuses:
              - {name: app, ready: false, restartCount: 0, image: web:1,
                 state: {waiting: {reason: CreateContainerConfigError, message: 'configmap "web-settings" not found'}}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: site}
            spec: {ingressClassName: nginx, rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: nginx}
            spec: {controller: example.com/nginx}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: other, labels: {app: other}}
            spec: {nodeName: n2, containers: [{name: app, image: 'registry.example/nothing:1'}]}
            status:
              phase: Pending
              conditions: [{type: Ready, status: 'False'}]
              containerStatuses:
              - {name: app, ready: false, restartCount: 0, image: 'registry.example/nothing:1',
                 state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image: not found'}}}
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'workload','name':'web'}",
                "{'kind':'deployment','name':'web'}",
                "{'kind':'pod','name':'web-1-a'}",
                "{'kind':'service','name':'web'}",
                "{'kind':'ingress','name':'site'}",
                "{'kind':'node','name':'n1','namespace':'shop'}",
                "{'name':'web'}",
                "{'selector':'app=web'}",
                "{'selector':'app in (web, shop),app!=other'}"
            })
    void tellsOnlyWhatConcernsTheTarget(String question) throws Exception {
        world.load(TWO_APPS).load("""
                apiVersion: v1
                kind: Node
                metadata: {name: n1}
                status: {conditions: [{type: Ready, status: 'True'}]}
                """);
        JsonNode answer = run(question.replace("}", ",'namespace':'shop'}")
                .replaceFirst("('namespace':'shop'),'namespace':'shop'", "$1"));
        assertThat(answer.path("causes")).as(answer.toPrettyString()).hasSize(1);
        assertThat(answer.at("/causes/0/id").asText()).isEqualTo("config.missing_object");
        assertThat(answer.path("verdict").asText()).isEqualTo("1 cause; 0 of 1 pods ready");
    }

    @Test
    void tellsHowManyCausesItLeavesOut() throws Exception {
        world.load(TWO_APPS);
        JsonNode answer = run("{'namespace':'shop','max_causes':1}");
        assertThat(answer.path("causes")).hasSize(1);
        assertThat(answer.path("more").asInt()).isEqualTo(1);
    }

    @Test
    void namesTheNearestWhereThereIsNoSuchObject() {
        world.load(TWO_APPS);
        assertThatThrownBy(() -> run("{'namespace':'shop','kind':'service','name':'wep'}"))
                .isInstanceOf(ToolException.class)
                .hasMessage("/name: no Service is called wep in shop; did you mean web?");
        assertThatThrownBy(() -> run("{'namespace':'shop','kind':'thing','name':'web'}"))
                .hasMessageStartingWith("/kind thing is none of namespace, workload, pod");
        assertThatThrownBy(() -> run("{'namespace':'shop','selector':'app==='}"))
                .hasMessageStartingWith("/selector ");
        assertThatThrownBy(() -> run("{'namespace':'shop','since':'yesterday'}"))
                .hasMessage("/since must be a length of time like 90s, 15m, 1h30m or 2d, got yesterday");
    }

    @Test
    void saysWhatItMayNotReadAndAnswersTheRest() throws Exception {
        world.load(TWO_APPS);
        world.server().deny("list", "services", "shop");
        JsonNode answer = run("{'namespace':'shop'}");
        assertThat(answer.at("/causes/0/id").asText()).isNotEmpty();
        assertThat(answer.path("partial").toString()).contains("list services in shop: forbidden");
    }

    @Test
    void saysThatThereIsNoSuchNamespace() {
        world.load(TWO_APPS);
        assertThatThrownBy(() -> run("{'namespace':'shpo'}"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.NOT_FOUND))
                .hasMessage("/namespace: the cluster has no namespace shpo; did you mean shop?");
    }

    @Test
    void saysThatATenantReachesOnlyPartOfTheCluster() throws Exception {
        reach("{'namespaces':['shop']}");
        world.load(TWO_APPS).recorded("oom-killed");
        JsonNode answer = run("{'kind':'cluster'}");
        assertThat(answer.toString()).doesNotContain("oom-killed");
        assertThat(answer.path("partial").toString()).contains("looked at shop only: the tenant reaches shop");
    }

    @Test
    void looksAtTheWholeCluster() throws Exception {
        world.recorded("healthy").recorded("oom-killed").recorded("image-not-found");
        JsonNode answer = run("{'kind':'cluster'}");
        assertThat(answer.toString()).contains("Deployment oom-killed/cache", "Deployment image-not-found/frontend");
        assertFits(answer);
    }

    @Test
    void needsARootForASnapshot() throws Exception {
        reach("{}");
        assertThatThrownBy(() -> run("{'snapshot':'x'}"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.UNAVAILABLE))
                .hasMessageContaining("--root DIR");
    }

    @Test
    void saysWhichNamespacesASnapshotHolds() throws Exception {
        copied("healthy");
        assertThatThrownBy(() -> run("{'snapshot':'healthy','namespace':'shop'}"))
                .hasMessage("/namespace shop is not in the snapshot; it holds healthy");
    }

    @Test
    void tellsNoSecretOfACluster() throws Exception {
        String canary = "CANARY-7f3a9b2c41d8e6";
        world.load(TWO_APPS.replace(
                        "envFrom: [{configMapRef: {name: web-settings}}]",
                        "env: [{name: DB_PASSWORD, value: " + canary
                                + "}], envFrom: [{configMapRef: {name: web-settings}}]"))
                .load("""
                        apiVersion: v1
                        kind: Event
                        metadata: {name: web.1}
                        involvedObject: {kind: Pod, namespace: shop, name: web-1-a, uid: pod-web-1-a}
                        reason: Failed
                        message: 'cannot log in with password=%s'
                        lastTimestamp: '2026-11-20T14:29:00Z'
                        """.formatted(canary));
        assertThat(run("{'namespace':'shop','max_causes':20}").toString()).doesNotContain(canary);
    }

    @Test
    void fitsIntoLittle() throws Exception {
        world.load(Fleet.of(
                "shop",
                200,
                100,
                List.of("crash-stacktrace", "image-not-found", "oom-killed", "missing-configmap", "readiness-fails")));
        world.budget(600);
        JsonNode answer = run("{'namespace':'shop','max_causes':20}");
        assertThat(Json.size(answer)).isLessThanOrEqualTo(600 * 4);
        assertThat(answer.path("causes").size() + answer.path("more").asInt()).isGreaterThanOrEqualTo(5);
    }
}
