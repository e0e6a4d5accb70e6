package dev.millwright.sandbox;

import dev.millwright.sandbox.Mount.Access;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * What a command may do beneath which folders of the host, as rules that only ever allow and always hold for all that
 * lies below: where a folder within a granted one is excepted, what stands beside it is granted one by one.
 */
final class Grants {
    /** Rights of Landlock ({@code LANDLOCK_ACCESS_FS_*} of {@code linux/landlock.h}). */
    static final long EXECUTE = 1;

    static final long WRITE_FILE = 1 << 1;
    static final long READ_FILE = 1 << 2;
    static final long READ_DIR = 1 << 3;
    static final long REMOVE_DIR = 1 << 4;
    static final long REMOVE_FILE = 1 << 5;
    static final long MAKE_DIR = 1 << 7;
    static final long MAKE_REG = 1 << 8;
    static final long MAKE_FIFO = 1 << 10;
    static final long MAKE_SYM = 1 << 12;
    static final long REFER = 1 << 13;
    static final long TRUNCATE = 1 << 14;
    static final long IOCTL_DEV = 1 << 15;

    private static final long LOOK = READ_FILE | READ_DIR;
    private static final long READ = LOOK | EXECUTE;
    private static final long WRITE = READ
            | WRITE_FILE
            | TRUNCATE
            | REMOVE_DIR
            | REMOVE_FILE
            | MAKE_DIR
            | MAKE_REG
            | MAKE_FIFO
            | MAKE_SYM
            | REFER;
    private static final long DEVICE = READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV;

    private static final List<String> DEVICES =
            List.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom");
    /** What tells of the machine; the folders of processes are not granted, not even a process its own. */
    private static final List<String> MACHINE = List.of(
            "/proc/cpuinfo",
            "/proc/filesystems",
            "/proc/loadavg",
            "/proc/meminfo",
            "/proc/stat",
            "/proc/sys/kernel/osrelease",
            "/proc/sys/kernel/pid_max",
            "/proc/sys/kernel/threads-max",
            "/proc/sys/vm",
            "/proc/uptime",
            "/proc/version",
            "/sys/devices/system/cpu");

    /** @param path real path of a folder or file */
    record Rule(Path path, long rights) {}

    private final List<Rule> rules = new ArrayList<>();
    private final SequencedSet<String> weaknesses = new LinkedHashSet<>();
    private final Map<Path, Access> granted = new LinkedHashMap<>();

    /** @param temporary folder of the run's own, which stands for {@code /tmp} */
    Grants(Command command, Path temporary) throws IOException {
        system(command);
        mounts(command);
        if (command.workFolder().isPresent()) {
            granted.put(command.workFolder().get().toRealPath(), Access.WRITE);
            elsewhere(command.workFolder().get(), Sandbox.WORK);
        }
        granted.put(temporary.toRealPath(), Access.WRITE);
        for (Map.Entry<Path, Access> grant : granted.entrySet()) {
            if (grant.getValue() != Access.HIDE) {
                grant(grant.getKey(), grant.getValue());
            }
        }
    }

    List<Rule> rules() {
        return List.copyOf(rules);
    }

    /** What holds less well than with a mount namespace, one sentence each. */
    List<String> weaknesses() {
        return List.copyOf(weaknesses);
    }

    private void system(Command command) throws IOException {
        SequencedSet<Path> system = new LinkedHashSet<>(List.of(Path.of("/usr")));
        for (String folder : Policy.SYSTEM) {
            if (Files.isDirectory(Path.of(folder))) {
                system.add(Path.of(folder).toRealPath());
            }
        }
        for (Path path : system) {
            rule(path, READ);
        }
        for (Path path : Policy.etc(command)) {
            rule(path.toRealPath(), LOOK);
        }
        for (String path : MACHINE) {
            if (Files.exists(Path.of(path))) {
                rule(Path.of(path), LOOK);
            }
        }
        for (String path : DEVICES) {
            if (Files.exists(Path.of(path))) {
                rule(Path.of(path), DEVICE);
            }
        }
    }

    private void mounts(Command command) throws IOException {
        List<Mount> earlier = new ArrayList<>();
        for (Mount mount : command.mounts()) {
            Path covered = mount.inside();
            for (Mount other : earlier.reversed()) {
                if (mount.inside().startsWith(other.inside())) {
                    covered = other.host()
                            .toRealPath()
                            .resolve(other.inside().relativize(mount.inside()).toString());
                    break;
                }
            }
            if (mount.access() == Access.HIDE) {
                granted.put(covered, Access.HIDE);
            } else {
                Path host = mount.host().toRealPath();
                if (!host.equals(covered)) {
                    granted.put(covered, Access.HIDE);
                    elsewhere(host, mount.inside());
                }
                granted.put(host, mount.access());
                earlier.add(mount);
            }
        }
    }

    private void elsewhere(Path host, Path inside) {
        weaknesses.add(inside + " is found at " + host + ": no mount namespace here");
    }

    private void grant(Path path, Access access) throws IOException {
        List<Map.Entry<Path, Access>> excepted = granted.entrySet().stream()
                .filter(other -> !other.getKey().equals(path) && other.getKey().startsWith(path))
                .filter(other ->
                        other.getValue() == Access.HIDE || access == Access.WRITE && other.getValue() == Access.READ)
                .filter(other -> Files.exists(other.getKey(), LinkOption.NOFOLLOW_LINKS))
                .toList();
        if (excepted.isEmpty()) {
            rule(path, access == Access.WRITE ? WRITE : READ);
            return;
        }
        boolean hides = excepted.stream().anyMatch(other -> other.getValue() == Access.HIDE);
        rule(path, hides ? READ_DIR : READ);
        if (hides) {
            weaknesses.add("names of files in hidden folders of a granted one can be told, their content cannot");
        }
        if (access == Access.WRITE) {
            weaknesses.add("nothing can be added to " + path
                    + " itself or removed, only in its folders: parts of it are excepted");
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
            for (Path child : children) {
                if (excepted.stream().anyMatch(other -> other.getKey().equals(child)) || Files.isSymbolicLink(child)) {
                    continue;
                }
                grant(child, access);
            }
        }
    }

    private void rule(Path path, long rights) {
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        rules.add(new Rule(path, folder ? rights : rights & (EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV)));
    }
}
