package dev.millwright.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The control group of one run: one folder per hierarchy, all limits set before a process joins. */
final class Cgroup {
    /** Processes beside the command's own: bubblewrap outside, and its first process inside. */
    private static final int OVERHEAD = 2;

    private static final int PERIOD_MICROS = 100_000;

    private record Part(Path folder, boolean unified) {}

    private final List<Part> parts = new ArrayList<>();
    private final Set<String> limited = new HashSet<>();

    private Cgroup() {}

    static Cgroup make(List<Cgroups.Parent> parents, Limits limits) throws IOException {
        Cgroup group = new Cgroup();
        if (parents.isEmpty()) {
            return group;
        }
        String name = Lease.name();
        for (Cgroups.Parent parent : parents) {
            Path folder = Files.createDirectory(parent.folder().resolve(name));
            group.parts.add(new Part(folder, parent.unified()));
            if (parent.controllers().contains("memory")) {
                group.limitMemory(folder, parent.unified(), limits.memoryBytes());
            }
            if (parent.controllers().contains("pids")) {
                group.limit("pids", folder.resolve("pids.max"), Integer.toString(limits.processes() + OVERHEAD));
            }
            if (parent.controllers().contains("cpu")) {
                group.limitCpu(folder, parent.unified(), limits.cpus());
            }
        }
        return group;
    }

    private void limitMemory(Path folder, boolean unified, long bytes) throws IOException {
        String limit = Long.toString(bytes);
        if (unified) {
            limit("memory", folder.resolve("memory.max"), limit);
            writeIfThere(folder.resolve("memory.swap.max"), "0");
            writeIfThere(folder.resolve("memory.oom.group"), "1");
        } else {
            limit("memory", folder.resolve("memory.limit_in_bytes"), limit);
            writeIfThere(folder.resolve("memory.memsw.limit_in_bytes"), limit);
        }
    }

    private void limitCpu(Path folder, boolean unified, double cpus) throws IOException {
        String quota = Long.toString(Math.max(1_000, Math.round(cpus * PERIOD_MICROS)));
        if (unified) {
            limit("cpu", folder.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
        } else {
            limit("cpu", folder.resolve("cpu.cfs_quota_us"), quota);
        }
    }

    private void limit(String controller, Path file, String value) throws IOException {
        Files.writeString(file, value);
        limited.add(controller);
    }

    private static void writeIfThere(Path file, String value) throws IOException {
        if (Files.exists(file)) {
            Files.writeString(file, value);
        }
    }

    /** Whether {@code memory}, {@code pids} or {@code cpu} is limited for the run as a whole. */
    boolean limits(String controller) {
        return limited.contains(controller);
    }

    /** What is limited less well without the controllers that are missing here, one sentence each. */
    List<String> weaknesses() {
        List<String> weak = new ArrayList<>();
        if (!limits("memory")) {
            weak.add("memory is limited for each process, not for all together: no memory control group here");
        }
        if (!limits("cpu")) {
            weak.add("processor time is limited for each process, not for all together: no cpu control group here");
        }
        return weak;
    }

    /**
     * What a process writes {@code 0} to in order to join. In v1 that is {@code tasks}: a single thread moving itself
     * takes no lock over all of the machine's forks, where {@code cgroup.procs} waits 5 to 20 ms for one.
     */
    List<Path> doors() {
        return parts.stream()
                .map(part -> part.folder().resolve(part.unified() ? "cgroup.procs" : "tasks"))
                .toList();
    }

    /** Processor time of everything that ran in it. */
    Optional<Duration> cpu() throws IOException {
        for (Part part : parts) {
            if (part.unified()) {
                OptionalLong micros = keyed(part.folder().resolve("cpu.stat"), "usage_usec");
                if (micros.isPresent()) {
                    return Optional.of(Duration.ofNanos(micros.getAsLong() * 1_000));
                }
            }
            Optional<String> nanos = read(part.folder().resolve("cpuacct.usage"));
            if (nanos.isPresent()) {
                return Optional.of(Duration.ofNanos(Long.parseLong(nanos.get())));
            }
        }
        return Optional.empty();
    }

    OptionalLong peakMemory() throws IOException {
        for (Part part : parts) {
            String file = part.unified() ? "memory.peak" : "memory.max_usage_in_bytes";
            Optional<String> bytes = read(part.folder().resolve(file));
            if (bytes.isPresent()) {
                return OptionalLong.of(Long.parseLong(bytes.get()));
            }
        }
        return OptionalLong.empty();
    }

    /** Whether the kernel had to kill one of its processes for want of memory. */
    boolean ranOutOfMemory() throws IOException {
        for (Part part : parts) {
            String file = part.unified() ? "memory.events" : "memory.oom_control";
            if (keyed(part.folder().resolve(file), "oom_kill").orElse(0) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Kills all processes in it, those that are being forked included where the kernel can (v2, Linux 5.14); elsewhere
     * it first forbids new ones, so that a few rounds reach all.
     */
    void kill() throws IOException {
        for (Part part : parts) {
            kill(part.folder());
        }
    }

    boolean isEmpty() throws IOException {
        for (Part part : parts) {
            if (!isEmpty(part.folder())) {
                return false;
            }
        }
        return true;
    }

    /** Whether it can tell that no process is left. */
    boolean exists() {
        return !parts.isEmpty();
    }

    /** Takes it away; what still runs in it is killed. */
    void remove() throws IOException {
        for (Part part : parts) {
            discard(part.folder());
        }
    }

    /** Kills what is left in a group and removes its folder, waiting for at most two seconds. */
    static void discard(Path folder) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                Files.deleteIfExists(folder);
                return;
            } catch (IOException busy) {
                if (attempt == 400) {
                    throw busy;
                }
                kill(folder);
                Pause.shortly();
            }
        }
    }

    private static void kill(Path folder) throws IOException {
        Path switchFile = folder.resolve("cgroup.kill");
        if (Files.exists(switchFile)) {
            Files.writeString(switchFile, "1");
            return;
        }
        writeIfThere(folder.resolve("pids.max"), "0");
        for (String pid : read(folder.resolve("cgroup.procs")).orElse("").split("\\s+")) {
            if (!pid.isEmpty() && !pid.equals("0")) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        return read(folder.resolve("cgroup.procs")).orElse("").isEmpty();
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong keyed(Path file, String key) throws IOException {
        for (String line : read(file).orElse("").split("\n")) {
            if (line.startsWith(key + " ")) {
                return OptionalLong.of(
                        Long.parseLong(line.substring(key.length() + 1).strip()));
            }
        }
        return OptionalLong.empty();
    }
}
