package dev.millwright.k8s.rules;

import static dev.millwright.k8s.rules.Written.causes;
import static dev.millwright.k8s.rules.Written.deployment;
import static dev.millwright.k8s.rules.Written.event;
import static dev.millwright.k8s.rules.Written.only;
import static dev.millwright.k8s.rules.Written.patches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.state.MemorySource.LogName;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a pod from starting: volumes, the runtime, the node's network, init containers. */
class StartingTest {
    private static final String SPEC =
            "{containers: [{name: app, image: 'web:2', resources: {limits: {memory: 4Mi}}}]}";
    private static final String CREATING =
            "{phase: Pending, containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}]}";
    private static final String RUNNING =
            "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {}}}]}";

    private static String waiting(String reason, String message) {
        return "{phase: Pending, containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: %s, message: '%s'}}}]}"
                .formatted(reason, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FailedMount | MountVolume.SetUp failed for volume \"data\" : mount failed: permission denied | config.mount | may not be read",
                "FailedMount | MountVolume.SetUp failed for volume \"nfs\" : mount failed: exit status 32 | config.mount | cannot be mounted",
                "FailedAttachVolume | Multi-Attach error for volume \"pvc-1\" Volume is already used by pod(s) web-0-z | config.mount | attached to another node",
                "FailedCreatePodSandBox | Failed to create pod sandbox: plugin type=\"calico\" failed (add): no IP addresses available in range set | sandbox.network | no addresses left",
                "FailedCreatePodSandBox | Failed to create pod sandbox: container init was OOM-killed (memory limit too low?): unknown | crash.oom_at_init | 4Mi",
                "NetworkNotReady | network is not ready: container runtime network not ready | sandbox.network | no network"
            })
    void tellsWhatThePodsFrameLacks(String reason, String message, String id, String words) {
        assertThat(only(deployment("web", SPEC, CREATING) + event("web-1-a", "", reason, "29", message)))
                .startsWith(id + " ")
                .contains(words);
        assertThat(causes(deployment("web", SPEC, RUNNING) + event("web-1-a", "", reason, "29", message)))
                .isEmpty();
        assertThat(causes(deployment("web", SPEC, CREATING) + event("web-1-a", "", reason, "01", message)))
                .isEmpty();
    }

    @Test
    void blamesTheNodeForItsNetworkOnceForAllItsPods() {
        String message = "Failed to create pod sandbox: plugin type=\"cni\" failed (add): timeout";
        String yaml = deployment("web", SPEC, CREATING)
                + event("web-1-a", "", "FailedCreatePodSandBox", "29", message)
                + deployment("api", SPEC, CREATING)
                + event("api-1-a", "", "FailedCreatePodSandBox", "29", message);

        assertThat(only(yaml)).startsWith("sandbox.network Node node-1/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CreateContainerConfigError | container has runAsNonRoot and image will run as root | must not run as root",
                "CreateContainerError | failed to generate container: no command specified | no command specified",
                "PostStartHookError | command exited with 1 | postStart hook"
            })
    void tellsWhyAContainerIsNotMade(String reason, String message, String words) {
        assertThat(only(deployment("web", SPEC, waiting(reason, message))))
                .startsWith("container.create_error Deployment web/app: ")
                .contains(words, reason);
    }

    @Test
    void takesTheUserOfThePodsOtherContainers() {
        String spec =
                "{containers: [{name: app, image: 'web:2', securityContext: {runAsNonRoot: true}}, {name: side, image: s, securityContext: {runAsUser: 1001}}]}";
        String message = "container has runAsNonRoot and image will run as root";

        assertThat(patches(causes(deployment("web", spec, waiting("CreateContainerConfigError", message)))))
                .containsExactly("""
                [{"op":"add","path":"/spec/template/spec/containers/0/securityContext/runAsUser","value":1001}]""");
        assertThat(patches(causes(deployment(
                        "web",
                        spec.replace("{runAsUser: 1001}", "{}"),
                        waiting("CreateContainerConfigError", message)))))
                .isEmpty();
    }

    private static final String WAITER =
            "{initContainers: [{name: wait, image: b, command: [sh, -c, 'until nc -z db 5432; do sleep 1; done']}], containers: [{name: app, image: 'web:2'}]}";

    private static String initRunning(String since) {
        return "{phase: Pending, conditions: [{type: Initialized, status: 'False'}], initContainerStatuses: [{name: wait, ready: false, restartCount: 0, state: {running: {startedAt: '%s'}}}], containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: PodInitializing}}}]}"
                .formatted(since);
    }

    private static final String DATABASE = deployment(
                    "db",
                    "{containers: [{name: app, image: 'db:2'}]}",
                    "{phase: Pending, containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: ErrImagePull, message: not found}}}]}")
            + "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {app: db}, ports: [{port: 5432}]}\n---\n";

    @Test
    void isASymptomOfTheServiceThatAnInitContainerWaitsFor() {
        assertThat(causes(DATABASE + deployment("web", WAITER, initRunning("2026-11-20T14:20:00Z"))))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.finding().id().id()).isEqualTo("image.not_found");
                    assertThat(each.symptoms()).anySatisfy(symptom -> {
                        assertThat(symptom.id().id()).isEqualTo("init.blocked");
                        assertThat(symptom.why()).contains("init container wait of Deployment web", "Service db");
                    });
                });
    }

    @Test
    void saysThatAnInitContainerWaitsForAServiceThatDoesNotExist() {
        assertThat(only(deployment("web", WAITER, initRunning("2026-11-20T14:20:00Z"))))
                .startsWith("init.blocked Deployment web/wait: ")
                .contains("\"db\"", "no service of that name", "10 min");
    }

    @Test
    void readsTheServiceFromTheEnvironmentThatTheCommandUses() {
        String spec = WAITER.replace("command:", "env: [{name: DB_HOST, value: db}], command:")
                .replace("nc -z db", "nc -z $DB_HOST");

        assertThat(only(deployment("web", spec, initRunning("2026-11-20T14:20:00Z"))))
                .contains("\"db\"", "no service of that name");
    }

    @Test
    void takesNoSentenceOfALogForTheNameOfAService() {
        assertThat(causes(
                        deployment(
                                "web", WAITER.replace("nc -z db 5432", "migrate"), initRunning("2026-11-20T14:25:00Z")),
                        Map.of(new LogName("shop", "web-1-a", "wait", false), "waiting for database to be migrated\n")))
                .isEmpty();
    }

    @Test
    void givesAnInitContainerTimeToWork() {
        assertThat(causes(deployment("web", WAITER, initRunning("2026-11-20T14:29:45Z"))))
                .isEmpty();
        assertThat(causes(deployment(
                        "web", WAITER.replace("nc -z db 5432", "migrate"), initRunning("2026-11-20T14:25:00Z"))))
                .isEmpty();
    }

    @Test
    void recursesIntoAnInitContainerThatFails() {
        String status =
                "{phase: Pending, initContainerStatuses: [{name: wait, ready: false, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: Error, exitCode: 1}}}], containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: PodInitializing}}}]}";

        assertThat(only(causes(
                        deployment("web", WAITER, status),
                        Map.of(
                                new LogName("shop", "web-1-a", "wait", true),
                                "ERROR: relation users already exists\n"))))
                .startsWith("crash.app_error Deployment web/wait: init container wait of Deployment web")
                .contains("relation users already exists");
    }
}
