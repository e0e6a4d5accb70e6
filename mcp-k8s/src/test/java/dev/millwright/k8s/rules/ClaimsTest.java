package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.json.Json;
import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.state.MemorySource;
import dev.millwright.k8s.state.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static String claim(String spec, String status) {
        return """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data, creationTimestamp: '2026-11-20T14:00:00Z'}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}, SPEC}
                status: {STATUS}
                ---
                """.replace("SPEC", spec).replace("STATUS", status);
    }

    private static String storageClass(String name, String more) {
        return """
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: NAME}
                provisioner: disks.example.com
                MORE
                ---
                """.replace("NAME", name).replace("MORE", more);
    }

    private static String volume(String more, String phase) {
        return """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: pv-1}
                spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, storageClassName: '', MORE}
                status: {phase: PHASE}
                ---
                """.replace("MORE", more).replace("PHASE", phase);
    }

    @Test
    void namesTheClassThatDoesNotExistAndTheOneThatWasMeant() {
        String state = claim("storageClassName: fast-sd", "phase: Pending") + storageClass("fast-ssd", "");

        assertThat(Written.only(state))
                .startsWith("pvc.class PersistentVolumeClaim data/")
                .contains("\"fast-sd\", which does not exist", "fast-ssd");
        assertThat(Written.causes(state).getFirst().finding().fixes().getFirst().command())
                .contains("kubectl -n shop delete pvc data");
    }

    @Test
    void saysThatNoClassIsTheDefault() {
        assertThat(Written.only(claim("volumeMode: Filesystem", "phase: Pending") + storageClass("slow", "")))
                .contains("no class is the default");
    }

    @Test
    void doesNotCallAClassMissingThatItMayNotRead() {
        assertThat(Written.causes(Recorded.without(
                        List.of(Kinds.STORAGE_CLASS), claim("storageClassName: fast", "phase: Pending"))))
                .isEmpty();
    }

    @Test
    void saysWhatTheDriverSays() {
        String event = """
                apiVersion: v1
                kind: Event
                metadata: {name: e1}
                involvedObject: {kind: PersistentVolumeClaim, namespace: shop, name: data}
                type: Warning
                reason: ProvisioningFailed
                message: rpc error, no space in pool
                lastTimestamp: '2026-11-20T14:29:00Z'
                ---
                """;

        assertThat(Written.only(claim("storageClassName: fast", "phase: Pending") + storageClass("fast", "") + event))
                .startsWith("pvc.class PersistentVolumeClaim data/provisioner")
                .contains("no space in pool");
    }

    @Test
    void isSilentAboutAClaimThatIsBoundOrWaitsForItsFirstPod() {
        assertThat(Written.causes(claim("storageClassName: fast", "phase: Bound") + storageClass("fast", "")))
                .isEmpty();
        assertThat(Written.causes(claim("storageClassName: late", "phase: Pending")
                        + storageClass("late", "volumeBindingMode: WaitForFirstConsumer")))
                .isEmpty();
    }

    @Test
    void showsAWaitingClaimUnderThePodItWaitsFor() {
        String pod = Written.deployment(
                        "db",
                        "{volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], nodeSelector: {a: b}, containers: [{name: app}]}",
                        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 'node affinity/selector'}]}")
                .replace("nodeName: node-1, ", "");
        List<Cause> causes = Written.causes(pod
                + claim("storageClassName: late", "phase: Pending")
                + storageClass("late", "volumeBindingMode: WaitForFirstConsumer"));

        assertThat(Written.only(causes)).startsWith("sched.node_affinity Deployment db/");
        assertThat(causes.getFirst().symptoms())
                .extracting(each -> each.id().id())
                .containsExactly("pvc.wait_for_consumer");
    }

    @Test
    void comparesAClaimWithTheNearestVolume() {
        assertThat(Written.only(claim("storageClassName: ''", "phase: Pending") + volume("x: y", "Available")))
                .startsWith("pvc.pv_mismatch PersistentVolumeClaim data/")
                .contains("pv-1, has 1Gi, less than 2Gi");
    }

    @Test
    void isSilentWhereAVolumeFits() {
        assertThat(Written.causes(claim("storageClassName: ''", "phase: Pending")
                        + volume("x: y", "Available").replace("1Gi", "4Gi")))
                .isEmpty();
    }

    @Test
    void freesAReleasedVolumeOnlyByAPerson() {
        List<Cause> causes = Written.causes(claim("storageClassName: ''", "phase: Pending")
                + volume("claimRef: {namespace: shop, name: data, uid: old}", "Released")
                        .replace("1Gi", "4Gi"));

        assertThat(Written.only(causes)).startsWith("pvc.pv_mismatch").contains("is Released");
        assertThat(causes.getFirst().finding().fixes().getFirst().risk().name()).isEqualTo("HIGH");
    }

    @Test
    void saysThatAVolumeIsLost() {
        assertThat(Written.only(claim("volumeName: pv-9", "phase: Lost"))).contains("has lost its volume pv-9");
    }

    @Test
    void tellsOfAResizeThatDoesNotEnd() {
        String resizing = claim(
                "storageClassName: fast",
                "phase: Bound, capacity: {storage: 1Gi}, conditions: [{type: FileSystemResizePending, status: 'True', "
                        + "lastTransitionTime: '2026-11-20T14:00:00Z'}]");

        assertThat(Written.only(resizing)).startsWith("pvc.full_or_resize").contains("from 1Gi to 2Gi");
        assertThat(Written.causes(resizing.replace("T14:00:00Z'}]", "T14:29:00Z'}]")))
                .isEmpty();
    }

    @Test
    void readsTheKubeletsNumbersOfAFullClaim() throws Exception {
        String pod = Written.deployment(
                "db",
                "{volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], containers: [{name: app}]}",
                "{phase: Running, containerStatuses: [{name: app, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, "
                        + "lastState: {terminated: {exitCode: 1, reason: Error}}}]}");
        String summary = """
                {"pods":[{"podRef":{"name":"db-1-a","namespace":"shop"},
                  "volume":[{"pvcRef":{"name":"data"},"usedBytes":USED,"capacityBytes":1000}]}]}""";

        assertThat(full(pod, summary.replace("USED", "990")))
                .anySatisfy(each -> assertThat(Written.line(each))
                        .startsWith("pvc.full_or_resize PersistentVolumeClaim data/")
                        .contains("99 % used"));
        assertThat(full(pod, summary.replace("USED", "400")))
                .noneMatch(each -> each.finding().id().id().equals("pvc.full_or_resize"));
    }

    private static List<Cause> full(String pod, String summary) throws Exception {
        return Diagnosis.of(
                new State(
                        new MemorySource(
                                Yaml.objects(pod + claim("storageClassName: fast", "phase: Bound")),
                                Kinds.all(),
                                Map.of(Written.log("db-1-a", true), "write failed: No space left on device"),
                                Map.of("/api/v1/nodes/node-1/proxy/stats/summary", Json.read(summary)),
                                Instant.parse("2026-11-20T14:30:00Z")),
                        Optional.of("shop")),
                Rules.ALL);
    }
}
