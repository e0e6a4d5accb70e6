package dev.millwright.docker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.sandbox.Sandbox;
import dev.millwright.sandbox.SandboxConfig;
import dev.millwright.sandbox.SandboxConfig.Confinement;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.sandbox.Scratch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The core's sandbox with bubblewrap. */
final class LocalBackendTest extends SandboxContract {
    private static final Sandbox SANDBOX = Sandboxes.choose(
            new SandboxConfig(Confinement.BUBBLEWRAP, SandboxConfig.DEFAULT.scratch(), Optional.empty()));

    @Override
    Backend backend() {
        return new LocalBackend(SANDBOX, new Scratch(SandboxConfig.DEFAULT.scratch()));
    }

    @Override
    Outcome.Reason memoryReason() {
        boolean counted = SANDBOX.probe().weaknesses().stream().noneMatch(weak -> weak.contains("no memory"));
        return counted ? Outcome.Reason.OOM : Outcome.Reason.EXIT;
    }

    @Override
    List<String> leftOf(String word) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains("sleep " + word))
                .toList();
    }

    @Test
    void saysWhatConfinedARun() throws Exception {
        assertThat(sh("true").backend()).isEqualTo("bubblewrap");
    }
}
