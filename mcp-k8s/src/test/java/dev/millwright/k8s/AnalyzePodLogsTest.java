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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyzePodLogsTest {
    private static final String OBJECTS = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec: {selector: {matchLabels: {app: web}}}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: web-1, ownerReferences: [{kind: Deployment, name: web, uid: deployment-web, controller: true}]}
            ---
            """;

    @TempDir
    private Path temp;

    private World world;
    private AnalyzePodLogs tool;

    @BeforeEach
    void open() {
        world = new World(temp).load(OBJECTS);
        world.server().at(Instant.parse("2026-11-20T14:30:00Z"));
        tool = new AnalyzePodLogs(world.clusters(), world.config(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void pod(String name, int restarts, boolean ready) {
        world.load("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app: web}, ownerReferences: [{kind: ReplicaSet, name: web-1, uid: replicaset-web-1, controller: true}]}
                spec: {containers: [{name: app, image: 'web:1'}]}
                status: {phase: Running, conditions: [{type: Ready, status: '%3$s'}], containerStatuses: [{name: app, ready: %2$s, restartCount: %4$d, state: {running: {startedAt: '2026-11-20T14:00:00Z'}}}]}
                """.formatted(name, ready, ready ? "True" : "False", restarts));
    }

    private void log(String pod, boolean previous, String text) {
        world.server().logs("shop", pod, "app", previous, text);
    }

    private JsonNode run(String arguments) throws Exception {
        return world.run(tool, "{'namespace':'shop'," + arguments + "}");
    }

    @Test
    void readsAllPodsOfAWorkloadAndTheRunBeforeTheRestart() throws Exception {
        pod("web-1-a", 2, false);
        pod("web-1-b", 0, true);
        log("web-1-a", true, """
                2026-11-20T14:20:00Z INFO start
                2026-11-20T14:20:01Z Error: connect ECONNREFUSED 10.0.0.1:5432
                2026-11-20T14:20:01Z     at connect (/app/db.js:3:9)
                """);
        log(
                "web-1-a",
                false,
                "2026-11-20T14:25:00Z INFO start\n2026-11-20T14:25:01Z Error: connect ECONNREFUSED 10.0.0.1:5432\n");
        log("web-1-b", false, "2026-11-20T14:26:00Z INFO start\n");

        JsonNode answer = run("'workload':'deployment/web'");

        assertThat(answer.path("read").asText()).isEqualTo("6 lines of web-1-a, web-1-b; previous runs: 1");
        assertThat(answer.at("/first/text").asText()).isEqualTo("Error: connect ECONNREFUSED 10.0.0.1:5432");
        assertThat(answer.at("/first/count").asInt()).isEqualTo(2);
        assertThat(answer.at("/first/first").asText()).isEqualTo("2026-11-20T14:20:01Z");
        assertThat(answer.at("/first/last").asText()).isEqualTo("2026-11-20T14:25:01Z");
        assertThat(answer.at("/stacks/0/frames/0").asText()).isEqualTo("at connect (/app/db.js:3:9)");
        assertThat(answer.at("/patterns/0/text").asText()).isEqualTo("INFO start");
        assertThat(answer.at("/patterns/0/count").asInt()).isEqualTo(3);
        assertThat(answer.path("integrity").asText()).isEqualTo("untrusted");
    }

    @Test
    void takesTheKubeletsSentenceForNoLogAndSaysWhichPodHasNone() throws Exception {
        pod("web-1-a", 1, false);
        pod("web-1-b", 0, false);
        log("web-1-a", true, "unable to retrieve container logs for containerd://8def");
        log("web-1-a", false, "2026-11-20T14:25:00Z INFO start\n");

        JsonNode answer = run("'selector':'app=web'");

        assertThat(answer.path("read").asText()).startsWith("1 lines of web-1-a");
        assertThat(answer.toString()).doesNotContain("containerd://");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'grep':'order' | order 7 stored;order 8 failed",
                "'grep':'order','exclude':'failed' | order 7 stored",
                "'since':'5m' | bye",
                "'tail':1 | bye",
                "'previous':'yes' | before"
            })
    void keepsTheLinesThatAreAskedFor(String arguments, String lines) throws Exception {
        pod("web-1-a", 0, true);
        log("web-1-a", true, "2026-11-20T14:00:00Z before\n");
        log("web-1-a", false, """
                2026-11-20T14:10:00Z order 7 stored
                2026-11-20T14:11:00Z order 8 failed
                2026-11-20T14:29:00Z bye
                """);

        List<String> shown = new ArrayList<>();
        run("'pod':'web-1-a','mode':'raw'," + arguments)
                .path("lines")
                .forEach(each -> shown.add(each.asText().substring("2026-11-20T14:10:00Z ".length())));

        assertThat(shown).containsExactly(lines.split(";"));
    }

    @Test
    void saysWhatItLeftOut() throws Exception {
        for (int i = 0; i < 25; i++) {
            pod("web-1-" + (char) ('a' + i), 0, i > 0);
            log("web-1-" + (char) ('a' + i), false, "2026-11-20T14:10:00Z one\n2026-11-20T14:10:01Z two\n");
        }

        JsonNode answer = run("'workload':'web','tail':1,'grep':'t'");

        assertThat(answer.path("left_out").toString()).contains("5 of 25 pods", "before its last 1 lines");
        assertThat(world.server().calls("get", "pods/log")).isEqualTo(20);
    }

    @Test
    void staysWithinItsBudgetAndShowsTheNewestLines() throws Exception {
        pod("web-1-a", 0, true);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            text.append("2026-11-20T14:%02d:%02dZ request %d of %s\n"
                    .formatted(i / 60 % 60, i % 60, i, "x".repeat(i % 90)));
        }
        log("web-1-a", false, text.toString());
        world.budget(1_200);

        JsonNode raw = run("'pod':'web-1-a','mode':'raw'");
        JsonNode patterns = run("'pod':'web-1-a','mode':'patterns'");

        assertThat(Json.size(raw)).isLessThan(4_800);
        assertThat(raw.path("lines").path(raw.path("lines").size() - 1).asText())
                .contains("request 2999 ");
        assertThat(raw.path("left_out").toString()).contains("more older lines");
        assertThat(Json.size(patterns)).isLessThan(4_800);
    }

    @Test
    void masksSecretsInEveryMode() throws Exception {
        String canary = "k4n4ry-Zx81-qq";
        pod("web-1-a", 0, true);
        log("web-1-a", false, """
                2026-11-20T14:10:00Z ERROR cannot open postgres://app:CANARY@db:5432/shop
                2026-11-20T14:10:01Z Error: login with password=CANARY failed
                2026-11-20T14:10:01Z     at login (/app/CANARY.js?token=CANARY:3:9)
                2026-11-20T14:10:02Z {"level":"error","msg":"no","authorization":"Bearer CANARY"}
                2026-11-20T14:10:03Z -----BEGIN PRIVATE KEY-----
                2026-11-20T14:10:03Z CANARY
                2026-11-20T14:10:03Z -----END PRIVATE KEY-----
                """.replace("/app/CANARY", "/app/login").replace("CANARY", canary));

        for (String mode : List.of("summary", "errors", "patterns", "raw")) {
            assertThat(run("'pod':'web-1-a','mode':'" + mode + "'").toString()).doesNotContain(canary);
        }
    }

    @Test
    void namesWhatItMayNotRead() throws Exception {
        pod("web-1-a", 0, true);
        log("web-1-a", false, "2026-11-20T14:10:00Z one\n");
        world.server().deny("get", "pods/log", "shop");

        assertThat(run("'pod':'web-1-a'").path("partial").toString()).contains("get pods/log in shop: forbidden");

        world.server().deny("list", "pods", "shop");
        assertThatThrownBy(() -> run("'selector':'app=web'"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.DENIED))
                .hasMessageContaining("list pods in shop");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'pod':'web-1-a','grep':'(' | /grep is no RE2 expression",
                "'pod':'web-1-a','exclude':'[' | /exclude is no RE2 expression",
                "'pod':'web-1-a','since':'soon' | /since must be a length of time",
                "'selector':'a b c' | /selector",
                "'workload':'service/web' | /workload service/web must be",
                "'mode':'raw' | one of /pod, /workload and /selector is required",
                "'pod':'web-1-a','workload':'web' | one of /pod, /workload and /selector is required"
            })
    void refusesWhatDoesNotFitAndNamesTheField(String arguments, String message) {
        pod("web-1-a", 0, true);

        assertThatThrownBy(() -> run(arguments))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT))
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'pod':'web-1-b' | did you mean web-1-a?",
                "'workload':'wbe' | did you mean web?",
                "'selector':'app=none' | matches no pod",
                "'pod':'web-1-a','container':'side' | there are app"
            })
    void saysWhatIsThereInsteadOfWhatIsNot(String arguments, String message) {
        pod("web-1-a", 0, true);

        assertThatThrownBy(() -> run(arguments))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.NOT_FOUND))
                .hasMessageContaining(message);
    }
}
