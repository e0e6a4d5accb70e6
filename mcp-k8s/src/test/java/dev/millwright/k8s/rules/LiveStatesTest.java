package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.stub.World;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recorded states behind an API server that counts, reached as a real one is. */
class LiveStatesTest {
    @TempDir
    Path temp;

    private World world;
    private Cluster cluster;

    @BeforeEach
    void connect() {
        world = new World(temp);
        cluster = world.connector().connect(world.reach(), "stub");
    }

    @AfterEach
    void disconnect() throws Exception {
        world.close();
    }

    private State state(Optional<String> namespace) {
        Clock clock = Clock.fixed(Instant.parse("2026-11-20T14:30:00Z"), ZoneOffset.UTC);
        return new State(new LiveSource(cluster, 10_000, clock), namespace);
    }

    static List<String> scenarios() {
        return Recorded.scenarios();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void findsTheSameWithinTwentyListsAndLeavesNothingOut(String scenario) {
        world.server().recorded(scenario);
        world.server().forget();
        State state = state(Optional.of(scenario));
        List<Cause> causes = Diagnosis.of(state, Rules.ALL);

        String expected = Recorded.expected(scenario).path("cause").asText();
        assertThat(expected.isEmpty()).isEqualTo(causes.isEmpty());
        assertThat(causes.stream()
                        .limit(1)
                        .map(each -> each.finding().why() + each.symptoms())
                        .toList())
                .allSatisfy(
                        each -> assertThat(each).containsPattern(Pattern.compile(expected, Pattern.CASE_INSENSITIVE)));
        assertThat(world.server().calls("list")).isBetween(1, 20);
        assertThat(state.partial()).isEmpty();
    }

    @Test
    void findsTheCausesOfAllNamespacesAtOnce() {
        Recorded.scenarios().forEach(world.server()::recorded);
        List<Cause> causes = Diagnosis.of(state(Optional.empty()), Rules.ALL);

        assertThat(causes)
                .extracting(each -> each.finding().object().namespace().orElse(""))
                .containsAll(Recorded.scenarios().stream()
                        .filter(each -> !each.equals("healthy"))
                        .toList())
                .doesNotContain("healthy");
    }

    @Test
    void answersWithWhatANamespacedIdentityMayReadAndNamesTheRest() {
        world.server().recorded("pvc-no-class");
        world.server().deny("list", "storageclasses", "").deny("list", "nodes", "");
        State state = state(Optional.of("pvc-no-class"));
        List<Cause> causes = Diagnosis.of(state, Rules.ALL);

        assertThat(Written.only(causes)).startsWith("pvc.class PersistentVolumeClaim data/");
        assertThat(state.partial())
                .extracting(Object::toString)
                .anyMatch(each -> each.contains("list storageclasses.storage.k8s.io"));
    }
}
