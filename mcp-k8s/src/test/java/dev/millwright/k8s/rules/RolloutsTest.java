package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Finding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollouts, daemon sets, jobs, and workloads at rest. */
class RolloutsTest {
    private static final String READY = "{phase: Running, conditions: [{type: Ready, status: 'True'}]}";

    private static String deployment(String spec, String status) {
        return Written.deployment("web", "{containers: [{name: app, image: 'web:2'}]}", READY)
                .replace("{replicas: 1, selector", "{replicas: 2, " + spec + " selector")
                .replaceFirst("---", "status: " + status + "\n---");
    }

    private static final String STUCK =
            "{availableReplicas: 1, updatedReplicas: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, message: timed out}]}";

    @Test
    void takesBackOnlyWhatTheStuckRevisionChanged() {
        List<Cause> causes = Written.causes(deployment("", STUCK)
                + Written.before("web", "{containers: [{name: app, image: 'web:1', args: [x]}]}", 1));

        assertThat(Written.only(causes))
                .startsWith("rollout.deadline Deployment web/")
                .contains("ProgressDeadlineExceeded", "image to web:2", "old pods still serve");
        assertThat(Written.patches(causes))
                .containsExactly(
                        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"web:1\"},"
                                + "{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/args\",\"value\":[\"x\"]}]");
    }

    @Test
    void isSilentAboutARolloutThatGoesOn() {
        assertThat(
                        Written.causes(
                                deployment(
                                        "",
                                        "{updatedReplicas: 1, conditions: [{type: Progressing, status: 'True', reason: ReplicaSetUpdated}]}")))
                .isEmpty();
    }

    @Test
    void showsTheRolloutUnderWhatItsNewestPodsSufferFrom() {
        List<Cause> causes = Written.causes(Recorded.state("rollout-stuck"));

        assertThat(causes).hasSize(1);
        assertThat(causes.getFirst().finding().id().id()).startsWith("image.");
        assertThat(causes.getFirst().symptoms())
                .extracting(Finding::why)
                .anyMatch(each ->
                        each.contains("ProgressDeadlineExceeded") && each.contains("The rollout of Deployment web"));
    }

    @Test
    void saysThatARolloutIsPausedHalfWay() {
        assertThat(Written.only(deployment("paused: true,", "{updatedReplicas: 1}")))
                .startsWith("rollout.deadline Deployment web/paused");
        assertThat(Written.causes(deployment("paused: true,", "{updatedReplicas: 2}")))
                .isEmpty();
    }

    @Test
    void seesThatNoOldPodMayGoBeforeANewOneFits() {
        String state = deployment(
                                "strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: AWAY}},",
                                "{updatedReplicas: 1}")
                        .replace(
                                READY,
                                "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 'Insufficient cpu'}]}")
                        .replace("nodeName: node-1, ", "")
                + Written.before("web", "{containers: [{name: app, image: 'web:1'}]}", 2);

        assertThat(symptoms(Written.causes(state.replace("AWAY", "25%")))).contains("rollout.stuck_strategy");
        assertThat(symptoms(Written.causes(state.replace("AWAY", "1")))).doesNotContain("rollout.stuck_strategy");
    }

    private static List<String> symptoms(List<Cause> causes) {
        return causes.stream()
                .flatMap(each -> each.symptoms().stream())
                .map(each -> each.id().id())
                .toList();
    }

    private static String statefulSet(String spec, String status, String pod) {
        return """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db}
                spec: {replicas: 3, SPEC template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
                status: {STATUS}
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: db-0
                  labels: {app: db}
                  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: UID, controller: true}]
                spec: {nodeName: node-1, containers: [{name: app}]}
                status: {phase: Running, conditions: [{type: Ready, status: 'POD'}]}
                ---
                """.replace("UID", Yaml.uid("StatefulSet", "db"))
                .replace("SPEC", spec)
                .replace("STATUS", status)
                .replace("POD", pod);
    }

    @Test
    void waitsForTheFirstPodOfAStatefulSet() {
        assertThat(Written.causes(statefulSet("", "replicas: 1", "False")))
                .anySatisfy(each -> assertThat(each.finding().why() + each.symptoms())
                        .contains("waits for db-0, which is not ready: 1 of 3 pods exist"));
        assertThat(Written.causes(statefulSet("", "replicas: 3", "True"))).isEmpty();
    }

    @Test
    void saysThatAnUpdateStrategyKeepsOldPods() {
        String updating = "replicas: 3, currentRevision: a, updateRevision: b, updatedReplicas: 1";

        assertThat(Written.only(statefulSet("updateStrategy: {type: OnDelete},", updating, "True")))
                .startsWith("rollout.stuck_strategy StatefulSet db/")
                .contains("2 of 3 pods on the old revision", "OnDelete");
        assertThat(Written.only(statefulSet(
                        "updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}},", updating, "True")))
                .contains("partition 2");
        assertThat(Written.causes(statefulSet("", updating, "True"))).isEmpty();
    }

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80}]}
            ---
            """;

    private static String resting(int replicas) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, creationTimestamp: '2026-11-20T14:29:50Z'}
                spec: {replicas: REPLICAS, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
                ---
                """.replace("REPLICAS", "" + replicas);
    }

    @Test
    void saysThatAServiceSendsToNothingBecauseItsWorkloadIsAtZero() {
        List<Cause> causes = Written.causes(resting(0) + SERVICE);

        assertThat(Written.only(causes)).startsWith("workload.zero_replicas Deployment web/");
        assertThat(Written.patches(causes))
                .containsExactly("[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]");
    }

    @Test
    void isSilentAboutAWorkloadAtZeroThatNothingSendsToOrThatIsNotAtZero() {
        assertThat(Written.causes(resting(0))).isEmpty();
        assertThat(Written.causes(resting(1) + SERVICE)).isEmpty();
    }

    private static String daemonSet(String status, String selector, String ready) {
        return """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent}
                spec: {template: {metadata: {labels: {app: agent}}, spec: {nodeSelector: {SELECTOR}, containers: [{name: app}]}}}
                status: {STATUS}
                ---
                apiVersion: v1
                kind: Node
                metadata: {name: node-1, labels: {disk: ssd}}
                status: {allocatable: {cpu: '2', pods: '10'}, conditions: [{type: Ready, status: 'True'}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: agent-a
                  ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: UID, controller: true}]
                spec: {nodeName: node-1, containers: [{name: app}]}
                status: {phase: Running, conditions: [{type: Ready, status: 'POD'}]}
                ---
                """.replace("UID", Yaml.uid("DaemonSet", "agent"))
                .replace("STATUS", status)
                .replace("SELECTOR", selector)
                .replace("POD", ready);
    }

    @Test
    void countsTheNodesADaemonSetIsNotReadyOn() {
        assertThat(Written.only(daemonSet("desiredNumberScheduled: 2, numberReady: 1", "", "False")))
                .startsWith("daemonset DaemonSet agent/")
                .contains("ready on 1 of 2 nodes");
        assertThat(Written.only(
                        daemonSet("desiredNumberScheduled: 1, numberReady: 1, numberMisscheduled: 1", "", "True")))
                .startsWith("daemonset DaemonSet agent/misscheduled");
        assertThat(Written.causes(daemonSet("desiredNumberScheduled: 1, numberReady: 1", "", "True")))
                .isEmpty();
    }

    @Test
    void correctsTheSelectorOfADaemonSetThatRunsNowhere() {
        List<Cause> causes = Written.causes(daemonSet("desiredNumberScheduled: 0", "disk: sdd", "True"));

        assertThat(Written.only(causes)).startsWith("daemonset DaemonSet agent/selector");
        assertThat(Written.patches(causes).getFirst()).contains("/spec/template/spec/nodeSelector/disk", "ssd");
        assertThat(Written.causes(daemonSet("desiredNumberScheduled: 0", "disk: tape", "True")))
                .isEmpty();
    }

    private static String job(String name, String created, String spec, String status, String owner) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: NAME, creationTimestamp: 'CREATED', OWNER}
                spec: {SPEC}
                status: {STATUS}
                ---
                """.replace("NAME", name)
                .replace("CREATED", created)
                .replace("SPEC", spec)
                .replace("STATUS", status)
                .replace("OWNER", owner);
    }

    private static final String FAILED =
            "failed: 3, conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: limit}]";

    @Test
    void saysWhyAJobFailed() {
        assertThat(Written.only(job("import", "2026-11-20T14:00:00Z", "", FAILED, "")))
                .startsWith("job Job import/")
                .contains("failed (BackoffLimitExceeded) after 3 failed pods");
        assertThat(Written.only(job(
                        "import",
                        "2026-11-20T14:00:00Z",
                        "activeDeadlineSeconds: 60",
                        FAILED.replace("BackoffLimitExceeded", "DeadlineExceeded"),
                        "")))
                .contains("took longer than 60 s");
    }

    @Test
    void isSilentAboutJobsThatCameToTheirEndOrRun() {
        assertThat(Written.causes(job(
                                "import",
                                "2026-11-20T14:00:00Z",
                                "",
                                "succeeded: 1, conditions: [{type: Complete, status: 'True'}]",
                                "")
                        + job("other", "2026-11-20T14:00:00Z", "", "active: 1", "")))
                .isEmpty();
    }

    private static String cron(String spec) {
        return """
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: nightly}
                spec: {SPEC}
                ---
                """.replace("SPEC", spec);
    }

    @Test
    void forgetsAFailedJobOfACronJobOnceALaterOneSucceeded() {
        String owner = "ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: nightly, uid: "
                + Yaml.uid("CronJob", "nightly") + ", controller: true}]";
        String first = cron("schedule: '0 3 * * *'") + job("nightly-1", "2026-11-20T03:00:00Z", "", FAILED, owner);

        assertThat(Written.only(first)).startsWith("job CronJob nightly/").contains("Job nightly-1 failed");
        assertThat(Written.causes(first
                        + job(
                                "nightly-2",
                                "2026-11-20T04:00:00Z",
                                "",
                                "conditions: [{type: Complete, status: 'True'}]",
                                owner)))
                .isEmpty();
    }

    @Test
    void readsTheScheduleAndTheZoneOfACronJob() {
        assertThat(Written.only(cron("schedule: '0 25 * * *'")))
                .startsWith("cronjob CronJob nightly/")
                .contains("is no schedule");
        assertThat(Written.only(cron("schedule: '0 3 * * *', timeZone: Europe/Atlantis")))
                .startsWith("cronjob CronJob nightly/zone");
        assertThat(Written.only(cron("schedule: '0 3 * * *', suspend: true"))).contains("is suspended");
        assertThat(Written.causes(cron("schedule: '*/5 1-3 * JAN,feb MON-FRI', timeZone: Europe/Berlin")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"@daily", "@every 1h30m", "0 0 1 1 0", "*/15 * * * *", "0 9-17/2 ? * 1,3", "TZ=UTC 5 4 * * sun"})
    void acceptsTheSchedulesThatKubernetesAccepts(String schedule) {
        assertThat(Schedule.isValid(schedule)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "@sometimes", "* * * *", "60 * * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "a * * * *"
            })
    void refusesTheSchedulesThatKubernetesRefuses(String schedule) {
        assertThat(Schedule.isValid(schedule)).isFalse();
    }

    @Test
    void tellsOfStartsThatWereMissedSinceTheLastOne() {
        String missed = """
                apiVersion: v1
                kind: Event
                metadata: {name: e1}
                involvedObject: {kind: CronJob, namespace: shop, name: nightly}
                type: Warning
                reason: TooManyMissedTimes
                message: too many missed start times
                lastTimestamp: '2026-11-20T14:20:00Z'
                ---
                """;
        String cron = cron("schedule: '0 3 * * *'");

        assertThat(Written.only(cron + missed)).startsWith("cronjob CronJob nightly/missed");
        assertThat(Written.causes(
                        cron.replace("---", "status: {lastScheduleTime: '2026-11-20T14:25:00Z'}\n---") + missed))
                .isEmpty();
    }

    @Test
    void seesTheSidecarThatKeepsAJobFromEnding() {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: import-a
                  ownerReferences: [{apiVersion: batch/v1, kind: Job, name: import, uid: UID, controller: true}]
                spec: {nodeName: node-1, restartPolicy: Never, containers: [{name: app}, {name: proxy}]}
                status:
                  phase: Running
                  conditions: [{type: Ready, status: 'True'}]
                  containerStatuses:
                  - {name: app, state: {terminated: {exitCode: 0, reason: Completed, finishedAt: 'AT'}}}
                  - {name: proxy, ready: true, state: {running: {startedAt: '2026-11-20T14:00:00Z'}}}
                ---
                """.replace("UID", Yaml.uid("Job", "import"));
        String job = job("import", "2026-11-20T14:00:00Z", "", "active: 1", "");

        assertThat(Written.only(job + pod.replace("AT'", "2026-11-20T14:10:00Z'")))
                .startsWith("job Job import/sidecar")
                .contains("proxy keeps running");
        assertThat(Written.causes(job + pod.replace("AT'", "2026-11-20T14:29:00Z'"), Map.of()))
                .isEmpty();
    }
}
