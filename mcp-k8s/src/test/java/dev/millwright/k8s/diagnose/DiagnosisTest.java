package dev.millwright.k8s.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.json.Json;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    private static final Ref WEB = Ref.of("Deployment", "shop", "web");
    private static final Ref POD = Ref.of("Pod", "shop", "web-1");
    private static final Ref SERVICE = Ref.of("Service", "shop", "web");
    private static final Ref INGRESS = Ref.of("Ingress", "shop", "site");

    private final Finding image =
            Finding.of(CauseId.IMAGE_NOT_FOUND, WEB, 0.9, "no such image").affects(POD);
    private final Finding service = Finding.of(CauseId.SERVICE_PODS_NOT_READY, SERVICE, 0.9, "no endpoints")
            .because(POD);
    private final Finding ingress =
            Finding.of(CauseId.INGRESS, INGRESS, 0.9, "no backend").because(SERVICE);

    @Test
    void reportsOneRootCauseWithAllThatComesOfIt() {
        List<Cause> causes = Diagnosis.rank(List.of(ingress, service, image));

        assertThat(causes).singleElement().satisfies(each -> {
            assertThat(each.finding().id()).isEqualTo(CauseId.IMAGE_NOT_FOUND);
            assertThat(each.symptoms()).extracting(Finding::object).containsExactlyInAnyOrder(SERVICE, INGRESS);
            assertThat(each.affects()).containsExactlyInAnyOrder(POD, SERVICE, INGRESS);
        });
    }

    @Test
    void keepsAFindingAsACauseWhereWhatItWouldComeOfIsWell() {
        assertThat(Diagnosis.rank(List.of(ingress)))
                .singleElement()
                .satisfies(each -> assertThat(each.finding()).isEqualTo(ingress));
    }

    @Test
    void neverExplainsInACircle() {
        Finding one = Finding.of(CauseId.DNS, WEB, 0.9, "one").because(SERVICE);
        Finding other = Finding.of(CauseId.SERVICE_TYPE, SERVICE, 0.9, "other").because(WEB);

        assertThat(Diagnosis.rank(List.of(one, other)))
                .singleElement()
                .satisfies(each -> assertThat(each.symptoms()).hasSize(1));
    }

    @Test
    void doesNotExplainABreakageByAWarning() {
        assertThat(Diagnosis.rank(List.of(image.warning(), service))).hasSize(2);
    }

    @Test
    void ranksBrokenBeforeEndangeredAndThenByWhatIsExplained() {
        Finding broken = Finding.of(CauseId.HPA, Ref.of("HorizontalPodAutoscaler", "shop", "a"), 0.95, "broken");
        Finding endangered = Finding.of(CauseId.CERTS, Ref.of("Secret", "shop", "b"), 0.95, "soon")
                .affects(INGRESS)
                .warning();

        assertThat(Diagnosis.rank(List.of(endangered, broken, image, service)))
                .extracting(each -> each.finding().id())
                .containsExactly(CauseId.IMAGE_NOT_FOUND, CauseId.HPA, CauseId.CERTS);
    }

    @Test
    void putsWhyAProgramFailsBeforeThatItFails() {
        Finding crash = Finding.of(CauseId.CRASH_APP_ERROR, WEB, 0.95, "exit 1").affects(POD);
        Finding right = Finding.of(CauseId.RBAC, Ref.of("ServiceAccount", "shop", "robot"), 0.9, "may not list")
                .affects(POD, WEB);

        assertThat(Diagnosis.rank(List.of(crash, right)))
                .singleElement()
                .satisfies(each -> assertThat(each.finding().id()).isEqualTo(CauseId.RBAC));
        assertThat(Diagnosis.rank(List.of(crash, right.warning()))).hasSize(2);
    }

    @Test
    void foldsManySightingsOfOneThing() {
        List<Finding> sightings = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            sightings.add(
                    Finding.of(CauseId.SCHED_CORDON, Ref.of("Node", "", "node-1"), i == 7 ? 0.95 : 0.9, "seen " + i)
                            .affects(Ref.of("Pod", "shop", "p" + i))
                            .evidence(Evidence.field(POD, "f", "" + i)));
        }

        assertThat(Diagnosis.rank(sightings)).singleElement().satisfies(each -> {
            assertThat(each.finding().why()).isEqualTo("seen 7");
            assertThat(each.affects()).hasSize(5_000);
            assertThat(each.finding().evidence()).hasSizeLessThan(20);
        });
    }

    @Test
    void offersWithTheCauseWhatElseMendsTheSameObject() {
        K8sObject web = new K8sObject(Yaml.objects("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}")
                .getFirst());
        Fix undo = Fix.patch(Fix.Risk.LOW, "Undo", web, Fix.replace("/spec/paused", false));
        Finding rollout = Finding.of(CauseId.ROLLOUT_DEADLINE, WEB, 0.95, "stuck")
                .because(POD)
                .fixes(undo);
        Finding restored = service.fixes(Fix.advice(Fix.Risk.LOW, "Mend the pods"));

        assertThat(Diagnosis.rank(List.of(image, rollout, restored)))
                .singleElement()
                .satisfies(each -> assertThat(each.finding().fixes()).containsExactly(undo));
        assertThat(Json.write(undo.change().orElseThrow().operations())).contains("/spec/paused");
    }
}
