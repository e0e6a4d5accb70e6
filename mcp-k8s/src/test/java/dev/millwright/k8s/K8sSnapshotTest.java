package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.reach.Roots;
import dev.millwright.k8s.snapshot.Snapshots;
import dev.millwright.k8s.stub.World;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class K8sSnapshotTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T14:30:00Z"), ZoneOffset.UTC);
    private static final String CANARY = "CANARY-7f3a9b2c41d8e6";

    @TempDir
    Path temp;

    private Path root;
    private World world;
    private Roots roots;
    private K8sSnapshot snapshot;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(temp.resolve("root"));
        world = new World(Files.createDirectories(temp.resolve("world")), "{'roots':['" + root + "']}");
        roots = new Roots(world.reaches(), List.of());
        snapshot = new K8sSnapshot(
                world.clusters(), new Snapshots(roots, world.platform().hide()), world.config(), CLOCK);
    }

    @AfterEach
    void close() {
        roots.close();
        world.close();
    }

    @Test
    void writesObjectsAndTheLogsOfWhatFailed() throws Exception {
        world.recorded("crash-stacktrace");
        JsonNode answer = world.run(snapshot, "{'namespace':'crash-stacktrace','path':'s'}");
        assertThat(answer.path("path").asText()).isEqualTo("s");
        assertThat(answer.path("objects").asInt()).isGreaterThan(8);
        assertThat(answer.path("logs").asInt()).isEqualTo(1);
        assertThat(root.resolve("s/objects/pods.json"))
                .content()
                .contains("\"kind\":\"Pod\"")
                .doesNotContain("managedFields");
        assertThat(root.resolve("s/snapshot.json")).content().contains("\"namespace\":\"crash-stacktrace\"");
        assertThat(root.resolve("s/logs/crash-stacktrace"))
                .isDirectoryContaining(each -> each.getFileName().toString().endsWith("__app.log"));
    }

    @Test
    void writesNoSecretFromAnyPlace() throws Exception {
        world.load("""
                apiVersion: v1
                kind: Secret
                metadata: {name: db}
                stringData: {password: CANARY}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: settings
                  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"CANARY"}}'}
                data: {application.yaml: 'password: CANARY', api_key: CANARY, plain: 'see CANARY'}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  containers:
                  - {name: app, image: a, env: [{name: DB_PASSWORD, value: CANARY}], args: [--token, CANARY, --password=CANARY]}
                status:
                  phase: Running
                  conditions: [{type: Ready, status: 'False'}]
                  containerStatuses:
                  - {name: app, ready: false, restartCount: 1, state: {running: {startedAt: '2026-11-20T14:00:00Z'}},
                     lastState: {terminated: {exitCode: 1, reason: Error, message: 'token=CANARY'}}}
                ---
                apiVersion: v1
                kind: Event
                metadata: {name: web.1}
                involvedObject: {kind: Pod, name: web, namespace: shop, uid: pod-web}
                reason: Failed
                message: 'login failed with password "CANARY"'
                """.replace("CANARY", CANARY));
        world.server().logs("shop", "web", "app", false, "connecting with CANARY\n".replace("CANARY", CANARY));
        world.server().logs("shop", "web", "app", true, "password=CANARY\n".replace("CANARY", CANARY));
        world.run(snapshot, "{'namespace':'shop','path':'s'}");
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).hasSizeGreaterThan(5);
            for (Path each : all) {
                assertThat(each).content().doesNotContain(CANARY);
            }
        }
    }

    @Test
    void keepsOfASecretWhatIsPublic() throws Exception {
        String certificate = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n";
        String both = certificate + "-----BEGIN PRIVATE KEY-----\n" + CANARY + "\n-----END PRIVATE KEY-----\n";
        world.load("""
                apiVersion: v1
                kind: Secret
                metadata: {name: tls}
                type: kubernetes.io/tls
                data: {tls.crt: %s, ca.crt: %s, tls.key: %s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: pull}
                type: kubernetes.io/dockerconfigjson
                data: {.dockerconfigjson: %s}
                """.formatted(
                        base64(certificate),
                        base64(both),
                        base64(both),
                        base64("{\"auths\":{\"registry.example\":{\"password\":\"" + CANARY + "\"}}}")));
        world.run(snapshot, "{'namespace':'shop','path':'s'}");
        assertThat(root.resolve("s/objects/secrets.json"))
                .content()
                .contains(base64(certificate), base64("{\"auths\":{\"registry.example\":{}}}"))
                .doesNotContain(base64(both), CANARY);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysWhatItMayNotRead() throws Exception {
        world.recorded("healthy");
        world.server().deny("list", "secrets", "healthy");
        JsonNode answer = world.run(snapshot, "{'namespace':'healthy','path':'s.tgz'}");
        assertThat(answer.path("partial").toString()).contains("secrets in healthy: forbidden");
        assertThat(root.resolve("s.tgz")).isRegularFile();
    }

    @Test
    void overwritesNothing() throws Exception {
        world.recorded("healthy");
        Files.writeString(root.resolve("s"), "mine");
        assertThatThrownBy(() -> world.run(snapshot, "{'namespace':'healthy','path':'s'}"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.CONFLICT))
                .hasMessage("/path s is there already; choose a free name");
        assertThat(root.resolve("s")).content().isEqualTo("mine");
        assertThatThrownBy(() -> world.run(snapshot, "{'namespace':'healthy','path':'../s'}"))
                .isInstanceOf(ToolException.class);
    }

    @Test
    void takesEveryNamespace() throws Exception {
        world.recorded("healthy").recorded("oom-killed");
        world.run(snapshot, "{'all':true,'path':'s'}");
        assertThat(root.resolve("s/objects/pods.json"))
                .content()
                .contains("\"namespace\":\"healthy\"")
                .contains("\"namespace\":\"oom-killed\"");
    }
}
