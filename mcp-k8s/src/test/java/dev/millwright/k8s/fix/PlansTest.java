package dev.millwright.k8s.fix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlansTest {
    private static final K8sObject WEB = new K8sObject(Yaml.objects("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, generation: 3, annotations: {a/b: c}}
            spec:
              replicas: 2
              template: {spec: {containers: [{name: app, image: "web:1", env: [{name: A, value: b}]}]}}
            """).getFirst());

    private final TestClock clock = new TestClock(Instant.parse("2026-11-20T14:30:00Z"));
    private final Call ada = new CallBy("ada", Tenant.DEFAULT);

    @TempDir
    Path data;

    private Store store;
    private Plans plans;

    @BeforeEach
    void open() {
        store = Store.open(new StoreUrl.Embedded(data), Plans.MIGRATIONS);
        plans = new Plans(store, clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Planned planned(String id, Fix.Risk risk, ArrayNode operations) {
        Finding finding = Finding.of(CauseId.IMAGE_NOT_FOUND, WEB.ref(), 0.9, "no such image")
                .part("app");
        return Planned.of(id, finding, Fix.patch(risk, "use web:2", WEB, operations));
    }

    private static final Planned IMAGE =
            planned("f1", Fix.Risk.LOW, Fix.replace("/spec/template/spec/containers/0/image", "web:2"));
    private static final Planned SCALE = planned("f2", Fix.Risk.HIGH, Fix.replace("/spec/replicas", 0));

    private ToolException refusal(Runnable attempt) {
        ToolException refused = catchThrowableOfType(ToolException.class, attempt::run);
        assertThat(refused).isNotNull();
        assertThat(refused.kind()).isEqualTo(ToolException.Kind.CONFLICT);
        return refused;
    }

    @Test
    void givesBackWhatWasKeptAlsoAfterARestart() {
        String id = plans.keep(ada, "prod", List.of(IMAGE, SCALE));
        store.close();
        open();
        Plans.Plan plan = plans.find(ada, id);
        assertThat(plan.context()).isEqualTo("prod");
        assertThat(plan.fixes()).containsExactly(IMAGE, SCALE);
    }

    @Test
    void idsAreLongAndNeverTheSame() {
        String one = plans.keep(ada, "prod", List.of(IMAGE));
        assertThat(one).hasSizeGreaterThanOrEqualTo(43).isNotEqualTo(plans.keep(ada, "prod", List.of(IMAGE)));
    }

    @Test
    void aPlanIsNotThereForAnotherCallerOrTenant() {
        String id = plans.keep(ada, "prod", List.of(IMAGE));
        assertThat(refusal(() -> plans.find(new CallBy("eve", Tenant.DEFAULT), id)))
                .hasMessage(refusal(() -> plans.find(ada, "made-up")).getMessage())
                .hasMessageContaining("diagnose again");
        refusal(() -> plans.find(new CallBy("ada", new Tenant("other")), id));
    }

    @Test
    void aPlanExpiresAfterTenMinutesAndSaysSo() {
        String id = plans.keep(ada, "prod", List.of(IMAGE));
        clock.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(plans.find(ada, id).fixes()).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        plans.keep(ada, "prod", List.of(SCALE));
        assertThat(refusal(() -> plans.find(ada, id))).hasMessageContaining("expired");
        clock.advance(Plans.LIFE.plusMillis(1));
        plans.keep(ada, "prod", List.of(SCALE));
        assertThat(refusal(() -> plans.find(ada, id))).hasMessageContaining("not a plan of yours");
    }

    @Test
    void aFixIsUsedOnceAndTheNextIsToldHowItEnded() {
        Plans.Plan plan = plans.find(ada, plans.keep(ada, "prod", List.of(IMAGE, SCALE)));
        plans.use(plan, IMAGE);
        assertThat(refusal(() -> plans.use(plan, IMAGE))).hasMessageContaining("not ended");
        plans.ended(plan, IMAGE, "verified");
        assertThat(refusal(() -> plans.use(plan, IMAGE))).hasMessageContaining("verified");
        plans.use(plan, SCALE);
    }

    @Test
    void theRiskIsTheWorstOfTheChosenFixes() {
        String id = plans.keep(ada, "prod", List.of(IMAGE, SCALE));
        assertThat(plans.risk(id, List.of("f1"))).contains(Fix.Risk.LOW);
        assertThat(plans.risk(id, List.of("f1", "f2"))).contains(Fix.Risk.HIGH);
        assertThat(plans.risk(id, List.of())).contains(Fix.Risk.HIGH);
        assertThat(plans.risk("made-up", List.of())).isEmpty();
    }

    @Test
    void namesAFixThatIsNotInThePlan() {
        Plans.Plan plan = plans.find(ada, plans.keep(ada, "prod", List.of(IMAGE, SCALE)));
        assertThat(catchThrowableOfType(ToolException.class, () -> plan.choose(List.of("f1", "f9"))))
                .hasMessage("/fix_ids/1 f9 is not in this plan; it has f1, f2");
        assertThat(plan.choose(List.of("f2"))).containsExactly(SCALE);
    }

    @Test
    void aPatchTestsWhatWasReadWhereItChangesIt() {
        String app = "/spec/template/spec/containers/0";
        ArrayNode operations = Fix.replace(app + "/image", "web:2");
        operations.addAll(Fix.add(app + "/env/-", Json.object().put("name", "C")));
        operations.addAll(Fix.add(app + "/startupProbe/periodSeconds", 3));
        operations.addAll(Fix.add("/metadata/annotations/a~1b", "d"));
        operations.addAll(Fix.add("/spec/paused", true));
        Fix.Change change = planned("f1", Fix.Risk.LOW, operations).change();
        assertThat(change.revision()).isEqualTo("generation 3");
        assertThat(change.tests()).map(each -> each.path("op").asText()).containsOnly("test");
        assertThat(change.tests())
                .map(each -> each.path("path").asText())
                .containsExactly(app + "/image", app + "/env", app, "/metadata/annotations/a~1b");
        assertThat(change.tests())
                .allMatch(each -> WEB.json().at(each.path("path").asText()).equals(each.path("value")));
    }

    @Test
    void theRevisionOfAKindWithoutGenerationsIgnoresTheStatusOnly() {
        K8sObject service = new K8sObject(Yaml.objects("""
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}}
                """).getFirst());
        String revision = Fix.Change.revision(service);
        ((ObjectNode) service.json()).putObject("status").put("x", 1);
        ((ObjectNode) service.json().path("metadata")).put("resourceVersion", "9");
        assertThat(Fix.Change.revision(service)).isEqualTo(revision);
        ((ObjectNode) service.json().at("/spec/selector")).put("app", "api");
        assertThat(Fix.Change.revision(service)).isNotEqualTo(revision);
    }

    @Test
    void adviceCannotBePlanned() {
        Finding finding = Finding.of(CauseId.IMAGE_NOT_FOUND, WEB.ref(), 0.9, "no such image");
        assertThat(catchThrowableOfType(
                        IllegalArgumentException.class,
                        () -> Planned.of("f1", finding, Fix.advice(Fix.Risk.LOW, "push the image"))))
                .hasMessageContaining("push the image");
    }
}
