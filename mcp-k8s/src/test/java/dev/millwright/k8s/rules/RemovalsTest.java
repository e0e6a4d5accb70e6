package dev.millwright.k8s.rules;

import static dev.millwright.k8s.rules.Written.causes;
import static dev.millwright.k8s.rules.Written.deployment;
import static dev.millwright.k8s.rules.Written.event;
import static dev.millwright.k8s.rules.Written.only;
import static dev.millwright.k8s.rules.Written.patches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.diagnose.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemovalsTest {
    private static final String SPEC =
            "{containers: [{name: app, image: 'web:2', resources: {requests: {memory: 16Mi}, limits: {memory: 512Mi}}}]}";
    private static final String RUNNING =
            "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {}}}]}";

    private static String evicted(String reason, String message, String at) {
        return "{phase: Failed, reason: %s, message: '%s', conditions: [{type: DisruptionTarget, status: 'True', reason: TerminationByKubelet, lastTransitionTime: '%s'}]}"
                .formatted(reason, message, at);
    }

    /** As a deployment says how many of its pods are ready. */
    private static String ready(String yaml, int replicas) {
        return yaml.replaceFirst(
                "metadata: \\{name: web\\}", "metadata: {name: web}\nstatus: {readyReplicas: %d}".formatted(replicas));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Evicted | The node was low on resource: memory. Threshold quantity: 100Mi. Container app was using 262144Ki, request is 16Mi, has larger consumption of memory. | ran low on memory; container app was using 262144Ki and requests 16Mi",
                "Evicted | Usage of EmptyDir volume \"tmp\" exceeds the limit \"1Gi\". | EmptyDir volume",
                "Evicted | Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. | ephemeral local storage",
                "NodeShutdown | Pod was terminated in response to imminent node shutdown. | shut down",
                "UnexpectedAdmissionError | Allocate failed due to no healthy devices present | rejected by node node-1",
                "TopologyAffinityError | Resources cannot be allocated with Topology locality | rejected by node node-1"
            })
    void tellsWhyAPodWasTakenOffItsNode(String reason, String message, String words) {
        assertThat(only(ready(deployment("web", SPEC, evicted(reason, message, "2026-11-20T14:20:00Z")), 0)))
                .startsWith("evicted Deployment web/: ")
                .contains(words);
    }

    @Test
    void requestsWhatThePodWasSeenToUse() {
        String message =
                "The node was low on resource: memory. Container app was using 262144Ki, request is 16Mi, has larger consumption of memory.";

        assertThat(patches(
                        causes(ready(deployment("web", SPEC, evicted("Evicted", message, "2026-11-20T14:20:00Z")), 0))))
                .containsExactly("""
                        [{"op":"replace","path":"/spec/template/spec/containers/0/resources/requests/memory","value":"256Mi"}]""");
    }

    @Test
    void onlyWarnsOfAnEvictionThatHasBeenMadeGoodAndForgetsAnOldOne() {
        String message = "The node was low on resource: memory.";

        assertThat(causes(ready(deployment("web", SPEC, evicted("Evicted", message, "2026-11-20T14:20:00Z")), 1)))
                .singleElement()
                .satisfies(each -> assertThat(each.finding().severity()).isEqualTo(Finding.Severity.WARNING));
        assertThat(causes(ready(deployment("web", SPEC, evicted("Evicted", message, "2026-11-20T09:20:00Z")), 1)))
                .isEmpty();
    }

    @Test
    void tellsOfAPreemptionWhileTheWorkloadIsShortOfThePod() {
        String gone = event("web-1-b", "", "Preempted", "28", "Preempted by pod 77b0 on node node-1");

        assertThat(only(ready(deployment("web", SPEC, RUNNING), 0) + gone))
                .startsWith("sched.preempted Deployment web/: ")
                .contains("web-1-b", "higher priority");
        assertThat(causes(ready(deployment("web", SPEC, RUNNING), 1) + gone)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PodResizePending, Infeasible, can never be resized",
        "PodResizePending, Deferred, no room now",
        "PodResizeInProgress, Error, could not be resized"
    })
    void warnsOfAResizeThatDoesNotHappen(String type, String reason, String words) {
        String status = RUNNING.replace(
                "conditions: [",
                "conditions: [{type: %s, status: 'True', reason: %s, message: not enough cpu}, "
                        .formatted(type, reason));

        assertThat(only(ready(deployment("web", SPEC, status), 1)))
                .startsWith("resize Deployment web/: ")
                .contains(words, "not enough cpu");
        assertThat(causes(ready(deployment("web", SPEC, status.replace(reason, "Fine")), 1)))
                .isEmpty();
    }
}
