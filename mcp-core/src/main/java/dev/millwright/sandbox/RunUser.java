package dev.millwright.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which user a command runs as. A server of an ordinary user has no choice. Root gives each run a user nobody else is;
 * where that one could not reach what is granted, the owner of it; where that is root, root itself without capabilities
 * in a user namespace.
 *
 * @param uid and gid to change to before confinement; empty to stay who the server is
 * @param alone whether nobody else is this user
 */
record RunUser(Optional<Integer> uid, int gid, boolean alone) {
    private static final RunUser SERVER = new RunUser(Optional.empty(), 0, false);
    /** Users that systemd, distributions and containers leave alone: 0x70000000 to 0x7ffffffd. */
    private static final long FIRST = 0x7000_0000L;

    private static final long COUNT = 0x0fff_fffeL;
    /** Where a user namespace has only 16 bits of users: 40000 to 59999. */
    private static final long FIRST_SMALL = 40_000;

    private static final long COUNT_SMALL = 20_000;

    private static final int READ_ENTER = 5;
    private static final int ALL = 7;
    private static final int ENTER = 1;

    /** Who runs a command, given whether the server is root. */
    static RunUser of(Command command, boolean root) throws IOException {
        if (!root) {
            return SERVER;
        }
        List<RunUser> candidates = new ArrayList<>();
        candidates.add(fresh());
        List<Mount> granted = command.mounts().stream()
                .filter(mount -> mount.access() != Mount.Access.HIDE)
                .toList();
        for (Mount mount : granted) {
            Map<String, Object> owner = Files.readAttributes(mount.host(), "unix:uid,gid");
            int uid = (Integer) owner.get("uid");
            if (uid != 0) {
                candidates.add(new RunUser(Optional.of(uid), (Integer) owner.get("gid"), false));
            }
        }
        for (RunUser candidate : candidates) {
            if (candidate.reaches(granted, command.workFolder())) {
                return candidate;
            }
        }
        return SERVER;
    }

    private static RunUser fresh() throws IOException {
        boolean wide = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
            String[] range = line.strip().split("\\s+");
            long first = Long.parseLong(range[0]);
            wide |= first <= FIRST && first + Long.parseLong(range[2]) >= FIRST + COUNT;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int uid = (int) (wide ? FIRST + random.nextLong(COUNT) : FIRST_SMALL + random.nextLong(COUNT_SMALL));
        return new RunUser(Optional.of(uid), uid, true);
    }

    private boolean reaches(List<Mount> granted, Optional<Path> workFolder) throws IOException {
        for (Mount mount : granted) {
            int wanted = mount.access() == Mount.Access.WRITE ? ALL : READ_ENTER;
            if (!Files.isDirectory(mount.host())) {
                wanted &= ~ENTER;
            }
            if (!entersParents(mount.host()) || !may(mount.host(), wanted)) {
                return false;
            }
        }
        return workFolder.isEmpty() || entersParents(workFolder.get());
    }

    private boolean entersParents(Path path) throws IOException {
        for (Path parent = path.toRealPath().getParent(); parent != null; parent = parent.getParent()) {
            if (!may(parent, ENTER)) {
                return false;
            }
        }
        return true;
    }

    private boolean may(Path path, int wanted) throws IOException {
        Map<String, Object> file = Files.readAttributes(path, "unix:mode,uid,gid");
        int mode = (Integer) file.get("mode");
        int bits = file.get("uid").equals(uid.orElse(0))
                ? mode >> 6
                : file.get("gid").equals(gid) ? mode >> 3 : mode;
        return (bits & wanted) == wanted;
    }

    /** Makes the work folder and all in it belong to the run; links are not followed. */
    void own(Path folder) throws IOException {
        if (uid.isEmpty()) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                return visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:uid", uid.get(), LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** What starts a program as this user; nothing where the server's own will do. */
    List<String> prefix() {
        return uid.map(id ->
                        List.of("setpriv", "--reuid=" + id, "--regid=" + gid, "--clear-groups", "--no-new-privs", "--"))
                .orElse(List.of());
    }

    /**
     * What starts a program as this user, and without any capability even where that is root, as no user namespace takes
     * them away.
     *
     * @param root whether the server is root
     */
    List<String> bare(boolean root) {
        if (!root) {
            return List.of();
        }
        List<String> prefix = new ArrayList<>(List.of("setpriv"));
        uid.ifPresent(id -> prefix.addAll(List.of("--reuid=" + id, "--regid=" + gid)));
        prefix.addAll(List.of("--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"));
        return prefix;
    }
}
