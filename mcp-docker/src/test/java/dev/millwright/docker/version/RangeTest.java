package dev.millwright.docker.version;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.version.Range.Event;
import dev.millwright.docker.version.Range.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeTest {
    private final Range twice = new Range(List.of(
            new Event(Kind.FIXED, "2.3.0"),
            new Event(Kind.INTRODUCED, "0"),
            new Event(Kind.INTRODUCED, "2.0.0"),
            new Event(Kind.FIXED, "1.10.0")));

    @Test
    void holdsWhatIsIntroducedAndNotYetFixed() {
        assertThat(List.of("0.0.0-alpha", "1.9.9", "1.10.0-rc.1", "2.0.0", "2.2.9"))
                .allMatch(version -> twice.holds(Scheme.SEMVER, version));
        assertThat(List.of("1.10.0", "1.99.0", "2.0.0-rc.1", "2.3.0", "3.0.0"))
                .noneMatch(version -> twice.holds(Scheme.SEMVER, version));
    }

    @Test
    void namesTheNextFix() {
        assertThat(twice.fixAfter(Scheme.SEMVER, "1.2.0")).contains("1.10.0");
        assertThat(twice.fixAfter(Scheme.SEMVER, "2.1.0")).contains("2.3.0");
        assertThat(twice.fixAfter(Scheme.SEMVER, "2.3.0")).isEmpty();
    }

    @Test
    void holdsTheLastAffectedVersionAndNoneAfterIt() {
        Range last = new Range(List.of(new Event(Kind.INTRODUCED, "1.0"), new Event(Kind.LAST_AFFECTED, "1.5")));
        assertThat(last.holds(Scheme.PYPI, "1.5.0")).isTrue();
        assertThat(last.holds(Scheme.PYPI, "1.5.post1")).isFalse();
        assertThat(last.holds(Scheme.PYPI, "1.0rc1")).isFalse();
        assertThat(last.fixAfter(Scheme.PYPI, "1.5")).isEmpty();
    }

    @Test
    void stopsAtALimit() {
        Range limited = new Range(List.of(new Event(Kind.INTRODUCED, "0"), new Event(Kind.LIMIT, "2")));
        assertThat(limited.holds(Scheme.PYPI, "1.9")).isTrue();
        assertThat(limited.holds(Scheme.PYPI, "2")).isFalse();
        Range open = new Range(List.of(new Event(Kind.INTRODUCED, "0"), new Event(Kind.LIMIT, "*")));
        assertThat(open.holds(Scheme.PYPI, "99")).isTrue();
    }

    @Test
    void holdsNothingItDoesNotUnderstand() {
        Range all = new Range(List.of(new Event(Kind.INTRODUCED, "0")));
        assertThat(all.holds(Scheme.PYPI, "unknown")).isFalse();
        assertThat(all.holds(Scheme.PYPI, "0.0.dev0")).isTrue();
        assertThat(new Range(List.of()).holds(Scheme.PYPI, "1")).isFalse();
    }
}
