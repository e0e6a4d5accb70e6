package dev.millwright.k8s.rules;

import static dev.millwright.k8s.rules.Written.before;
import static dev.millwright.k8s.rules.Written.causes;
import static dev.millwright.k8s.rules.Written.deployment;
import static dev.millwright.k8s.rules.Written.event;
import static dev.millwright.k8s.rules.Written.only;
import static dev.millwright.k8s.rules.Written.patches;
import static dev.millwright.k8s.rules.Written.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesTest {
    private static final String SPEC = "{containers: [{name: app, image: 'registry.example.org/web:2'}]}";

    private static String waiting(String reason, String message) {
        return "{phase: Pending, containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: %s, message: '%s'}}}]}"
                .formatted(reason, message.replace("'", "''"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ImagePullBackOff | Back-off pulling image \"registry.example.org/web:2\": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example.org/web:2\": registry.example.org/web:2: not found | image.not_found",
                "ErrImagePull | failed to resolve reference: manifest unknown: manifest tagged by \"2\" is not found | image.not_found",
                "ErrImagePull | no match for platform in manifest: not found | image.not_found",
                "ErrImagePull | pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed | image.auth",
                "ErrImagePull | failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized | image.auth",
                "ErrImagePull | dial tcp: lookup registry.example.org: i/o timeout | image.network",
                "ErrImagePull | tls: failed to verify certificate: x509: certificate signed by unknown authority | image.network",
                "ErrImagePull | 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit | image.rate_limited",
                "InvalidImageName | Failed to apply default image tag \"Web:2\": invalid reference format: repository name must be lowercase | image.invalid_name",
                "ErrImageNeverPull | Container image \"web:2\" is not present with pull policy of Never | image.never_pull",
                "ImageInspectError | Failed to inspect image | image.inspect"
            })
    void tellsWhyAnImageCannotBeHad(String reason, String message, String id) {
        assertThat(only(deployment("web", SPEC, waiting(reason, message)))).startsWith(id + " Deployment web/app: ");
    }

    @Test
    void takesTheReasonFromTheEventWhereTheStatusOnlySaysThatItWaits() {
        String yaml = deployment(
                        "web",
                        SPEC,
                        waiting("ImagePullBackOff", "Back-off pulling image \"registry.example.org/web:2\""))
                + event(
                        "web-1-a",
                        "app",
                        "Failed",
                        "29",
                        "Failed to pull image \"registry.example.org/web:2\": toomanyrequests: slow down");

        assertThat(only(yaml)).startsWith("image.rate_limited ");
    }

    @Test
    void ignoresOldEventsOfAPodThatRuns() {
        String yaml = deployment(
                        "web",
                        SPEC,
                        "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {startedAt: '2026-11-20T14:00:00Z'}}}]}")
                + event(
                        "web-1-a",
                        "app",
                        "Failed",
                        "29",
                        "Failed to pull image \"registry.example.org/web:2\": not found");

        assertThat(causes(yaml)).isEmpty();
    }

    @Test
    void isOneCauseForAllPodsOfAWorkload() {
        String status = waiting("ErrImagePull", "not found");
        var all = causes(deployment("web", SPEC, status) + pod("web-1-b", "web", SPEC, status));

        assertThat(all).hasSize(1);
        assertThat(all.getFirst().affects())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("Pod shop/web-1-a", "Pod shop/web-1-b");
    }

    @Test
    void proposesTheImageOfTheRevisionThatStillServes() {
        String yaml = deployment("web", SPEC, waiting("ErrImagePull", "not found"))
                + before("web", SPEC.replace("web:2", "web:1"), 1);

        assertThat(patches(causes(yaml))).containsExactly("""
                [{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"registry.example.org/web:1"}]""");
    }

    @Test
    void namesThePullSecretThatIsNotThere() {
        String spec = SPEC.replaceFirst("\\{", "{imagePullSecrets: [{name: regcred}], ");

        assertThat(only(deployment("web", spec, waiting("ErrImagePull", "401 Unauthorized"))))
                .contains("pull secret regcred does not exist");
        assertThat(Written.only(causes(Recorded.without(
                        List.of(Kinds.SECRET), deployment("web", spec, waiting("ErrImagePull", "401 Unauthorized"))))))
                .doesNotContain("does not exist");
    }

    @Test
    void proposesThePullSecretThatHoldsTheRegistrysCredentials() {
        String yaml = deployment("web", SPEC, waiting("ErrImagePull", "401 Unauthorized")) + """
                apiVersion: v1
                kind: Secret
                metadata: {name: registry}
                type: kubernetes.io/dockerconfigjson
                data: {.dockerconfigjson: eyJhdXRocyI6eyJyZWdpc3RyeS5leGFtcGxlLm9yZyI6eyJhdXRoIjoiYTpiIn19fQ==}
                ---
                """;

        assertThat(patches(causes(yaml))).containsExactly("""
                [{"op":"add","path":"/spec/template/spec/imagePullSecrets","value":[{"name":"registry"}]}]""");
    }

    @Test
    void givesACommandWhereNoSecretFits() {
        assertThat(causes(deployment("web", SPEC, waiting("ErrImagePull", "401 Unauthorized")))
                        .getFirst()
                        .finding()
                        .fixes())
                .singleElement()
                .satisfies(fix -> assertThat(fix.command().orElse(""))
                        .contains("kubectl create secret docker-registry", "--docker-server=registry.example.org"));
    }

    @Test
    void letsTheNodePullWhereThePolicyForbidsIt() {
        String spec = "{containers: [{name: app, image: 'web:2', imagePullPolicy: Never}]}";

        assertThat(patches(causes(deployment(
                        "web", spec, waiting("ErrImageNeverPull", "not present with pull policy of Never")))))
                .containsExactly("""
                        [{"op":"replace","path":"/spec/template/spec/containers/0/imagePullPolicy","value":"IfNotPresent"}]""");
    }
}
