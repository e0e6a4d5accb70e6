package dev.millwright.k8s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
    private static final Map<String, String> LABELS =
            Map.of("app", "web", "app.kubernetes.io/tier", "front", "env", "");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    app=web                            | true
                    app==web                           | true
                    app = web                          | true
                    app!=db                            | true
                    app!=web                           | false
                    absent!=x                          | true
                    app in (web, db)                   | true
                    app in (db)                        | false
                    app notin (db)                     | true
                    app.kubernetes.io/tier=front,app   | true
                    app,!absent                        | true
                    !app                               | false
                    env=                               | true
                    app in (db,web),!absent,app!=db    | true
                    """)
    void matchesAsOnACommandLine(String text, boolean matches) {
        assertThat(Selector.parse(text).matches(LABELS)).isEqualTo(matches);
    }

    @Test
    void saysWhichPartIsNone() {
        assertThatThrownBy(() -> Selector.parse("app=web,a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"a b\" is not key=value");
        assertThatThrownBy(() -> Selector.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Selector.parse("app in web")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsLengthsOfTime() {
        assertThat(Times.length("1h30m")).contains(Duration.ofMinutes(90));
        assertThat(Times.length("2d")).contains(Duration.ofDays(2));
        assertThat(Times.length("90s")).contains(Duration.ofSeconds(90));
        assertThat(Times.length("")).isEmpty();
        assertThat(Times.length("h")).isEmpty();
        assertThat(Times.length("1h ago")).isEmpty();
        assertThat(Times.ago(Duration.ofSeconds(-5))).isEqualTo("0s");
        assertThat(Times.ago(Duration.ofHours(5))).isEqualTo("5h");
        assertThat(Times.ago(Duration.ofDays(3))).isEqualTo("3d");
    }
}
