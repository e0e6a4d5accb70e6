package dev.millwright.k8s.rules;

import static dev.millwright.k8s.rules.Written.causes;
import static dev.millwright.k8s.rules.Written.deployment;
import static dev.millwright.k8s.rules.Written.log;
import static dev.millwright.k8s.rules.Written.only;
import static dev.millwright.k8s.rules.Written.patches;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasesTest {
    private static final String SPEC =
            "{containers: [{name: app, image: 'web:2', env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]}";
    private static final String LOOPING =
            "{phase: Running, startTime: '2026-11-20T14:00:00Z', containerStatuses: [{name: app, ready: false, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: Error, exitCode: 1}}}]}";
    private static final String UNREADY =
            "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, ready: false, restartCount: 0, state: {running: {startedAt: '2026-11-20T14:00:00Z'}}}]}";
    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: db, managedFields: [{manager: kubectl, time: 'TIME'}]}
            data: {password: c2VjcmV0}
            ---
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR 1045 (28000): Access denied for user 'app'@'10.1.2.3' (using password: YES)",
                "FATAL: password authentication failed for user \"app\"",
                "FATAL:  sorry, too many clients already",
                "java.sql.SQLNonTransientConnectionException: Too many connections",
                "ERROR: cannot execute INSERT in a read-only transaction",
                "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
                "FATAL: database \"shop\" does not exist"
            })
    void namesTheTroubleWithTheDatabase(String line) {
        assertThat(only(causes(
                        deployment("web", SPEC, LOOPING) + SECRET.replace("TIME", "2026-11-20T13:00:00Z"),
                        Map.of(log("web-1-a", true), "INFO start\n" + line + "\n"))))
                .startsWith("app.db Deployment web/app: ")
                .contains(line);
    }

    @Test
    void restartsWhatReadASecretBeforeItWasChanged() {
        var all = causes(
                deployment("web", SPEC, LOOPING) + SECRET.replace("TIME", "2026-11-20T14:10:00Z"),
                Map.of(log("web-1-a", true), "FATAL: password authentication failed for user \"app\"\n"));

        assertThat(only(all)).contains("secret db was changed after the pod started");
        assertThat(patches(all)).containsExactly("""
                [{"op":"add","path":"/spec/template/metadata/annotations","value":{"kubectl.kubernetes.io/restartedAt":"2026-11-20T14:30:00Z"}}]""");
    }

    @Test
    void seesItInAProgramThatRunsAndIsNotReady() {
        assertThat(only(causes(
                        deployment("web", SPEC, UNREADY) + SECRET.replace("TIME", "2026-11-20T13:00:00Z"),
                        Map.of(log("web-1-a", false), "ERROR Too many connections\n"))))
                .startsWith("app.db ");
    }

    @Test
    void isSilentWhereTheProgramIsReady() {
        assertThat(causes(
                        deployment(
                                        "web",
                                        SPEC,
                                        UNREADY.replace("'False'", "'True'").replace("ready: false", "ready: true"))
                                + SECRET.replace("TIME", "2026-11-20T13:00:00Z"),
                        Map.of(log("web-1-a", false), "ERROR Too many connections\n")))
                .isEmpty();
    }
}
