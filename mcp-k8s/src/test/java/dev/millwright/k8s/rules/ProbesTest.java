package dev.millwright.k8s.rules;

import static dev.millwright.k8s.rules.Written.causes;
import static dev.millwright.k8s.rules.Written.deployment;
import static dev.millwright.k8s.rules.Written.event;
import static dev.millwright.k8s.rules.Written.log;
import static dev.millwright.k8s.rules.Written.only;
import static dev.millwright.k8s.rules.Written.patches;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.state.MemorySource;
import dev.millwright.k8s.state.State;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbesTest {
    private static final String UNREADY =
            "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, ready: false, started: true, restartCount: 0, state: {running: {startedAt: '2026-11-20T14:00:00Z'}}}]}";
    private static final String READY = UNREADY.replace("'False'", "'True'").replace("ready: false", "ready: true");

    /** Killed after 40 s, again and again. */
    private static final String KILLED =
            "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, ready: false, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: Error, exitCode: 137, startedAt: '2026-11-20T14:28:00Z', finishedAt: '2026-11-20T14:28:40Z'}}}]}";

    private static String spec(String probe, String ports) {
        return "{containers: [{name: app, image: 'web:2', ports: %s, %s}]}".formatted(ports, probe);
    }

    private static String readiness(String handler) {
        return "readinessProbe: {" + handler + "}";
    }

    private static String unhealthy(String kind, String message) {
        return event("web-1-a", "app", "Unhealthy", "29", kind + " probe failed: " + message);
    }

    private static String killing() {
        return event("web-1-a", "app", "Killing", "28", "Container app failed liveness probe, will be restarted");
    }

    @Test
    void letsAProbeAskThePortThatTheContainerDeclares() {
        String yaml = deployment(
                        "web",
                        spec(readiness("httpGet: {path: /ready, port: 9090}"), "[{containerPort: 8080}]"),
                        UNREADY)
                + unhealthy(
                        "Readiness",
                        "Get \"http://10.1.1.1:9090/ready\": dial tcp 10.1.1.1:9090: connect: connection refused");

        assertThat(only(yaml))
                .startsWith("probe.wrong_port Deployment web/app: readiness probe")
                .contains("9090", "8080");
        assertThat(patches(causes(yaml))).containsExactly("""
                [{"op":"replace","path":"/spec/template/spec/containers/0/readinessProbe/httpGet/port","value":8080}]""");
    }

    @Test
    void letsAProbeAskThePortOnWhichTheProgramSaysThatItListens() {
        var all = causes(
                deployment("web", spec(readiness("tcpSocket: {port: 8080}"), "[{containerPort: 8080}]"), UNREADY)
                        + unhealthy("Readiness", "dial tcp 10.1.1.1:8080: connect: connection refused"),
                Map.of(log("web-1-a", false), "INFO Server listening on http://0.0.0.0:3000\n"));

        assertThat(only(all)).startsWith("probe.wrong_port ").contains("listens on port 3000 by its log");
        assertThat(patches(all)).hasSize(1).first().asString().contains("\"value\":3000");
    }

    @Test
    void namesAPortByNameThatIsNotDeclared() {
        assertThat(only(deployment(
                        "web",
                        spec(readiness("httpGet: {port: http}"), "[{name: web, containerPort: 8080}]"),
                        UNREADY)))
                .startsWith("probe.wrong_port ")
                .contains("\"http\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP probe failed with statuscode: 404 | probe.wrong_protocol_or_path | path does not exist",
                "HTTP probe failed with statuscode: 401 | probe.wrong_protocol_or_path | credentials",
                "HTTP probe failed with statuscode: 503 | probe.wrong_protocol_or_path | not well",
                "Get \"https://10.1.1.1:8080/\": http: server gave HTTP response to HTTPS client | probe.wrong_protocol_or_path | speaks HTTPS to a port that speaks HTTP",
                "Get \"http://10.1.1.1:8080/\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x15\" | probe.wrong_protocol_or_path | speaks HTTP to a port that speaks HTTPS",
                "exec: \"curl\": executable file not found in $PATH | probe.wrong_protocol_or_path | curl",
                "Get \"http://10.1.1.1:8080/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers) | probe.too_aggressive | 1 s to answer",
                "cache is cold | probe.startup_or_gate | cache is cold"
            })
    void tellsWhatAProbeIsAnswered(String message, String id, String words) {
        assertThat(only(deployment(
                                "web",
                                spec(readiness("httpGet: {path: /, port: 8080}"), "[{containerPort: 8080}]"),
                                UNREADY)
                        + unhealthy("Readiness", message)))
                .startsWith(id + " Deployment web/app: ")
                .contains("readiness probe", words);
    }

    @Test
    void turnsTheSchemeOfAProbeRound() {
        assertThat(patches(causes(deployment(
                                "web",
                                spec(
                                        readiness("httpGet: {path: /, port: 8080, scheme: HTTPS}"),
                                        "[{containerPort: 8080}]"),
                                UNREADY)
                        + unhealthy("Readiness", "http: server gave HTTP response to HTTPS client"))))
                .containsExactly("""
                        [{"op":"replace","path":"/spec/template/spec/containers/0/readinessProbe/httpGet/scheme","value":"HTTP"}]""");
    }

    @Test
    void isSilentWhileAPodMayStillStart() {
        String status = UNREADY.replace("T14:00:00Z", "T14:29:50Z");

        assertThat(causes(
                        deployment("web", spec(readiness("httpGet: {port: 8080}"), "[{containerPort: 8080}]"), status)))
                .isEmpty();
    }

    @Test
    void isSilentOfProbesThatFailedBeforeThePodWasReady() {
        assertThat(causes(deployment("web", spec(readiness("httpGet: {port: 9090}"), "[{containerPort: 8080}]"), READY)
                        + unhealthy("Readiness", "connection refused")))
                .isEmpty();
    }

    @Test
    void givesAStartMoreTimeWhereTheLivenessProbeEndsIt() {
        var all = causes(
                deployment(
                                "web",
                                spec(
                                        "livenessProbe: {httpGet: {path: /live, port: 8080}, periodSeconds: 10, failureThreshold: 3}",
                                        "[{containerPort: 8080}]"),
                                KILLED)
                        + unhealthy("Liveness", "connect: connection refused")
                        + killing(),
                Map.of(
                        log("web-1-a", true),
                        "INFO Started ShopApplication in 45.2 seconds (process running for 46.1)\n"));

        assertThat(only(all))
                .startsWith("probe.too_aggressive ")
                .contains("liveness probe", "after 30 s", "45 s by its log");
        assertThat(patches(all)).containsExactly("""
                [{"op":"add","path":"/spec/template/spec/containers/0/startupProbe","value":{"httpGet":{"path":"/live","port":8080},"periodSeconds":10,"failureThreshold":9}}]""");
    }

    @Test
    void saysThatTheLivenessProbeKillsAProgramThatHangs() {
        String yaml = deployment("web", spec("livenessProbe: {exec: {command: [check]}}", "[]"), KILLED)
                + unhealthy("Liveness", "deadlock detected")
                + killing();

        assertThat(only(yaml))
                .startsWith("crash.liveness_kill Deployment web/app: liveness probe")
                .contains("deadlock detected", "4 restarts");
    }

    @Test
    void doesNotBlameALivenessProbeThatKilledAnEarlierRun() {
        String yaml = deployment("web", spec("livenessProbe: {exec: {command: [check]}}", "[]"), KILLED)
                + event("web-1-a", "app", "Killing", "05", "Container app failed liveness probe, will be restarted");

        assertThat(only(yaml)).startsWith("crash.signal ");
    }

    @Test
    void namesTheReadinessGateThatNobodyOpens() {
        String status =
                "{phase: Running, conditions: [{type: Ready, status: 'False', reason: ReadinessGatesNotReady, message: the status of pod readiness gate lb is not True}], containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {startedAt: '2026-11-20T14:00:00Z'}}}]}";

        assertThat(only(deployment(
                        "web",
                        "{readinessGates: [{conditionType: lb}], containers: [{name: app, image: 'web:2'}]}",
                        status)))
                .startsWith("probe.startup_or_gate Deployment web/lb: ")
                .contains("nobody has set");
        assertThat(causes(deployment(
                        "web",
                        "{readinessGates: [{conditionType: lb}], containers: [{name: app, image: 'web:2'}]}",
                        status.replace("conditions: [", "conditions: [{type: lb, status: 'True'}, ")
                                .replace("status: 'False', reason", "status: 'True', reason"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"195m, throttling", "50m, probe.too_aggressive"})
    void saysThatASlowAnswerComesOfTheProcessorLimitWhereItIsReached(String used, String id) throws Exception {
        String yaml = deployment(
                        "web",
                        "{containers: [{name: app, image: 'web:2', ports: [{containerPort: 8080}], resources: {limits: {cpu: 200m}}, readinessProbe: {httpGet: {port: 8080}}}]}",
                        UNREADY)
                + unhealthy("Readiness", "Get \"http://10.1.1.1:8080/\": context deadline exceeded");
        JsonNode metrics = Json.read("""
                {"items": [{"metadata": {"name": "web-1-a"}, "containers": [{"name": "app", "usage": {"cpu": "%s"}}]}]}""".formatted(used));

        assertThat(only(causes(new State(
                        new MemorySource(
                                Yaml.objects(yaml),
                                Kinds.all(),
                                Map.of(),
                                Map.of("/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods", metrics),
                                Instant.parse("2026-11-20T14:30:00Z")),
                        Optional.of("shop")))))
                .startsWith(id + " ");
    }
}
