package dev.millwright.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where this process may make control groups: below its own group, in every hierarchy that is mounted (v1 by
 * controller, v2, or both). Found by {@code mountinfo} and {@code cgroup} of {@code /proc/self}.
 */
final class Cgroups {
    private static final Set<String> WANTED = Set.of("memory", "pids", "cpu", "cpuacct");
    private static final List<String> DELEGATED = List.of("memory", "pids", "cpu");

    /** A group of ours that runs get children of; {@code controllers} are those whose limits work there. */
    record Parent(Path folder, boolean unified, Set<String> controllers) {
        Parent {
            controllers = Set.copyOf(controllers);
        }
    }

    private final List<Parent> parents;

    private Cgroups(List<Parent> parents) {
        this.parents = List.copyOf(parents);
    }

    /** No control groups at all. */
    static Cgroups none() {
        return new Cgroups(List.of());
    }

    /**
     * Looks at what is mounted, takes what can be written, and removes what a crashed process left there.
     *
     * @param self {@code /proc/self}
     * @param delegated v2 group given to us by configuration
     */
    static Cgroups find(Path self, Optional<Path> delegated) throws IOException {
        Map<String, String> own = new HashMap<>();
        for (String line : Files.readAllLines(self.resolve("cgroup"))) {
            String[] parts = line.split(":", 3);
            for (String controller : parts[1].split(",")) {
                own.put(controller, parts[2]);
            }
        }
        Map<Path, Parent> found = new LinkedHashMap<>();
        for (String line : Files.readAllLines(self.resolve("mountinfo"))) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ");
            String[] type = halves[1].split(" ");
            if (type[0].equals("cgroup2") && own.containsKey("")) {
                Path folder = delegated.orElse(below(mount, own.get("")));
                unified(folder).ifPresent(parent -> found.put(folder, parent));
            } else if (type[0].equals("cgroup")) {
                Set<String> controllers = new LinkedHashSet<>(Arrays.asList(type[2].split(",")));
                controllers.retainAll(WANTED);
                controllers.retainAll(own.keySet());
                if (!controllers.isEmpty()) {
                    Path folder = below(mount, own.get(controllers.iterator().next()));
                    if (Files.isWritable(folder)) {
                        found.put(folder, new Parent(folder, false, controllers));
                    }
                }
            }
        }
        if (found.size() > 1) {
            found.values().removeIf(parent -> parent.controllers().isEmpty()); // joining it would take time for nothing
        }
        for (Path folder : found.keySet()) {
            sweep(folder);
        }
        return new Cgroups(List.copyOf(found.values()));
    }

    /** The folder of a group, given its mount (field 4 its root, field 5 where) and its name in the hierarchy. */
    private static Path below(String[] mount, String group) {
        Path root = Path.of(mount[3]);
        Path name = Path.of(group);
        Path point = Path.of(mount[4]);
        return name.startsWith(root) ? point.resolve(root.relativize(name).toString()) : point;
    }

    /**
     * A v2 group whose children get limits. Where we are in it ourselves, we first move to a child of our own: a group
     * with processes cannot hand controllers down.
     */
    private static Optional<Parent> unified(Path folder) throws IOException {
        if (!Files.isWritable(folder)) {
            return Optional.empty();
        }
        List<String> missing = missing(folder);
        if (!missing.isEmpty() && !handDown(folder, missing)) {
            Path server = folder.resolve("millwright-server");
            try {
                Files.createDirectories(server);
                Files.writeString(
                        server.resolve("cgroup.procs"),
                        Long.toString(ProcessHandle.current().pid()));
                if (!handDown(folder, missing)) {
                    Files.writeString(
                            folder.resolve("cgroup.procs"),
                            Long.toString(ProcessHandle.current().pid()));
                    Files.delete(server);
                }
            } catch (IOException e) {
                return Optional.of(new Parent(folder, true, enabled(folder)));
            }
        }
        return Optional.of(new Parent(folder, true, enabled(folder)));
    }

    private static Set<String> enabled(Path folder) throws IOException {
        Set<String> enabled = new LinkedHashSet<>(words(folder.resolve("cgroup.subtree_control")));
        enabled.retainAll(DELEGATED);
        return enabled;
    }

    private static List<String> missing(Path folder) throws IOException {
        List<String> missing = new ArrayList<>(DELEGATED);
        missing.retainAll(words(folder.resolve("cgroup.controllers")));
        missing.removeAll(words(folder.resolve("cgroup.subtree_control")));
        return missing;
    }

    private static boolean handDown(Path folder, List<String> controllers) {
        try {
            Files.writeString(folder.resolve("cgroup.subtree_control"), "+" + String.join(" +", controllers));
            return true;
        } catch (IOException e) {
            return false; // refused while the group has processes of its own, or when it is not delegated to us
        }
    }

    private static Set<String> words(Path file) throws IOException {
        return Set.of(Files.readString(file).strip().split("\\s+"));
    }

    private static void sweep(Path folder) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, "millwright-*-*")) {
            for (Path child : children) {
                if (Lease.isLeftBehind(child.getFileName().toString())) {
                    Cgroup.discard(child);
                }
            }
        }
    }

    /** Whether there is no hierarchy to work in. */
    boolean isEmpty() {
        return parents.isEmpty();
    }

    /** The groups that those of runs are made in. */
    List<Path> folders() {
        return parents.stream().map(Parent::folder).toList();
    }

    /** Makes the group of one run; with no hierarchy to work in it is one that limits nothing. */
    Cgroup make(Limits limits) throws IOException {
        return Cgroup.make(parents, limits);
    }
}
