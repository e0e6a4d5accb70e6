package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.state.MemorySource;
import dev.millwright.k8s.state.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Autoscalers, budgets, nodes, rights, certificates, finalizers, the control plane, releases. */
class UpkeepTest {
    private static List<Cause> whole(String yaml, Map<String, JsonNode> documents) {
        return Diagnosis.of(
                new State(
                        new MemorySource(
                                Yaml.objects(yaml),
                                Kinds.all(),
                                Map.of(),
                                documents,
                                Instant.parse("2026-11-20T14:30:00Z")),
                        Optional.empty()),
                Rules.ALL);
    }

    private static List<Cause> whole(String yaml) {
        return whole(yaml, Map.of());
    }

    private static String autoscaler(String status) {
        return Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY)
                + """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: scale}
                spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 1, maxReplicas: 5, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}
                status: {STATUS}
                ---
                """.replace("STATUS", status);
    }

    private static String inactive(String message) {
        return "conditions: [{type: ScalingActive, status: 'False', reason: FailedGetResourceMetric, message: '"
                + message + "', lastTransitionTime: '2026-11-20T14:00:00Z'}]";
    }

    @Test
    void saysWhichContainerHasNoRequestToBeAShareOf() {
        assertThat(Written.only(autoscaler(inactive("missing request for cpu in container app of Pod web-1-a"))))
                .startsWith("hpa HorizontalPodAutoscaler scale/")
                .contains("it gets no metrics", "cpu of container app of Deployment web has none");
    }

    @Test
    void saysThatTheMetricsApiIsMissingOrDown() {
        String missing = autoscaler(inactive("the server could not find the requested resource"));
        String down = """
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1beta1.metrics.k8s.io}
                spec: {group: metrics.k8s.io, service: {namespace: kube-system, name: metrics-server}}
                status: {conditions: [{type: Available, status: 'False', reason: MissingEndpoints, message: no endpoints}]}
                ---
                """;

        assertThat(Written.only(missing)).contains("the metrics API metrics.k8s.io is not installed");
        List<Cause> causes =
                Written.causes(autoscaler(inactive("the server is currently unable to handle the request")) + down);
        assertThat(Written.only(causes)).startsWith("controlplane APIService v1beta1.metrics.k8s.io/");
        assertThat(causes.getFirst().symptoms())
                .extracting(each -> each.id().id())
                .containsExactly("hpa");
    }

    @Test
    void correctsTheTargetOfAnAutoscaler() {
        String state = autoscaler(
                        "conditions: [{type: AbleToScale, status: 'False', reason: FailedGetScale, message: not found}]")
                .replace("kind: Deployment, name: web}, min", "kind: Deployment, name: wev}, min");

        assertThat(Written.only(state)).contains("cannot scale Deployment wev, which does not exist");
        assertThat(Written.patches(Written.causes(state)))
                .containsExactly("[{\"op\":\"replace\",\"path\":\"/spec/scaleTargetRef/name\",\"value\":\"web\"}]");
    }

    @Test
    void saysThatAnAutoscalerIsAtItsBound() {
        assertThat(
                        Written.only(
                                autoscaler(
                                        "currentReplicas: 5, conditions: [{type: ScalingLimited, status: 'True', reason: TooManyReplicas, message: m}]")))
                .startsWith("hpa HorizontalPodAutoscaler scale/bound");
    }

    @Test
    void isSilentAboutAnAutoscalerThatScalesOrHasJustBeenMade() {
        assertThat(
                        Written.causes(
                                autoscaler(
                                        "currentReplicas: 2, conditions: [{type: AbleToScale, status: 'True'}, {type: ScalingActive, status: 'True'}]")))
                .isEmpty();
        assertThat(Written.causes(autoscaler(inactive("no metrics returned").replace("14:00:00", "14:29:30"))))
                .isEmpty();
    }

    private static String budget(String name, String spec, String status) {
        return """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: NAME}
                spec: {selector: {matchLabels: {app: web}}, SPEC}
                status: {STATUS}
                ---
                """.replace("NAME", name).replace("SPEC", spec).replace("STATUS", status);
    }

    @Test
    void saysThatABudgetLetsNoPodGo() {
        String web = Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY);
        String status = "disruptionsAllowed: ALLOWED, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2";

        List<Cause> causes = Written.causes(web + budget("keep", "minAvailable: 2", status.replace("ALLOWED", "0")));
        assertThat(Written.only(causes)).startsWith("pdb.blocking PodDisruptionBudget keep/");
        assertThat(causes.getFirst().finding().severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(Written.patches(causes))
                .containsExactly("[{\"op\":\"replace\",\"path\":\"/spec/minAvailable\",\"value\":1}]");
        assertThat(Written.causes(web + budget("keep", "minAvailable: 1", status.replace("ALLOWED", "1"))))
                .isEmpty();
    }

    @Test
    void saysThatTwoBudgetsCoverOnePod() {
        String web = Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY);
        String status = "disruptionsAllowed: 1";

        assertThat(Written.only(web + budget("a", "minAvailable: 0", status) + budget("b", "minAvailable: 0", status)))
                .contains("PodDisruptionBudget a and b both cover web-1-a");
    }

    private static String node(String conditions, String more) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: node-1}
                status: {allocatable: {cpu: '2', pods: '9'}, conditions: [CONDITIONS], MORE}
                ---
                """.replace("CONDITIONS", conditions).replace("MORE", more);
    }

    @Test
    void putsTheDeadNodeBeforeWhatRanOnIt() {
        String dead = node(
                "{type: Ready, status: Unknown, reason: NodeStatusUnknown, message: Kubelet stopped posting node status.}",
                "x: y");
        String web = Written.deployment(
                "web", "{containers: [{name: app}]}", "{phase: Running, conditions: [{type: Ready, status: 'False'}]}");
        List<Cause> causes = Written.causes(web + dead);

        assertThat(Written.line(causes.getFirst()))
                .startsWith("node Node node-1/")
                .contains("Kubelet stopped posting node status");
        assertThat(causes.getFirst().affects())
                .extracting(each -> each.brief())
                .contains("Deployment web", "Pod web-1-a");
        assertThat(Written.causes(Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY) + dead))
                .isEmpty();
    }

    @Test
    void seesPressureSilenceAndVersionsOfTheWholeCluster() throws Exception {
        String ready = "{type: Ready, status: 'True'}";
        Map<String, JsonNode> version = Map.of("/version", Json.read("{\"gitVersion\":\"v1.36.2\"}"));
        String lease = """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: node-1, namespace: kube-node-lease}
                spec: {renewTime: '2026-11-20T14:MINUTE:00Z'}
                ---
                """;

        assertThat(Written.only(
                        whole(node(ready + ", {type: DiskPressure, status: 'True', message: disk is full}", "x: y"))))
                .startsWith("node Node node-1/DiskPressure");
        assertThat(Written.only(whole(node(ready, "x: y") + lease.replace("MINUTE", "20"))))
                .startsWith("node Node node-1/lease");
        assertThat(Written.only(whole(node(ready, "nodeInfo: {kubeletVersion: v1.31.0}"), version)))
                .contains("5 minor versions older");
        assertThat(whole(node(ready, "nodeInfo: {kubeletVersion: v1.35.1}") + lease.replace("MINUTE", "29"), version))
                .isEmpty();
    }

    private static final String REFUSED =
            "configmaps is forbidden: User \"system:serviceaccount:shop:robot\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"shop\"";

    private static List<Cause> refused(String more) {
        return Written.causes(
                Written.deployment(
                                "web",
                                "{serviceAccountName: robot, containers: [{name: app}]}",
                                "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, restartCount: 4, "
                                        + "state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}")
                        + more,
                Map.of(Written.log("web-1-a", true), REFUSED));
    }

    @Test
    void givesTheRightThatIsMissingAndNoOther() {
        List<Cause> causes = refused("");

        assertThat(Written.only(causes))
                .startsWith("rbac ServiceAccount robot/list configmaps shop")
                .contains("may not list configmaps in namespace shop");
        assertThat(causes.getFirst().finding().fixes().getFirst().command().orElseThrow())
                .isEqualTo("kubectl -n shop create role robot-list-configmaps --verb=list --resource=configmaps\n"
                        + "kubectl -n shop create rolebinding robot-list-configmaps --role=robot-list-configmaps"
                        + " --serviceaccount=shop:robot");
        assertThat(causes.getFirst().symptoms())
                .extracting(each -> each.id().id())
                .contains("crash.app_error");
    }

    @Test
    void forgetsARefusalThatHasBeenMended() {
        String granted = """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: reader}
                rules: [{apiGroups: [''], resources: [configmaps], verbs: [get, list]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: reader}
                roleRef: {kind: Role, name: reader}
                subjects: [{kind: ServiceAccount, name: robot, namespace: shop}]
                ---
                """;

        assertThat(refused(granted)).noneMatch(each -> each.finding().id().id().equals("rbac"));
    }

    /** Self-signed for shop.example; valid to 2026-04-01, to 2026-11-25, and for a hundred years. */
    private static final String EXPIRED =
            "MIIBRTCB7KADAgECAgkAiNUyl18EV3EwCgYIKoZIzj0EAwMwFzEVMBMGA1UEAxMMc2hvcC5leGFtcGxlMB4XDTI2MDEwMTAwMDAwMFoXDTI2MDQwMTAwMDAwMFowFzEVMBMGA1UEAxMMc2hvcC5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+X7rKikvZyCvhkXgGxFK1EwJjXE1lZnMSO6o7M5lDPIqj+t2qzAtn26C5GkjRRGhZXquODlfIX9Kvr74vXnkMaMhMB8wHQYDVR0OBBYEFB5F6U3DwQ8p5eTS5AjYczTxmlmbMAoGCCqGSM49BAMDA0gAMEUCIQCyuBcchTg7tCF/T+0tYGcQSbZQXR7WVYM6E8J56mNXSwIgZHo0onbX0TxA6r8jcjtEk0s8TfoQ96HlhtaipDXuK9U=";

    private static final String SOON =
            "MIIBRTCB7KADAgECAgkAhiSrujydEr4wCgYIKoZIzj0EAwMwFzEVMBMGA1UEAxMMc2hvcC5leGFtcGxlMB4XDTI2MDkwMTAwMDAwMFoXDTI2MTEyNTAwMDAwMFowFzEVMBMGA1UEAxMMc2hvcC5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE40CdEDl4ww+smQndEbWQxEbgOCZEzyUOQAHZhVq7cVtzOOJBT6TfywAEcDV7ZGHnXDUKVNDDZUDYytRxSEKnPqMhMB8wHQYDVR0OBBYEFJpm42FZ0jT93agKGPabGSkLFyWnMAoGCCqGSM49BAMDA0gAMEUCIEUfHYaLLTHYM44aaS7aO8YPTwBOve3Lk3AHowOKxhZSAiEAyy3l+Yaeu2OoXhxd+5I0hZ7/u2mybOsWL5+tVv0ZoAM=";

    private static final String VALID =
            "MIIBRTCB7aADAgECAghPVuy4BkRpIDAKBggqhkjOPQQDAzAXMRUwEwYDVQQDEwxzaG9wLmV4YW1wbGUwIBcNMjYwMTAxMDAwMDAwWhgPMjEyNTEyMDgwMDAwMDBaMBcxFTATBgNVBAMTDHNob3AuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE2lVHk7EiF7pB5hcRtZjigEsEAbMM8yiJSa3rZEUXdeXRrlY7LdEWXQo5V+2LY/8wdUhQGX/bQlmNv5MFjfwbOjITAfMB0GA1UdDgQWBBTaBEWEvX+/KYKAvWHjYtvtMUurHzAKBggqhkjOPQQDAwNHADBEAiA51VyyR+Vm7cO0HrEPSIr1VM+w4aSJM8VfBfLpM+FEjQIgXuz+DWP1hQ6YTJPC454pFDGTStDR75vfSVEhG6AJuvM=";

    private static String pem(String body) {
        return Base64.getEncoder()
                .encodeToString(("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String site(String certificate) {
        return Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY)
                + ServicesTest.service("web", "selector: {app: web}, ports: [{port: 80}]")
                + ServicesTest.slice("web", "web-1-a", true)
                + """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: site, annotations: {kubernetes.io/ingress.class: nginx}}
                spec: {tls: [{secretName: cert}], defaultBackend: {service: {name: web, port: {number: 80}}}}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: cert}
                type: kubernetes.io/tls
                data: {tls.crt: CERTIFICATE, tls.key: Y2FuYXJ5NzctcHJpdmF0ZQ==}
                ---
                """.replace("CERTIFICATE", certificate);
    }

    @Test
    void readsWhenACertificateEndsAndNeverShowsIt() {
        List<Cause> expired = Written.causes(site(pem(EXPIRED)));

        assertThat(Written.only(expired))
                .startsWith("certs Secret cert/tls.crt")
                .contains("expired on 2026-04-01");
        assertThat(expired.getFirst().affects())
                .extracting(each -> each.brief())
                .contains("Ingress site");
        assertThat(expired.toString()).doesNotContain("canary77", "BEGIN", "MIIB", pem(EXPIRED), "Y2FuYXJ5");
        assertThat(Written.causes(site(pem(SOON))).getFirst().finding().severity())
                .isEqualTo(Finding.Severity.WARNING);
        assertThat(Written.only(site("eA=="))).contains("holds no X.509 certificate");
        assertThat(Written.causes(site(pem(VALID)))).isEmpty();
    }

    @Test
    void seesCertificatesThatNobodyHasIssuedOrSigned() {
        String request = """
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {name: csr-1, creationTimestamp: '2026-11-20T14:MINUTE:00Z'}
                spec: {signerName: kubernetes.io/kubelet-serving, username: 'system:node:node-1'}
                ---
                """;
        String managed = """
                apiVersion: cert-manager.io/v1
                kind: Certificate
                metadata: {name: site}
                spec: {secretName: cert}
                status: {conditions: [{type: Ready, status: 'READY', reason: DoesNotExist, message: issuer is not ready, lastTransitionTime: '2026-11-20T10:00:00Z'}]}
                ---
                """;

        assertThat(Written.only(whole(request.replace("MINUTE", "00"))))
                .startsWith("certs CertificateSigningRequest csr-1/");
        assertThat(whole(request.replace("MINUTE", "28"))).isEmpty();
        assertThat(Written.only(whole(managed.replace("READY", "False"))))
                .startsWith("certs Certificate site/")
                .contains("issuer is not ready");
        assertThat(whole(managed.replace("READY", "True"))).isEmpty();
    }

    @Test
    void seesTheBundleOfAWebhookThatHasExpired() {
        String webhook = """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: inject}
                webhooks: [{name: inject.example, failurePolicy: Ignore, clientConfig: {caBundle: BUNDLE, service: {namespace: x, name: y}}}]
                ---
                """;

        assertThat(Written.only(whole(webhook.replace("BUNDLE", pem(EXPIRED)))))
                .startsWith("certs MutatingWebhookConfiguration inject/caBundle of inject.example");
        assertThat(whole(webhook.replace("BUNDLE", pem(VALID)))).isEmpty();
    }

    @Test
    void namesTheFinalizerThatHoldsAnObject() {
        String claim = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: other}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web, deletionTimestamp: '2026-11-20T14:MINUTE:00Z', finalizers: [service.kubernetes.io/load-balancer-cleanup]}
                spec: {ports: [{port: 80}]}
                ---
                """;

        assertThat(Written.only(claim.replace("MINUTE", "00")))
                .startsWith("finalizer_stuck Service web/")
                .contains("waits for finalizer service.kubernetes.io/load-balancer-cleanup");
        assertThat(Written.causes(claim.replace("MINUTE", "29"))).isEmpty();
    }

    @Test
    void saysWhatKeepsANamespace() {
        String namespace = """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop, deletionTimestamp: '2026-11-20T13:00:00Z'}
                status: {phase: Terminating, conditions: [{type: NamespaceFinalizersRemaining, status: 'True', message: 'Some content has finalizers: kafka in 1 resource instances'}]}
                ---
                """;

        assertThat(Written.only(namespace))
                .startsWith("finalizer_stuck Namespace shop/")
                .contains("kafka in 1 resource");
        assertThat(Written.causes(namespace.replace("Terminating", "Active"))).isEmpty();
    }

    @Test
    void readsTheHealthOfTheControlPlane() {
        Map<String, JsonNode> bad = Map.of(
                "/readyz?verbose",
                TextNode.valueOf("[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed"));
        Map<String, JsonNode> good =
                Map.of("/readyz?verbose", TextNode.valueOf("[+]ping ok\n[+]etcd ok\nreadyz check passed"));
        String lease = """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: kube-controller-manager, namespace: kube-system}
                spec: {renewTime: '2026-11-20T14:MINUTE:00Z'}
                ---
                """;

        assertThat(Written.only(whole(lease.replace("MINUTE", "29"), bad)))
                .startsWith("controlplane APIServer kube-apiserver/")
                .contains("etcd failed");
        assertThat(Written.only(whole(lease.replace("MINUTE", "20"), good)))
                .contains("kube-controller-manager seems to be down");
        assertThat(whole(lease.replace("MINUTE", "29"), good)).isEmpty();
    }

    private static String release(String status, int version, String modified) {
        return """
                apiVersion: v1
                kind: Secret
                metadata: {name: sh.helm.release.v1.shop.vVERSION, labels: {owner: helm, name: shop, status: STATUS, version: 'VERSION', modifiedAt: 'AT'}}
                type: helm.sh/release.v1
                data: {release: Y2FuYXJ5}
                ---
                """.replace("STATUS", status).replace("VERSION", "" + version).replace("AT", modified);
    }

    @Test
    void saysThatAReleaseFailedOrWasLeftHalfDone() {
        String web = Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY)
                .replaceFirst("\\{name: web\\}", "{name: web, annotations: {meta.helm.sh/release-name: shop}}");
        String good = release("superseded", 1, "1780000000") + release("deployed", 2, "1780000000");
        String now = String.valueOf(Instant.parse("2026-11-20T14:28:00Z").getEpochSecond());

        assertThat(Written.only(web + good + release("failed", 3, now)))
                .startsWith("helm HelmRelease shop/")
                .contains("revision 3, is failed");
        assertThat(Written.only(web + good + release("pending-upgrade", 3, "1780000000")))
                .contains("is pending-upgrade");
        assertThat(Written.causes(web + good + release("pending-upgrade", 3, now)))
                .isEmpty();
        assertThat(Written.causes(web + good)).isEmpty();
    }
}
