package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StrongestTest {
    private final List<String> tried = new ArrayList<>();
    private final Sandbox plain = Sandboxes.plain();

    /** A sandbox that is there or not, and runs as the plain one. */
    private final class Fake implements Sandbox {
        private final String name;
        private final Optional<String> problem;

        Fake(String name, Optional<String> problem) {
            this.name = name;
            this.problem = problem;
        }

        @Override
        public Receipt run(Command command, OutputListener listener) throws InterruptedException {
            return plain.run(command, listener);
        }

        @Override
        public String backend() {
            return name;
        }

        @Override
        public Probe probe() {
            tried.add(name);
            return new Probe(name, problem, List.of());
        }
    }

    @Test
    void takesTheFirstAndDoesNotTryTheSecond() throws Exception {
        Sandbox sandbox =
                new Strongest(List.of(new Fake("first", Optional.empty()), new Fake("second", Optional.empty())));
        assertThat(tried).isEmpty();
        assertThat(sandbox.run(Command.of("true")).exitCode()).isZero();
        assertThat(sandbox.backend()).isEqualTo("first");
        assertThat(tried).containsOnly("first");
    }

    @Test
    void takesTheSecondWhereTheFirstDoesNotWork() throws Exception {
        Sandbox sandbox = new Strongest(
                List.of(new Fake("first", Optional.of("install it")), new Fake("second", Optional.empty())));
        assertThat(sandbox.run(Command.of("true")).exitCode()).isZero();
        assertThat(sandbox.probe().backend()).isEqualTo("second");
    }

    @Test
    void refusesWithAllThatIsMissing() {
        Sandbox sandbox = new Strongest(
                List.of(new Fake("first", Optional.of("install it")), new Fake("second", Optional.of("allow it"))));
        assertThat(sandbox.probe().problem()).contains("install it; allow it");
        assertThatThrownBy(() -> sandbox.run(Command.of("true")))
                .hasMessage("install it; allow it")
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.UNAVAILABLE));
    }
}
