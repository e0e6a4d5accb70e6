package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that no pid namespace holds. */
@Timeout(60)
final class LandlockTreeTest {
    @Test
    void endsAllProcessesOfTheRunsUserThoughTheyForkAndHide() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can be another user");
        RunUser user = RunUser.of(Command.of("true"), true);
        List<String> argv = new ArrayList<>(user.prefix());
        argv.addAll(List.of("/usr/bin/python3", "-c", """
                import ctypes, os, time
                ctypes.CDLL(None).prctl(4, 0) # PR_SET_DUMPABLE
                print('up', flush=True)
                for i in range(5):
                    if os.fork() == 0:
                        os.setsid()
                        until = time.time() + 10
                        while time.time() < until:
                            if os.fork() > 0:
                                os._exit(0)
                time.sleep(10)
                """));
        Process root = new ProcessBuilder(argv).start();
        root.getInputStream().read();
        Thread.sleep(100);
        assertThat(count(user)).isPositive();
        new LandlockTree(Cgroups.none().make(Limits.DEFAULT), user).end(root);
        assertThat(root.isAlive()).isFalse();
        assertThat(count(user)).isZero();
    }

    @Test
    void endsWhatIsInAGroupOfTheUnifiedHierarchy(@TempDir Path folder) throws Exception {
        int abi = Ruleset.abi(new Kernel());
        Optional<Path> unified = Stream.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.controllers")) && Files.isWritable(path))
                .findFirst();
        assumeTrue(Ruleset.unfit(abi).isEmpty() && unified.isPresent(), "no Landlock, or no such hierarchy");
        Cgroup group = Cgroup.make(List.of(new Cgroups.Parent(unified.get(), true, Set.of())), Limits.DEFAULT);
        try {
            Command command = Command.of("bash", "-c", "setsid sleep 100 & setsid sleep 100 & echo; sleep 100");
            Ruleset ruleset = new Ruleset(abi, false, new Grants(command, folder).rules());
            byte[] filter = SeccompFilter.exposed(System.getProperty("os.arch"), false, true);
            Handover shells = Handover.of(command, List.of(), 1, "", folder);
            Process root = new ConfinedStart(new Kernel(), ruleset, filter, group.doors())
                    .start(shells.argv(), shells.env(), false);
            assertThat(root.getInputStream().read()).isEqualTo('\n');
            assertThat(Files.readAllLines(group.doors().getFirst())).hasSizeGreaterThan(1);
            new LandlockTree(group, RunUser.of(command, false)).end(root);
            assertThat(Files.readAllLines(group.doors().getFirst())).isEmpty();
            assertThat(root.exitValue()).isEqualTo(128 + 9);
        } finally {
            group.remove();
        }
    }

    private static long count(RunUser user) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> isOf(user, path))
                    .count();
        }
    }

    private static boolean isOf(RunUser user, Path process) {
        try {
            String status = Files.readString(process.resolve("status"));
            return status.contains("Uid:\t" + user.uid().orElseThrow() + "\t") && !status.contains("State:\tZ");
        } catch (IOException e) {
            return false;
        }
    }
}
