package dev.millwright.k8s.rules;

import static dev.millwright.k8s.rules.Written.causes;
import static dev.millwright.k8s.rules.Written.deployment;
import static dev.millwright.k8s.rules.Written.only;
import static dev.millwright.k8s.rules.Written.patches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {
    private static final String CREATING =
            "{phase: Pending, containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}]}";
    private static final String RUNNING =
            "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {}}}]}";

    private static String env(String from) {
        return "{containers: [{name: app, image: 'web:2', env: [{name: A, valueFrom: {%s}}]}]}".formatted(from);
    }

    private static String configMap(String name, String... keys) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {%s}\n---\n"
                .formatted(
                        name,
                        String.join(
                                ", ",
                                List.of(keys).stream().map(key -> key + ": x").toList()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{containers: [{name: app, image: w, envFrom: [{configMapRef: {name: settings}}]}]}",
                "{containers: [{name: app, image: w, env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]}]}",
                "{containers: [{name: app, image: w}], initContainers: [{name: i, image: w, envFrom: [{configMapRef: {name: settings}}]}]}",
                "{containers: [{name: app, image: w}], volumes: [{name: v, configMap: {name: settings}}]}",
                "{containers: [{name: app, image: w}], volumes: [{name: v, projected: {sources: [{configMap: {name: settings}}]}}]}"
            })
    void namesTheConfigMapThatIsNotThere(String spec) {
        assertThat(only(deployment("web", spec, CREATING)))
                .startsWith(
                        "config.missing_object ConfigMap settings/: configmap \"settings\" not found: Deployment web ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{containers: [{name: app, image: w, envFrom: [{secretRef: {name: keys}}]}]}",
                "{containers: [{name: app, image: w, env: [{name: A, valueFrom: {secretKeyRef: {name: keys, key: a}}}]}]}",
                "{containers: [{name: app, image: w}], volumes: [{name: v, secret: {secretName: keys}}]}"
            })
    void namesTheSecretThatIsNotThere(String spec) {
        assertThat(only(deployment("web", spec, CREATING)))
                .startsWith("config.missing_object Secret keys/: secret \"keys\" not found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{containers: [{name: app, image: w, envFrom: [{configMapRef: {name: settings, optional: true}}]}]}",
                "{containers: [{name: app, image: w, env: [{name: A, valueFrom: {secretKeyRef: {name: keys, key: a, optional: true}}}]}]}",
                "{containers: [{name: app, image: w}], volumes: [{name: v, secret: {secretName: keys, optional: true}}]}"
            })
    void leavesOptionalReferencesAlone(String spec) {
        assertThat(causes(deployment("web", spec, CREATING))).isEmpty();
    }

    @Test
    void isSilentOfAPodThatRuns() {
        assertThat(causes(deployment(
                        "web",
                        "{containers: [{name: app, image: w, envFrom: [{configMapRef: {name: settings}}]}]}",
                        RUNNING)))
                .isEmpty();
    }

    @Test
    void doesNotTakeForAbsentWhatItMayNotRead() {
        String yaml = deployment(
                "web", "{containers: [{name: app, image: w, envFrom: [{secretRef: {name: keys}}]}]}", CREATING);

        assertThat(causes(Recorded.without(List.of(Kinds.SECRET), yaml))).isEmpty();
        assertThat(only(causes(Recorded.without(
                        List.of(Kinds.SECRET),
                        yaml.replace(
                                "reason: ContainerCreating",
                                "reason: CreateContainerConfigError, message: 'secret \"keys\" not found'")))))
                .startsWith("config.missing_object Secret keys/");
    }

    @Test
    void proposesTheNameThatIsNearest() {
        String yaml = deployment("web", env("configMapKeyRef: {name: web-setings, key: mode}"), CREATING)
                + configMap("web-settings", "mode")
                + configMap("web-setting", "other");

        assertThat(patches(causes(yaml))).containsExactly("""
                [{"op":"replace","path":"/spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef/name","value":"web-settings"}]""");
    }

    @Test
    void takesNoNameForASlipThatLacksAWord() {
        String yaml = deployment("web", env("configMapKeyRef: {name: app-1-settings, key: mode}"), CREATING)
                + configMap("settings", "mode")
                + "apiVersion: v1\nkind: Secret\nmetadata: {name: app-1-setting}\ndata: {mode: YQ==}\n";

        assertThat(patches(causes(yaml))).isEmpty();
        assertThat(causes(yaml).getFirst().finding().fixes())
                .singleElement()
                .satisfies(fix ->
                        assertThat(fix.command().orElseThrow()).contains("kubectl create configmap app-1-settings"));
    }

    @Test
    void givesACommandWhereNoNameIsNear() {
        assertThat(causes(deployment("web", env("secretKeyRef: {name: keys, key: password}"), CREATING))
                        .getFirst()
                        .finding()
                        .fixes())
                .singleElement()
                .satisfies(fix -> assertThat(fix.command())
                        .contains("kubectl create secret generic keys -n shop --from-literal=password=VALUE"));
    }

    @Test
    void namesTheKeyThatIsMissingAndTheNearest() {
        String yaml = deployment("web", env("configMapKeyRef: {name: settings, key: LOG_LEVL}"), CREATING)
                + configMap("settings", "LOG_LEVEL", "MODE");

        assertThat(only(yaml))
                .startsWith("config.missing_key ConfigMap settings/LOG_LEVL: ")
                .contains("LOG_LEVEL, MODE");
        assertThat(patches(causes(yaml))).containsExactly("""
                [{"op":"replace","path":"/spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef/key","value":"LOG_LEVEL"}]""");
    }

    @Test
    void neverTellsTheValuesOfASecret() {
        String yaml = deployment("web", env("secretKeyRef: {name: keys, key: absent}"), CREATING)
                + "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\ndata: {password: Y2FuYXJ5LTEyMzQ1}\n";

        assertThat(causes(yaml).toString()).contains("absent", "password").doesNotContain("Y2FuYXJ5", "canary");
    }

    @Test
    void showsWhereThePodNamesWhatIsMissingBeforeTheKubeletSaysIt() {
        assertThat(causes(deployment("web", env("secretKeyRef: {name: keys, key: password}"), CREATING))
                        .getFirst()
                        .finding()
                        .evidence())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.field()).isEqualTo("spec.containers.0.env.0.valueFrom.secretKeyRef.name");
                    assertThat(each.value()).isEqualTo("keys");
                });
    }

    @Test
    void isOneCauseForTwoWorkloadsThatNeedTheSame() {
        String spec = "{containers: [{name: app, image: w, envFrom: [{configMapRef: {name: settings}}]}]}";

        assertThat(causes(deployment("web", spec, CREATING) + deployment("api", spec, CREATING)))
                .singleElement()
                .satisfies(each -> assertThat(each.affects())
                        .extracting(Object::toString)
                        .contains("Deployment shop/web", "Deployment shop/api"));
    }
}
