package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Fix;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happened in pods of a real cluster, and what is said of it. */
class RecordedPodsTest {
    @ParameterizedTest
    @CsvSource({
        "crash-prisma, crash.app_error, Deployment todo-backend",
        "crash-stacktrace, crash.app_error, Deployment orders",
        "exec-not-found, crash.command_not_found, Deployment gateway",
        "image-not-found, image.network, Deployment frontend",
        "init-fails, crash.app_error, Deployment migrate",
        "missing-configmap, config.missing_object, ConfigMap web-settings",
        "oom-killed, crash.oom, Deployment cache",
        "readiness-fails, probe.wrong_port, Deployment shop",
        "job-backoff, crash.app_error, Job import",
        "rollout-stuck, image.network, Deployment web"
    })
    void namesTheCauseFirstAndItsObject(String scenario, String id, String object) {
        Cause first = Written.causes(Recorded.state(scenario)).getFirst();

        assertThat(first.finding().id().id()).isEqualTo(id);
        assertThat(first.finding().object().brief()).isEqualTo(object);
        assertThat(first.affects()).isNotEmpty();
    }

    /** Except of the stuck rollout, of which the deployment itself tells, not its pods. */
    @ParameterizedTest
    @CsvSource({
        "crash-prisma",
        "crash-stacktrace",
        "exec-not-found",
        "image-not-found",
        "init-fails",
        "missing-configmap",
        "oom-killed",
        "readiness-fails",
        "job-backoff"
    })
    void saysWhatAPersonWouldLookFor(String scenario) {
        Cause first = Written.causes(Recorded.state(scenario)).getFirst();

        assertThat(first.finding().why())
                .containsPattern(Pattern.compile(
                        Recorded.expected(scenario).path("cause").asText(), Pattern.CASE_INSENSITIVE));
        assertThat(first.finding().why()
                        + first.finding().object()
                        + first.finding().part())
                .contains(Recorded.expected(scenario).path("object").asText());
    }

    @ParameterizedTest
    @CsvSource({"healthy", "hpa-no-metrics", "service-no-endpoints", "ingress-no-backend", "quota-exceeded"})
    void isSilentWherePodsAreWell(String scenario) {
        assertThat(Written.causes(Recorded.state(scenario)).stream()
                        .filter(each -> each.finding().affects().stream()
                                .anyMatch(ref -> ref.kind().equals("Pod"))))
                .isEmpty();
    }

    @Test
    void undoesAStuckRolloutByItsImageAlone() {
        List<Cause> causes = Written.causes(Recorded.state("rollout-stuck"));

        assertThat(Written.patches(causes)).contains("""
                [{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"busybox:1.36"}]""");
        assertThat(causes.getFirst().finding().fixes().getFirst().risk()).isEqualTo(Fix.Risk.LOW);
    }

    @Test
    void raisesAMemoryLimitAsAnAutoscalerWould() {
        assertThat(Written.patches(Written.causes(Recorded.state("oom-killed"))))
                .containsExactly("""
                [{"op":"replace","path":"/spec/template/spec/containers/0/resources/limits/memory","value":"124Mi"}]""");
    }

    @Test
    void namesTheInitContainerAsThePart() {
        assertThat(Written.causes(Recorded.state("init-fails"))
                        .getFirst()
                        .finding()
                        .part())
                .isEqualTo("schema");
    }
}
