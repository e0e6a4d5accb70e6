package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BubblewrapTest extends ConfinementContract {
    BubblewrapTest() {
        super(Backends.choose(SandboxConfig.Confinement.BUBBLEWRAP));
    }

    @Override
    String noRoute() {
        return "refused"; // by a loopback that nobody else is on
    }

    @Override
    String noSocket() {
        return "ConnectionRefusedError";
    }

    @Test
    void showsAMachineWithNobodyElseOnIt() throws Exception {
        assertThat(out(bash("id -u; wc -l < /etc/passwd; ls -d /proc/[0-9]* | wc -l; pwd; ls -A /tmp")))
                .matches("65534\n2\n[2-4]\n/work\n");
    }
}
