package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control groups in folders made like the kernel's, since no machine has every layout. */
final class CgroupsTest {
    @TempDir
    Path kernel;

    private final Limits limits =
            Limits.DEFAULT.memoryBytes(64 << 20).processes(10).wall(Duration.ofSeconds(1));

    @BeforeEach
    void makesProc() throws IOException {
        Files.createDirectory(kernel.resolve("self"));
    }

    @Test
    void setsLimitsInUnifiedHierarchy() throws IOException {
        mounted("0::/service", "cgroup2 - cgroup2 cgroup2 rw");
        Path own = Files.createDirectories(kernel.resolve("cgroup2/service"));
        Files.writeString(own.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        Files.writeString(own.resolve("cgroup.subtree_control"), "cpu memory pids\n");
        Cgroup group = Cgroups.find(kernel.resolve("self"), Optional.empty()).make(limits);
        Path folder = only(own);
        assertThat(folder.resolve("memory.max")).hasContent("67108864");
        assertThat(folder.resolve("pids.max")).hasContent("12");
        assertThat(folder.resolve("cpu.max")).hasContent("100000 100000");
        assertThat(List.of("memory", "pids", "cpu")).allMatch(group::limits);
        assertThat(group.doors()).containsExactly(folder.resolve("cgroup.procs"));
    }

    @Test
    void handsControllersDownToGroupsOfRuns() throws IOException {
        mounted("0::/service", "cgroup2 - cgroup2 cgroup2 rw");
        Path own = Files.createDirectories(kernel.resolve("cgroup2/service"));
        Files.writeString(own.resolve("cgroup.controllers"), "memory pids\n");
        Files.writeString(own.resolve("cgroup.subtree_control"), "\n");
        Cgroups.find(kernel.resolve("self"), Optional.empty());
        assertThat(own.resolve("cgroup.subtree_control")).hasContent("+memory +pids");
    }

    @Test
    void usesTheGroupThatConfigurationDelegates() throws IOException {
        mounted("0::/service", "cgroup2 - cgroup2 cgroup2 rw");
        Path delegated = Files.createDirectories(kernel.resolve("cgroup2/delegated"));
        Files.writeString(delegated.resolve("cgroup.controllers"), "memory\n");
        Files.writeString(delegated.resolve("cgroup.subtree_control"), "memory\n");
        Cgroup group =
                Cgroups.find(kernel.resolve("self"), Optional.of(delegated)).make(limits);
        assertThat(only(delegated).resolve("memory.max")).hasContent("67108864");
        assertThat(group.limits("pids")).isFalse();
    }

    @Test
    void setsLimitsByControllerInOldHierarchies() throws IOException {
        mounted(
                "4:memory:/a/b\n8:pids:/\n1:cpu,cpuacct:/",
                "memory - cgroup cgroup rw,memory",
                "pids - cgroup cgroup rw,pids",
                "cpu - cgroup cgroup rw,cpu,cpuacct",
                "freezer - cgroup cgroup rw,freezer");
        Path memory = Files.createDirectories(kernel.resolve("memory/a/b"));
        for (String name : List.of("pids", "cpu", "freezer")) {
            Files.createDirectory(kernel.resolve(name));
        }
        Cgroup group = Cgroups.find(kernel.resolve("self"), Optional.empty()).make(limits);
        assertThat(only(memory).resolve("memory.limit_in_bytes")).hasContent("67108864");
        assertThat(only(kernel.resolve("pids")).resolve("pids.max")).hasContent("12");
        assertThat(only(kernel.resolve("cpu")).resolve("cpu.cfs_quota_us")).hasContent("100000");
        assertThat(kernel.resolve("freezer")).isEmptyDirectory();
        assertThat(group.doors()).hasSize(3).allMatch(door -> door.endsWith("tasks"));
    }

    @Test
    void leavesOutAUnifiedHierarchyThatLimitsNothing() throws IOException {
        mounted("0::/\n8:pids:/", "cgroup2 - cgroup2 cgroup2 rw", "pids - cgroup cgroup rw,pids");
        Path unified = Files.createDirectories(kernel.resolve("cgroup2"));
        Files.writeString(unified.resolve("cgroup.controllers"), "hugetlb\n");
        Files.writeString(unified.resolve("cgroup.subtree_control"), "hugetlb\n");
        Files.createDirectory(kernel.resolve("pids"));
        assertThat(Cgroups.find(kernel.resolve("self"), Optional.empty())
                        .make(limits)
                        .doors())
                .singleElement()
                .matches(door -> door.startsWith(kernel.resolve("pids")));
    }

    @Test
    void readsWhatTheKernelCounted() throws IOException {
        mounted("0::/service", "cgroup2 - cgroup2 cgroup2 rw");
        Path own = Files.createDirectories(kernel.resolve("cgroup2/service"));
        Files.writeString(own.resolve("cgroup.controllers"), "memory\n");
        Files.writeString(own.resolve("cgroup.subtree_control"), "memory\n");
        Cgroup group = Cgroups.find(kernel.resolve("self"), Optional.empty()).make(limits);
        Path folder = only(own);
        assertThat(group.ranOutOfMemory()).isFalse();
        Files.writeString(folder.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1000\n");
        Files.writeString(folder.resolve("memory.peak"), "4096\n");
        Files.writeString(folder.resolve("memory.events"), "low 0\noom 1\noom_kill 1\noom_group_kill 1\n");
        assertThat(group.cpu()).contains(Duration.ofNanos(1_500_000));
        assertThat(group.peakMemory()).hasValue(4096);
        assertThat(group.ranOutOfMemory()).isTrue();
        Files.writeString(folder.resolve("cgroup.kill"), "");
        group.kill();
        assertThat(folder.resolve("cgroup.kill")).hasContent("1");
    }

    @Test
    void limitsNothingWhereNothingIsMounted() throws IOException {
        mounted("0::/", "proc - proc proc rw");
        Cgroup group = Cgroups.find(kernel.resolve("self"), Optional.empty()).make(limits);
        assertThat(group.doors()).isEmpty();
        assertThat(group.limits("memory")).isFalse();
        assertThat(group.cpu()).isEmpty();
    }

    @Test
    void removesWhatADeadProcessLeftAndNothingElse() throws IOException {
        mounted("8:pids:/", "pids - cgroup cgroup rw,pids");
        Path pids = Files.createDirectory(kernel.resolve("pids"));
        String[] name = Lease.name().split("-");
        Path alive = Files.createDirectory(pids.resolve(String.join("-", name)));
        Path dead = Files.createDirectory(pids.resolve(String.join("-", name[0], name[1], name[2], "1", "1")));
        Path elsewhere = Files.createDirectory(pids.resolve("millwright-1-" + name[2] + "-1-1"));
        Path odd = Files.createDirectory(pids.resolve("millwright-" + name[1] + "-x-1-1"));
        Cgroups.find(kernel.resolve("self"), Optional.empty());
        assertThat(dead).doesNotExist();
        assertThat(List.of(alive, elsewhere, odd)).allMatch(Files::exists);
    }

    private void mounted(String own, String... mounts) throws IOException {
        Files.writeString(kernel.resolve("self/cgroup"), own + "\n");
        StringBuilder lines = new StringBuilder();
        for (String mount : mounts) {
            lines.append("30 20 0:25 / ")
                    .append(kernel)
                    .append('/')
                    .append(mount.replaceFirst(" ", " rw "))
                    .append('\n');
        }
        Files.writeString(kernel.resolve("self/mountinfo"), lines);
    }

    private static Path only(Path parent) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory)
                    .filter(path -> path.getFileName().toString().matches("millwright-\\d+-\\d+-\\d+-\\d+"))
                    .reduce((a, b) -> {
                        throw new AssertionError(a + " and " + b);
                    })
                    .orElseThrow();
        }
    }
}
