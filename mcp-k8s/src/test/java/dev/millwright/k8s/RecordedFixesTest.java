package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.rules.Rules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From the recorded trouble to its end: diagnose, show, apply. The controllers that a real cluster has are played: what
 * is patched is rolled out, so that this says nothing about whether a fix is the right one, but all about what it costs
 * and whether it fits the object.
 */
class RecordedFixesTest {
    /** Those that a patch can mend; the others need a program, a value or an object that only a person knows. */
    private static final Set<String> PATCHED =
            Set.of("oom-killed", "quota-exceeded", "rollout-stuck", "service-no-endpoints");

    @TempDir
    Path folder;

    static Stream<String> scenarios() {
        return Recorded.scenarios().stream();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void takesThreeCallsAndThreeThousandTokens(String scenario) throws Exception {
        try (Ops ops = new Ops(folder, Rules.ALL)) {
            ops.server.recorded(scenario);
            ops.others.add((kind, patch, write, answer) -> {
                if (!write.dryRun()) {
                    heals(ops, scenario);
                }
                return answer;
            });
            JsonNode diagnosis = ops.call("k8s_diagnose", "{'namespace':'%s'}".formatted(scenario));
            List<JsonNode> answers = new ArrayList<>(List.of(diagnosis));
            List<String> ids = diagnosis.path("causes").findValuesAsText("fix_id");
            assertThat(diagnosis.has("plan_id")).isEqualTo(!ids.isEmpty());
            assertThat(ids.isEmpty() && PATCHED.contains(scenario)).isFalse();
            if (!ids.isEmpty()) {
                String fix = "{'plan_id':'%s','fix_ids':['%s'],'verify_timeout':2%s}"
                        .formatted(diagnosis.path("plan_id").asText(), ids.getFirst(), "%s");
                answers.add(ops.call("k8s_apply_fix", fix.formatted("")));
                answers.add(ops.call("k8s_apply_fix", fix.formatted(",'mode':'apply'")));
                assertThat(answers.getLast().at("/fixes/0/state").asText())
                        .as("%s", answers)
                        .isEqualTo("verified");
            }
            assertThat(answers.stream().mapToInt(Json::size).sum() / 4).isLessThan(3_000);
        }
    }

    /** All pods make place for new ones, and all workloads say that these are well. */
    private static void heals(Ops ops, String namespace) {
        within(ops, Kinds.POD, namespace).forEach(name -> ops.server.vanish(Kinds.POD, namespace, name));
        for (Kind kind : List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.REPLICA_SET)) {
            for (String name : within(ops, kind, namespace)) {
                ops.server.change(kind, namespace, name, object -> object.set("status", Json.object()));
                ops.rolledOut(kind, namespace, name);
            }
        }
    }

    private static List<String> within(Ops ops, Kind kind, String namespace) {
        return ops.server.stored(kind).stream()
                .filter(each -> each.at("/metadata/namespace").asText().equals(namespace))
                .map(each -> each.at("/metadata/name").asText())
                .toList();
    }
}
