package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.diagnose.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static String refused(String message) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {replicas: 3, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: robot, containers: [{name: app}]}}}
                ---
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: web-1
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: UID, controller: true}]
                spec: {replicas: 3}
                status: {replicas: 1, conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: 'MESSAGE'}]}
                ---
                """.replace("UID", Yaml.uid("Deployment", "web")).replace("MESSAGE", message);
    }

    private static String quota(String used) {
        return """
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: team}
                spec: {hard: {pods: '2', requests.cpu: '1'}}
                status: {hard: {pods: '2'}, used: {USED}}
                ---
                """.replace("USED", used);
    }

    private static final String EXCEEDED =
            "pods \"web-1-x\" is forbidden: exceeded quota: team, requested: pods=1,requests.cpu=500m, used: pods=2,requests.cpu=0, limited: pods=2,requests.cpu=1";

    @Test
    void raisesTheQuotaByWhatIsMissing() {
        List<Cause> causes = Written.causes(refused(EXCEEDED) + quota("pods: '2', requests.cpu: '0'"));

        assertThat(Written.only(causes))
                .startsWith("admission.quota Deployment web/")
                .contains("lacks 2 pods: quota \"team\" is exceeded (pods 2 of 2 used, 1 more asked for)");
        assertThat(Written.patches(causes))
                .containsExactly("[{\"op\":\"replace\",\"path\":\"/spec/hard/pods\",\"value\":\"4\"}]");
        assertThat(causes.getFirst().finding().fixes().getFirst().risk().name()).isEqualTo("HIGH");
    }

    @Test
    void isSilentWhereTheQuotaHasRoomByNowOrIsGone() {
        assertThat(Written.causes(refused(EXCEEDED) + quota("pods: '1', requests.cpu: '0'")))
                .isEmpty();
        assertThat(Written.causes(refused(EXCEEDED))).isEmpty();
    }

    @Test
    void blamesTheQuotaItselfWhereSeveralWorkloadsHitIt() {
        List<Cause> causes = Written.causes(
                refused(EXCEEDED) + refused(EXCEEDED).replace("web", "api") + quota("pods: '2', requests.cpu: '0'"));

        assertThat(Written.only(causes))
                .startsWith("admission.quota ResourceQuota team/")
                .contains("web", "api");
    }

    @Test
    void saysWhatAQuotaDemands() {
        assertThat(Written.only(refused("failed quota: team: must specify limits.memory for: app")))
                .contains("demands that each container says limits.memory");
    }

    @Test
    void saysWhichPolicyRefuses() {
        assertThat(Written.only(
                        refused("pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": privileged")))
                .startsWith("admission.policy Deployment web/")
                .contains("violates PodSecurity \"restricted:latest\": privileged");
        assertThat(Written.only(refused("admission webhook \"policy.example\" denied the request: no latest tags")))
                .contains("webhook \"policy.example\" denied it: no latest tags");
        assertThat(Written.only(refused("is forbidden: maximum cpu usage per Container is 1, but limit is 2")))
                .contains("LimitRange", "maximum cpu usage per Container is 1");
    }

    @Test
    void isSilentWhereAllPodsAreThereByNow() {
        assertThat(Written.causes(refused("violates PodSecurity \"restricted:latest\": privileged")
                        .replace("{replicas: 1, conditions", "{replicas: 3, conditions")))
                .isEmpty();
    }

    @Test
    void followsAWebhookToItsDeadService() {
        String webhook = """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: guard}
                webhooks: [{name: guard.example, failurePolicy: POLICY, clientConfig: {service: {namespace: guards, name: guard}}}]
                ---
                """;
        String failing =
                "Internal error occurred: failed calling webhook \"guard.example\": no endpoints available for service";
        List<Cause> causes = Written.causes(refused(failing) + webhook.replace("POLICY", "Fail"));

        assertThat(Written.only(causes))
                .startsWith("controlplane ValidatingWebhookConfiguration guard/guard.example")
                .contains("guards/guard does not exist");
        assertThat(causes.getFirst().symptoms())
                .extracting(each -> each.id().id())
                .containsExactly("admission.policy");
        assertThat(Written.only(refused(failing) + webhook.replace("POLICY", "Ignore")))
                .startsWith("admission.policy Deployment web/webhook");
    }

    @Test
    void missesAServiceAccountOnlyWhereItIsMissingNow() {
        String message = "error looking up service account shop/robot: serviceaccount \"robot\" not found";
        String account = """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: NAME}
                ---
                """;

        List<Cause> causes = Written.causes(refused(message) + account.replace("NAME", "robots"));
        assertThat(Written.only(causes))
                .startsWith("admission.service_account Deployment web/")
                .contains("\"robots\" does");
        assertThat(Written.patches(causes))
                .containsExactly(
                        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/serviceAccountName\",\"value\":\"robots\"}]");
        assertThat(Written.causes(refused(message) + account.replace("NAME", "robot")))
                .isEmpty();
    }

    @Test
    void readsEventsOfStatefulSetsThatAreShortNow() {
        String set = """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db}
                spec: {replicas: 2, template: {spec: {containers: [{name: app}]}}}
                status: {replicas: THERE}
                ---
                apiVersion: v1
                kind: Event
                metadata: {name: e1}
                involvedObject: {kind: StatefulSet, namespace: shop, name: db}
                type: Warning
                reason: FailedCreate
                message: 'create Pod db-1 failed: violates PodSecurity "baseline:latest": hostPath'
                lastTimestamp: '2026-11-20T14:28:00Z'
                ---
                """;

        assertThat(Written.only(set.replace("THERE", "1"))).startsWith("admission.policy StatefulSet db/");
        assertThat(Written.causes(set.replace("THERE", "2"))).isEmpty();
    }
}
