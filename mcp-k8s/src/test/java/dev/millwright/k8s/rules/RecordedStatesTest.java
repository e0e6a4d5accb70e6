package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.state.Listing;
import dev.millwright.k8s.state.MemorySource;
import dev.millwright.k8s.state.Source;
import dev.millwright.k8s.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What happened in a real cluster, and what it costs to find out. */
class RecordedStatesTest {
    static List<String> broken() {
        return Recorded.scenarios().stream()
                .filter(each -> !each.equals("healthy"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void namesFirstWhatWasBroken(String scenario) {
        Cause first = Diagnosis.of(Recorded.state(scenario), Rules.ALL).getFirst();
        String said = first.finding().object() + " " + first.finding().part() + " "
                + first.finding().id().id() + " "
                + first.finding().why() + " "
                + first.symptoms().stream().map(each -> each.why()).toList();

        assertThat(said)
                .contains(Recorded.expected(scenario).path("object").asText())
                .containsPattern(Pattern.compile(
                        Recorded.expected(scenario).path("cause").asText(), Pattern.CASE_INSENSITIVE));
    }

    @ParameterizedTest
    @CsvSource({
        "unschedulable-cpu, sched.resources, Deployment trainer",
        "pvc-no-class, pvc.class, PersistentVolumeClaim data",
        "quota-exceeded, admission.quota, Deployment web",
        "service-no-endpoints, service.selector_mismatch, Service api",
        "ingress-no-backend, ingress, Ingress site",
        "hpa-no-metrics, hpa, HorizontalPodAutoscaler scale"
    })
    void namesTheCauseAndTheObjectAtFault(String scenario, String id, String object) {
        List<Cause> causes = Diagnosis.of(Recorded.state(scenario), Rules.ALL);

        assertThat(causes.getFirst().finding().id().id()).isEqualTo(id);
        assertThat(causes.getFirst().finding().object().brief()).isEqualTo(object);
    }

    @Test
    void isSilentAboutAHealthyNamespace() {
        assertThat(Diagnosis.of(Recorded.state("healthy"), Rules.ALL)).isEmpty();
    }

    /** Counts the lists that are made of another source. */
    private record Counting(Source source, List<Kind> listed) implements Source {
        @Override
        public Listing list(Kind kind, Optional<String> namespace) {
            listed.add(kind);
            return source.list(kind, namespace);
        }

        @Override
        public Optional<String> log(String namespace, String pod, String container, boolean previous) {
            return source.log(namespace, pod, container, previous);
        }

        @Override
        public Optional<JsonNode> json(String path) {
            return source.json(path);
        }

        @Override
        public Instant now() {
            return source.now();
        }
    }

    private static Counting counting(List<JsonNode> objects) {
        return new Counting(
                new MemorySource(objects, Kinds.all(), Map.of(), Map.of(), Instant.parse("2026-11-20T14:30:00Z")),
                new ArrayList<>());
    }

    @Test
    void asksOfAHealthyNamespaceOnlyWhatItMust() {
        Counting source = counting(Recorded.objects("healthy"));
        Diagnosis.of(new State(source, Optional.of("healthy")), Rules.ALL);

        assertThat(source.listed()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(18);
        assertThat(source.listed())
                .doesNotContain(
                        Kinds.NODE,
                        Kinds.STORAGE_CLASS,
                        Kinds.VOLUME,
                        Kinds.SECRET,
                        Kinds.QUOTA,
                        Kinds.VALIDATING_WEBHOOK,
                        Kinds.API_SERVICE,
                        Kinds.LEASE,
                        Kinds.NAMESPACE,
                        Kinds.INGRESS_CLASS);
    }

    @Test
    void makesAtMostTwentyListsHoweverMuchIsBroken() {
        List<JsonNode> all = new ArrayList<>();
        for (String scenario : Recorded.scenarios()) {
            for (JsonNode each : Recorded.objects(scenario)) {
                JsonNode copy = each.deepCopy();
                if (copy.path("metadata") instanceof ObjectNode metadata) {
                    if (metadata.has("namespace")) {
                        metadata.put("namespace", "shop");
                        metadata.put("name", metadata.path("name").asText() + "-" + all.size());
                    }
                }
                all.add(copy);
            }
        }
        Counting source = counting(all);
        State state = new State(source, Optional.of("shop"));
        List<Cause> causes = Diagnosis.of(state, Rules.ALL);

        assertThat(causes).hasSizeGreaterThan(5);
        assertThat(source.listed().size()).isLessThanOrEqualTo(20);
        assertThat(state.partial()).allSatisfy(each -> assertThat(each.why()).startsWith("not looked at"));
    }
}
