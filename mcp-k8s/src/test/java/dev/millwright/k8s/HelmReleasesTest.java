package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.helm.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelmReleasesTest {
    private static final String MANIFEST = """
            ---
            # Source: web/templates/deployment.yaml
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: web:%s
                    env: [{name: DB_PASSWORD, value: canary-in-env}]
                    resources: {limits: {cpu: 1000m, memory: 1024Mi}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: login}
            stringData: {password: canary-in-secret-%s}
            """;

    @TempDir
    Path folder;

    private HelmWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new HelmWorld(folder);
        keep("web", "shop", 1, "superseded", "1");
        keep("web", "shop", 2, "deployed", "2");
        keep("api", "bank", 1, "failed", "1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static ObjectNode release(String name, String namespace, int revision, String status, String tag) {
        ObjectNode release = HelmWorld.object(
                """
                {"name": "%s", "info": {"first_deployed": "2026-11-01T10:00:00Z", "last_deployed": "2026-11-0%dT10:00:00Z",
                  "deleted": "", "description": "Upgrade complete, password=canary-in-description", "status": "%s",
                  "notes": "the token is: canary-in-notes; log in with canary-in-values"},
                 "chart": {"metadata": {"name": "web", "version": "1.0.%d", "appVersion": "7"}, "values": {}},
                 "config": {"dbPassword": "canary-in-values", "size": %d, "motd": "canary-in-secret-%d"}, "version": %d, "namespace": "%s",
                 "apply_method": "ssa"}""".formatted(name, revision, status, revision, revision, revision, revision, namespace));
        return release.put("manifest", MANIFEST.formatted(tag, tag));
    }

    private void keep(String name, String namespace, int revision, String status, String tag) {
        keep(release(name, namespace, revision, status, tag));
    }

    private void keep(ObjectNode release) {
        String name = release.path("name").asText();
        int revision = release.path("version").asInt();
        ObjectNode secret = HelmWorld.object("""
                {"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "metadata": {
                  "name": "sh.helm.release.v1.%s.v%d", "namespace": "%s",
                  "labels": {"owner": "helm", "name": "%s", "status": "%s", "version": "%d"}}}""".formatted(
                        name,
                        revision,
                        release.path("namespace").asText(),
                        name,
                        release.at("/info/status").asText(),
                        revision));
        secret.putObject("data")
                .put(
                        "release",
                        Base64.getEncoder()
                                .encodeToString(Payload.write(release).getBytes(StandardCharsets.UTF_8)));
        world.server.load(List.of(secret));
    }

    @Test
    void listsTheNewestRevisionOfEachReleaseInAllNamespaces() throws Exception {
        JsonNode answer = world.releases("{}");

        assertThat(answer.path("releases").findValuesAsText("name")).containsExactly("api", "web");
        assertThat(answer.at("/releases/1"))
                .isEqualTo(HelmWorld.object("""
                {"name": "web", "namespace": "shop", "revision": 2, "status": "deployed", "updated": "2026-11-02T10:00:00Z",
                 "chart": "web-1.0.2", "app_version": "7"}""").set("description", answer.at("/releases/1/description")));
        assertThat(world.server.calls("list")).isEqualTo(2);
    }

    @Test
    void listsOnlyWhatTheTenantReaches() throws Exception {
        try (HelmWorld bank = new HelmWorld(folder.resolve("bank"), "{\"namespaces\": [\"bank\"]}")) {
            world.server.stored(Kinds.SECRET).forEach(each -> bank.server.load(List.of(each)));

            assertThat(bank.releases("{}").path("releases").findValuesAsText("name"))
                    .containsExactly("api");
            assertThatThrownBy(() -> bank.releases("{\"namespace\": \"shop\"}"))
                    .hasMessageContaining("/namespace shop is not reached");
        }
    }

    @Test
    void listsReleasesThatAreKeptInConfigMapsToo() throws Exception {
        ObjectNode map = HelmWorld.object("""
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "sh.helm.release.v1.old.v4",
                 "namespace": "shop", "labels": {"owner": "helm", "name": "old", "status": "deployed", "version": "4"}}}""");
        map.putObject("data").put("release", Payload.write(release("old", "shop", 4, "deployed", "4")));
        world.server.load(List.of(map));

        assertThat(world.releases("{\"namespace\": \"shop\"}").path("releases").findValuesAsText("name"))
                .containsExactly("old", "web");
        assertThat(world.releases("{\"action\": \"status\", \"name\": \"old\", \"namespace\": \"shop\"}")
                        .at("/releases/0/revision")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void goesOnWhereAPageEnded() throws Exception {
        JsonNode first = world.releases("{\"limit\": 1}");
        JsonNode second = world.releases("{\"limit\": 1, \"cursor\": \"%s\"}"
                .formatted(first.path("cursor").asText()));

        assertThat(first.path("releases").findValuesAsText("name")).containsExactly("api");
        assertThat(second.path("releases").findValuesAsText("name")).containsExactly("web");
        assertThat(second.has("cursor")).isFalse();
    }

    @Test
    void namesWhatMayNotBeRead() throws Exception {
        world.server.deny("list", "configmaps", "shop");

        JsonNode answer = world.releases("{\"namespace\": \"shop\"}");

        assertThat(answer.path("releases")).hasSize(1);
        assertThat(answer.path("partial").toString()).contains("list configmaps in shop");
    }

    @Test
    void stillListsAReleaseThatCannotBeUnpacked() throws Exception {
        world.server.change(
                Kinds.SECRET,
                "shop",
                "sh.helm.release.v1.web.v2",
                each -> each.withObjectProperty("data").put("release", "bm90IGEgcmVsZWFzZQ=="));

        assertThat(world.releases("{\"namespace\": \"shop\"}")
                        .at("/releases/0/description")
                        .asText())
                .contains("cannot be read");
    }

    @Test
    void tellsTheHistoryNewestFirst() throws Exception {
        assertThat(world.releases("{\"action\": \"history\", \"name\": \"web\", \"namespace\": \"shop\"}")
                        .path("releases")
                        .findValuesAsText("revision"))
                .containsExactly("2", "1");
    }

    @Test
    void showsNoSecretInAnyActionAndFormat() throws Exception {
        for (String action : List.of("list", "status", "history", "values", "manifest", "notes", "diff", "drift")) {
            for (String format : List.of("compact", "json", "yaml")) {
                assertThat(world.releases(
                                        "{\"action\": \"%s\", \"name\": \"web\", \"namespace\": \"shop\", \"format\": \"%s\"}"
                                                .formatted(action, format))
                                .toString())
                        .as(action + " as " + format)
                        .doesNotContain(
                                "canary",
                                Base64.getEncoder().encodeToString("canary".getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    @Test
    void showsManifestsAsYamlAndValuesAsJson() throws Exception {
        assertThat(world.releases("{\"action\": \"manifest\", \"name\": \"web\", \"namespace\": \"shop\"}")
                        .path("text")
                        .asText())
                .contains("---\napiVersion: apps/v1\nkind: Deployment", "image: web:2");
        assertThat(Json.read(world.releases(
                                        "{\"action\": \"values\", \"name\": \"web\", \"namespace\": \"shop\", \"revision\": 1, \"format\": \"json\"}")
                                .path("text")
                                .asText())
                        .path("size")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void showsFieldByFieldWhatDiffersBetweenRevisions() throws Exception {
        JsonNode changes = world.releases("{\"action\": \"diff\", \"name\": \"web\", \"namespace\": \"shop\"}")
                .path("changes");

        assertThat(changes.toString())
                .contains("{\"path\":\"size\",\"before\":\"1\",\"after\":\"2\"}")
                .contains(
                        "\"path\":\"spec/template/spec/containers[name=web]/image\",\"before\":\"web:1\",\"after\":\"web:2\"")
                .contains("Secret shop/login", "\"path\":\"data/password\",\"before\":\"***");
    }

    @Test
    void takesDefaultsOfTheServerForNoDrift() throws Exception {
        live("web:2", "1", "1Gi");

        assertThat(world.releases("{\"action\": \"drift\", \"name\": \"web\", \"namespace\": \"shop\"}")
                        .path("drift"))
                .isEmpty();
    }

    @Test
    void namesWhatDriftedAndWhoDidIt() throws Exception {
        live("web:hotfix", "1", "1Gi");
        world.server.vanish(Kinds.SECRET, "shop", "login");

        JsonNode drift = world.releases("{\"action\": \"drift\", \"name\": \"web\", \"namespace\": \"shop\"}")
                .path("drift");

        assertThat(drift.toString()).contains("{\"object\":\"Secret shop/login\",\"state\":\"missing\",\"fields\":[]}");
        assertThat(drift.at("/0/fields")).hasSize(1);
        assertThat(drift.at("/0/fields/0")).isEqualTo(HelmWorld.object("""
                {"path": "spec/template/spec/containers[name=web]/image", "manifest": "web:2", "live": "web:hotfix",
                 "manager": "kubectl-set"}"""));
    }

    @Test
    void asksOnceForManyObjectsOfAKind() throws Exception {
        StringBuilder maps = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            maps.append("""
                    ---
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: map-%d, namespace: shop, labels: {app.kubernetes.io/managed-by: Helm}}
                    data: {number: "%d"}
                    """.formatted(i, i));
        }
        keep(release("many", "shop", 1, "deployed", "1").put("manifest", maps.toString()));
        world.server.load(maps.toString());
        world.server.change(
                Kinds.CONFIG_MAP,
                "shop",
                "map-7",
                each -> each.withObjectProperty("data").put("number", "8"));
        world.server.forget();

        JsonNode drift = world.releases("{\"action\": \"drift\", \"name\": \"many\", \"namespace\": \"shop\"}")
                .path("drift");

        assertThat(drift).hasSize(1);
        assertThat(drift.at("/0/fields/0/live").asText()).isEqualTo("8");
        assertThat(world.server.calls("list", "configmaps")).isEqualTo(2);
        assertThat(world.server.calls("get", "configmaps")).isZero();
    }

    private void live(String image, String cpu, String memory) {
        world.server.load("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  managedFields:
                  - manager: helm
                    operation: Update
                    time: "2026-11-01T10:00:00Z"
                    fieldsV1: {"f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:name": {}}}}}}}
                  - manager: kubectl-set
                    operation: Update
                    time: "2026-11-03T10:00:00Z"
                    fieldsV1: {"f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {"f:image": {}}}}}}}
                spec:
                  replicas: 2
                  revisionHistoryLimit: 10
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      restartPolicy: Always
                      containers:
                      - {name: proxy, image: mesh}
                      - name: web
                        image: %s
                        imagePullPolicy: IfNotPresent
                        env: [{name: DB_PASSWORD, value: canary-in-env}]
                        resources: {limits: {cpu: "%s", memory: %s}}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: login}
                type: Opaque
                data: {password: %s}
                """.formatted(
                        image,
                        cpu,
                        memory,
                        Base64.getEncoder().encodeToString("canary-in-secret-2".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void staysWithinTheBudget() throws Exception {
        for (int i = 0; i < 60; i++) {
            keep("web-" + i, "shop", 1, "deployed", "1");
        }

        JsonNode answer = world.releases("{\"namespace\": \"shop\", \"limit\": 500, \"budget\": 500}", 500);

        assertThat(Json.size(answer)).isLessThan(500 * 4);
        assertThat(answer.path("cursor").asText()).isNotEmpty();
    }

    @Test
    void namesWhatIsMissingInACall() {
        assertThatThrownBy(() -> world.releases("{\"action\": \"values\"}"))
                .hasMessageContaining("/name is required for values");
        assertThatThrownBy(() -> world.releases("{\"action\": \"versions\"}"))
                .hasMessageContaining("/chart is required");
        assertThatThrownBy(() -> world.releases("{\"action\": \"notes\", \"name\": \"nope\", \"namespace\": \"shop\"}"))
                .hasMessageContaining("/name nope: no such release");
        assertThatThrownBy(() ->
                        world.releases("{\"action\": \"notes\", \"name\": \"a,owner!=helm\", \"namespace\": \"shop\"}"))
                .hasMessageContaining("/name must be");
    }
}
