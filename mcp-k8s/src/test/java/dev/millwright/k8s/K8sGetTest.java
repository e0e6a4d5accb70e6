package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.stub.World;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class K8sGetTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T14:30:00Z"), ZoneOffset.UTC);
    private static final String CANARY = "CANARY-7f3a9b2c41d8e6";

    @TempDir
    Path temp;

    private World world;
    private K8sGet get;

    @BeforeEach
    void open() {
        world = new World(temp).budget(1_200);
        get = new K8sGet(world.clusters(), CLOCK);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private JsonNode run(String arguments) throws Exception {
        return world.run(get, arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pod", "pods", "po", "pod"})
    void takesAKindByAnyName(String kind) throws Exception {
        world.recorded("oom-killed");
        JsonNode answer = run("{'kind':'" + kind + "','namespace':'oom-killed'}");
        assertThat(Json.write(answer.path("columns")))
                .isEqualTo("[\"name\",\"ready\",\"status\",\"restarts\",\"node\",\"age\"]");
        assertThat(answer.at("/rows/0/0").asText()).startsWith("cache-");
        assertThat(answer.at("/rows/0/1").asText()).isEqualTo("0/1");
    }

    @Test
    void readsCustomKinds() throws Exception {
        world.load("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: backups.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {kind: Backup, plural: backups}
                  versions: [{name: v1, served: true, storage: true}]
                ---
                apiVersion: example.com/v1
                kind: Backup
                metadata: {name: nightly}
                spec: {schedule: '0 3 * * *'}
                """);
        for (String each : List.of("Backup", "backups", "backups.example.com")) {
            assertThat(run("{'kind':'" + each + "','namespace':'shop','fields':['spec.schedule']}")
                            .at("/objects/0/spec.schedule")
                            .asText())
                    .isEqualTo("0 3 * * *");
        }
    }

    @Test
    void namesTheNearestKindAndObject() {
        world.recorded("healthy");
        assertThatThrownBy(() -> run("{'kind':'deploymnet'}"))
                .isInstanceOf(ToolException.class)
                .hasMessage("/kind deploymnet is no kind this cluster serves; did you mean deployment?");
        assertThatThrownBy(() -> run("{'kind':'pod','name':'absent','namespace':'healthy'}"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.NOT_FOUND))
                .hasMessage("no Pod is called absent in healthy");
        assertThatThrownBy(() -> run("{'kind':'pod','selector':'a b'}")).isInstanceOf(ToolException.class);
        assertThatThrownBy(() -> run("{'kind':'pod','namespace':'healthy','fields':['a.[']}"))
                .hasMessageStartingWith("/fields: a.[ is neither");
    }

    @Test
    void showsOneObjectWithoutWhatNobodyWrote() throws Exception {
        world.recorded("healthy");
        String text =
                run("{'kind':'deployment','name':'web','namespace':'healthy'}").toString();
        assertThat(text).doesNotContain("managedFields", "last-applied", "terminationMessagePath", "dnsPolicy", "uid");
    }

    @Test
    void answersOnlyTheFieldsAskedFor() throws Exception {
        world.recorded("oom-killed");
        JsonNode answer = run(
                "{'kind':'pod','namespace':'oom-killed','fields':['/spec/nodeName','spec.containers[*].image','spec.absent']}");
        JsonNode first = answer.at("/objects/0");
        assertThat(first.path("name").asText()).startsWith("cache-");
        assertThat(first.path("/spec/nodeName").asText()).isEqualTo("node-1");
        assertThat(first.path("spec.containers[*].image")).hasSize(1);
        assertThat(first.path("spec.absent").isNull()).isTrue();
    }

    @Test
    void answersTheColumnsAskedFor() throws Exception {
        world.recorded("oom-killed");
        JsonNode answer =
                run("{'kind':'pod','namespace':'oom-killed','columns':['node:.spec.nodeName','metadata.name']}");
        assertThat(Json.write(answer.path("columns"))).isEqualTo("[\"node\",\"name\"]");
        assertThat(answer.at("/rows/0/0").asText()).isEqualTo("node-1");
    }

    @Test
    void selectsByLabelsAndFields() throws Exception {
        world.load("""
                apiVersion: v1
                kind: Pod
                metadata: {name: a, labels: {app: web}}
                spec: {containers: []}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: b, labels: {app: db}}
                spec: {containers: []}
                """);
        assertThat(run("{'kind':'pod','namespace':'shop','selector':'app=web'}").path("rows"))
                .hasSize(1);
        assertThat(run("{'kind':'pod','namespace':'shop','field_selector':'metadata.name=b'}")
                        .at("/rows/0/0")
                        .asText())
                .isEqualTo("b");
    }

    private static String maps(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%03d}\ndata: {k: v}\n".formatted(i))
                .collect(Collectors.joining("---\n"));
    }

    @Test
    void leadsThroughAllPagesWithACursor() throws Exception {
        world.load(maps(250)).budget(500);
        List<String> names = new ArrayList<>();
        String cursor = "";
        for (int i = 0; i < 40; i++) {
            JsonNode answer = run("{'kind':'cm','namespace':'shop','limit':60"
                    + (cursor.isEmpty() ? "" : ",'cursor':'" + cursor + "'") + "}");
            assertThat(Json.size(answer)).isLessThanOrEqualTo(500 * 4);
            answer.path("rows").forEach(each -> names.add(each.get(0).asText()));
            cursor = answer.path("cursor").asText();
            if (cursor.isEmpty()) {
                break;
            }
            assertThat(answer.path("more").asInt()).isEqualTo(250 - names.size());
        }
        assertThat(names).hasSize(250).doesNotHaveDuplicates();
    }

    @Test
    void refusesACursorOfAnotherQuestionAndSaysThatOneExpired() throws Exception {
        world.load(maps(100));
        String cursor = run("{'kind':'cm','namespace':'shop','limit':10}")
                .path("cursor")
                .asText();
        assertThatThrownBy(() -> run("{'kind':'pod','namespace':'shop','limit':10,'cursor':'" + cursor + "'}"))
                .hasMessageStartingWith("/cursor belongs to another question");
        world.server().expire();
        assertThatThrownBy(() -> run("{'kind':'cm','namespace':'shop','limit':10,'cursor':'" + cursor + "'}"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.CONFLICT))
                .hasMessageStartingWith("/cursor has expired");
    }

    @Test
    void fitsALargeObjectAndSaysHowToAskForTheRest() throws Exception {
        world.load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata: {small: x, large: '"
                + "lorem ".repeat(3_000) + "'}\n");
        JsonNode answer = run("{'kind':'cm','name':'big','namespace':'shop'}");
        assertThat(Json.size(answer)).isLessThanOrEqualTo(1_200 * 4);
        assertThat(answer.at("/objects/0/data/large").asText()).contains("left out; fields=[\"/data/large\"]");
        assertThat(answer.path("truncated").asText()).isNotEmpty();
        assertThat(answer.at("/objects/0/data/small").asText()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'secret','name':'db','namespace':'shop'}",
                "{'kind':'secret','name':'db','namespace':'shop','format':'yaml'}",
                "{'kind':'secret','name':'db','namespace':'shop','format':'json'}",
                "{'kind':'secret','namespace':'shop'}",
                "{'kind':'secret','namespace':'*'}",
                "{'kind':'secret','namespace':'shop','columns':['p:.data.password','q:.metadata.annotations']}",
                "{'kind':'secret','namespace':'shop','fields':['/data/password','metadata.annotations']}",
                "{'kind':'pod','name':'web','namespace':'shop'}",
                "{'kind':'pod','namespace':'shop','columns':['spec.containers[*].env','spec.containers[0].env[0].value']}",
                "{'kind':'pod','namespace':'shop','fields':['spec.containers[0].env[0].value','/spec/containers/0/args']}",
                "{'kind':'event','namespace':'shop'}",
                "{'kind':'cm','namespace':'shop','name':'settings','format':'yaml'}"
            })
    void showsNoSecretInAnyForm(String question) throws Exception {
        world.load("""
                apiVersion: v1
                kind: Secret
                metadata:
                  name: db
                  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"password":"CANARY"}}'}
                data: {password: Q0FOQVJZLTdmM2E5YjJjNDFkOGU2}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec: {containers: [{name: app, env: [{name: DB_PASSWORD, value: CANARY}], args: [--password, CANARY]}]}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {app.properties: "db.password=CANARY"}
                ---
                apiVersion: v1
                kind: Event
                metadata: {name: e}
                involvedObject: {kind: Pod, name: web, namespace: shop}
                reason: Failed
                message: 'password=CANARY'
                """.replace("CANARY", CANARY));
        String answer = run(question).toString();
        assertThat(answer).doesNotContain(CANARY).doesNotContain("Q0FOQVJZLTdmM2E5YjJjNDFkOGU2");
    }

    @Test
    void writesYaml() throws Exception {
        world.load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {n: '1', t: \"x\\ny\\n\"}\n");
        assertThat(run("{'kind':'cm','name':'a','namespace':'shop','format':'yaml','fields':['/data']}")
                        .path("yaml")
                        .asText())
                .isEqualTo("name: a\n/data:\n  \"n\": \"1\"\n  t: |\n    x\n    y\n");
    }
}
