package dev.millwright.k8s.rules;

import static dev.millwright.k8s.rules.Written.before;
import static dev.millwright.k8s.rules.Written.causes;
import static dev.millwright.k8s.rules.Written.deployment;
import static dev.millwright.k8s.rules.Written.log;
import static dev.millwright.k8s.rules.Written.only;
import static dev.millwright.k8s.rules.Written.patches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.diagnose.Finding;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrashesTest {
    private static final String SPEC = "{containers: [{name: app, image: 'web:2'}]}";

    /** Waits to be started again. */
    private static String looping(String reason, int code, String message) {
        return "{phase: Running, containerStatuses: [{name: app, ready: false, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: %s, exitCode: %d, finishedAt: '2026-11-20T14:28:00Z', message: '%s'}}}]}"
                .formatted(reason, code, message.replace("'", "''"));
    }

    /** Runs now, and ended before. */
    private static String running(boolean ready, int restarts, String ended) {
        return "{phase: Running, conditions: [{type: Ready, status: '%s'}], containerStatuses: [{name: app, ready: %s, restartCount: %d, state: {running: {startedAt: '2026-11-20T14:29:30Z'}}, lastState: {terminated: {reason: Error, exitCode: 1, finishedAt: '%s'}}}]}"
                .formatted(ready ? "True" : "False", ready, restarts, ended);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Error | 1 | '' | crash.app_error",
                "Error | 255 | '' | crash.app_error",
                "OOMKilled | 137 | '' | crash.node_oom",
                "StartError | 128 | exec: \"/app/run\": stat /app/run: no such file or directory: unknown | crash.command_not_found",
                "StartError | 127 | exec: \"run\": executable file not found in $PATH: unknown | crash.command_not_found",
                "StartError | 128 | container init was OOM-killed (memory limit too low?): unknown | crash.oom_at_init",
                "StartError | 128 | error mounting \"/var/x\" to rootfs: not a directory | container.create_error",
                "Error | 127 | '' | crash.command_not_found",
                "Error | 126 | '' | crash.command_not_found",
                "Error | 139 | '' | crash.signal",
                "Error | 134 | '' | crash.signal",
                "Error | 143 | '' | crash.signal",
                "Error | 137 | '' | crash.signal",
                "ContainerStatusUnknown | 137 | '' | crash.node_oom",
                "Completed | 0 | '' | crash.completed"
            })
    void tellsWhyAContainerEnds(String reason, int code, String message, String id) {
        assertThat(only(deployment("web", SPEC, looping(reason, code, message))))
                .startsWith(id + " Deployment web/app: ");
    }

    @Test
    void quotesTheErrorOfThePreviousLog() {
        assertThat(only(causes(
                        deployment("web", SPEC, looping("Error", 1, "")),
                        Map.of(
                                log("web-1-a", true),
                                        "INFO starting\nError: PORT is not set\n    at main (/app/index.js:3:9)\n",
                                log("web-1-a", false), "INFO starting\n"))))
                .contains("exit code 1", "Error: PORT is not set");
    }

    @Test
    void quotesTheCurrentLogWhereTheKubeletHasLostThePreviousOne() {
        assertThat(only(causes(
                        deployment("web", SPEC, looping("Error", 1, "")),
                        Map.of(
                                log("web-1-a", true), "unable to retrieve container logs for containerd://8def2f2d",
                                log("web-1-a", false), "ValueError: bad row 17\n"))))
                .contains("ValueError: bad row 17");
    }

    @Test
    void quotesTheLastMessageWhereThereIsNoLog() {
        assertThat(only(deployment("web", SPEC, looping("Error", 1, "FATAL: no license"))))
                .contains("FATAL: no license");
    }

    @Test
    void judgesByTheEndBeforeWhileTheContainerRunsBetweenTwoCrashes() {
        assertThat(only(deployment("web", SPEC, running(false, 4, "2026-11-20T14:29:20Z"))))
                .startsWith("crash.app_error ");
    }

    @Test
    void isSilentOfAPodThatRestartedOnceLongAgo() {
        assertThat(causes(deployment("web", SPEC, running(true, 1, "2026-11-20T09:00:00Z"))))
                .isEmpty();
        assertThat(causes(deployment("web", SPEC, running(true, 1, "2026-11-20T14:29:00Z"))))
                .isEmpty();
        assertThat(causes(deployment("web", SPEC, running(true, 40, "2026-11-20T09:00:00Z"))))
                .isEmpty();
    }

    @Test
    void warnsOfAPodThatIsReadyAndKeepsRestarting() {
        assertThat(causes(deployment("web", SPEC, running(true, 5, "2026-11-20T14:29:00Z"))))
                .singleElement()
                .satisfies(each -> assertThat(each.finding().severity()).isEqualTo(Finding.Severity.WARNING));
    }

    @Test
    void namesTheLimitOfAContainerThatRunsOutOfMemoryAndRaisesIt() {
        String spec = "{containers: [{name: app, image: 'web:2', resources: {limits: {memory: 1Gi}}}]}";
        var all = causes(deployment("web", spec, looping("OOMKilled", 137, "")));

        assertThat(only(all)).startsWith("crash.oom ").contains("OOM", "1Gi");
        assertThat(patches(all)).containsExactly("""
                [{"op":"replace","path":"/spec/template/spec/containers/0/resources/limits/memory","value":"1229Mi"}]""");
    }

    @Test
    void proposesNoPatchOfAPodThatNobodyOwns() {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: alone}
                spec: {containers: [{name: app, image: 'web:2', resources: {limits: {memory: 64Mi}}}]}
                status: %s
                """.formatted(looping("OOMKilled", 137, ""));

        assertThat(only(pod)).startsWith("crash.oom Pod alone/app");
        assertThat(patches(causes(pod))).isEmpty();
    }

    @Test
    void undoesACommandThatTheNewestRevisionBroke() {
        String yaml = deployment(
                        "web",
                        "{containers: [{name: app, image: 'web:2', command: [/bin/nothing]}]}",
                        looping(
                                "StartError",
                                128,
                                "exec: \"/bin/nothing\": stat /bin/nothing: no such file or directory"))
                + before("web", "{containers: [{name: app, image: 'web:2'}]}", 2);

        assertThat(patches(causes(yaml))).containsExactly("""
                [{"op":"remove","path":"/spec/template/spec/containers/0/command"}]""");
    }

    @Test
    void doesNotUndoARevisionThatOnceWasWell() {
        String yaml = deployment("web", SPEC, looping("Error", 1, ""))
                        .replaceFirst(
                                "metadata: \\{name: web\\}",
                                "metadata: {name: web}\nstatus: {conditions: [{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}]}")
                + before("web", "{containers: [{name: app, image: 'web:1'}]}", 0);

        assertThat(patches(causes(yaml))).isEmpty();
    }

    @Test
    void isACauseOfItsOwnOnlyWhereTheServiceItMissesIsWell() {
        String api = deployment("api", SPEC, looping("Error", 1, ""));
        String db = deployment("db", SPEC, looping("OOMKilled", 137, "")) + """
                apiVersion: v1
                kind: Service
                metadata: {name: db}
                spec: {selector: {app: db}, ports: [{port: 5432}]}
                ---
                """;
        Map<dev.millwright.k8s.state.MemorySource.LogName, String> logs =
                Map.of(log("api-1-a", true), "Error: connect ECONNREFUSED db:5433\n");

        assertThat(causes(api + db, logs)).singleElement().satisfies(each -> {
            assertThat(each.finding().object().name()).isEqualTo("db");
            assertThat(each.symptoms())
                    .extracting(symptom -> symptom.object().name())
                    .contains("api");
        });
        assertThat(only(causes(api, logs))).startsWith("crash.app_error Deployment api");
    }

    @Test
    void namesTheContainerThatHasThePortAlready() {
        String spec =
                "{containers: [{name: app, image: 'web:2', ports: [{containerPort: 8080}]}, {name: proxy, image: 'proxy:1', ports: [{containerPort: 8080}]}]}";

        assertThat(only(causes(
                        deployment("web", spec, looping("Error", 1, "")),
                        Map.of(log("web-1-a", true), "Error: listen EADDRINUSE: address already in use :::8080\n"))))
                .startsWith("port_conflict_in_pod Deployment web/app: ")
                .contains("port 8080", "container proxy");
    }

    @Test
    void isSilentOfTwoContainersWithOnePortThatRun() {
        String spec =
                "{containers: [{name: app, image: 'web:2', ports: [{containerPort: 8080}]}, {name: proxy, image: 'proxy:1', ports: [{containerPort: 8080}]}]}";
        String status =
                "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {}}}, {name: proxy, ready: true, restartCount: 0, state: {running: {}}}]}";

        assertThat(causes(deployment("web", spec, status))).isEmpty();
    }

    @Test
    void blamesTheNodeWhereItRanOutOfMemory() {
        String yaml = deployment("web", SPEC, looping("Error", 137, "")) + """
                apiVersion: v1
                kind: Event
                metadata: {name: oom, namespace: default}
                involvedObject: {kind: Node, name: node-1}
                reason: SystemOOM
                message: 'System OOM encountered, victim process: java'
                lastTimestamp: '2026-11-20T14:28:00Z'
                """;

        assertThat(only(yaml)).startsWith("crash.node_oom ").contains("node node-1 runs out of memory");
    }

    @Test
    void forgetsAFailedRunOfAJobThatHasSucceededSince() {
        String yaml = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: load}
                spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: 'load:1'}]}}}
                status: {failed: 1, succeeded: %d}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: load-a, ownerReferences: [{kind: Job, name: load, uid: job-load, controller: true}]}
                spec: {restartPolicy: Never, containers: [{name: app, image: 'load:1'}]}
                status: {phase: Failed, containerStatuses: [{name: app, restartCount: 0, state: {terminated: {reason: Error, exitCode: 2}}}]}
                """;

        assertThat(causes(yaml.formatted(1))).isEmpty();
        assertThat(only(yaml.formatted(0))).startsWith("crash.app_error Job load/app: ");
    }

    @Test
    void judgesACronJobByItsLastJob() {
        String job = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %1$s, creationTimestamp: '%2$s', ownerReferences: [{kind: CronJob, name: nightly, uid: cronjob-nightly, controller: true}]}
                spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: 'load:1'}]}}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s-a, ownerReferences: [{kind: Job, name: %1$s, uid: job-%1$s, controller: true}]}
                spec: {restartPolicy: Never, containers: [{name: app, image: 'load:1'}]}
                status: {phase: %3$s, containerStatuses: [{name: app, restartCount: 0, state: {terminated: {reason: Error, exitCode: %4$d}}}]}
                ---
                """;
        String cron =
                "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {schedule: '0 3 * * *'}\n---\n";
        String old = job.formatted("nightly-1", "2026-11-19T03:00:00Z", "Failed", 2);

        assertThat(causes(cron + old + job.formatted("nightly-2", "2026-11-20T03:00:00Z", "Succeeded", 0)))
                .isEmpty();
        assertThat(only(cron + old)).startsWith("crash.app_error CronJob nightly/app: ");
    }
}
