package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The sandboxes that tests try for real. */
final class Backends {
    private Backends() {}

    static Sandbox choose(SandboxConfig.Confinement confinement) {
        return Sandboxes.choose(new SandboxConfig(confinement, SandboxConfig.DEFAULT.scratch(), Optional.empty()));
    }

    /**
     * Fails where one does not work, so that none is left untested unnoticed. Landlock alone may be missing, where nothing
     * that can be installed helps: on older kernels, and for an ordinary user without control groups.
     */
    static void require(Sandbox sandbox) throws IOException {
        if (sandbox.backend().equals("landlock")) {
            boolean able = Ruleset.unfit(Ruleset.abi(new Kernel())).isEmpty()
                    && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            assumeTrue(
                    able || sandbox.probe().works(),
                    () -> sandbox.probe().problem().orElseThrow());
        }
        assertThat(sandbox.probe().problem()).isEmpty();
    }
}
