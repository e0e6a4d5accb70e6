package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tenant's roots, and the only way from a caller's path to a file. Opens nothing before the first path comes.
 *
 * <p>A path is relative to the root, or absolute and inside one. Of several roots each is called by its folder's name,
 * and a relative path begins with that name; answers show paths in the same way: {@code src/a.c} with one root,
 * {@code project/src/a.c} with several. Paths are literal: {@code ~}, {@code %} and variables mean nothing.
 */
public final class Workspace implements AutoCloseable {
    private final List<Path> locations;
    private final Protection protection;
    private final boolean acrossMounts;
    private final List<Path> ours;
    private volatile List<Root> roots = List.of();

    /** Those of {@link #ours} that lie in a root, or around one: where there are none, nothing needs to be asked. */
    private volatile List<Path> within = List.of();

    /**
     * @param locations existing folders, at least one
     * @param acrossMounts whether paths may pass into file systems mounted inside a root
     * @param ours folders of this program's own: nothing in them is read or changed, even where a root holds them
     */
    public Workspace(List<Path> locations, Protection protection, boolean acrossMounts, List<Path> ours) {
        if (locations.isEmpty()) {
            throw new IllegalArgumentException("a workspace has at least one root");
        }
        this.locations = List.copyOf(locations);
        this.protection = protection;
        this.acrossMounts = acrossMounts;
        this.ours = List.copyOf(ours);
    }

    /** A path of ours as the kernel tells it, links resolved; what does not exist yet is kept as its rest. */
    private static Path resolved(Path path) {
        Path rest = Path.of("");
        for (Path above = path.toAbsolutePath().normalize(); above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                return real(above).resolve(rest);
            }
            rest = above.getFileName() == null ? rest : above.getFileName().resolve(rest);
        }
        return path;
    }

    /** All roots, in the order of the configuration. */
    public List<Root> roots() {
        List<Root> known = roots;
        return known.isEmpty() ? open() : known;
    }

    private synchronized List<Root> open() {
        if (roots.isEmpty()) {
            boolean linux = Kernel.present();
            List<Root> opened = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (Path given : locations) {
                Path real = real(given);
                String base =
                        real.getFileName() == null ? "root" : real.getFileName().toString();
                String name = base;
                for (int i = 2; !names.add(name); i++) {
                    name = base + "-" + i;
                }
                opened.add(linux ? new LinuxRoot(name, real, acrossMounts, false) : portable(name, real));
            }
            within = ours.stream()
                    .map(Workspace::resolved)
                    .filter(own -> opened.stream()
                            .anyMatch(root -> own.startsWith(root.location())
                                    || root.location().startsWith(own)))
                    .toList();
            roots = List.copyOf(opened);
        }
        return roots;
    }

    private static Root portable(String name, Path real) {
        return SecureRoot.open(name, real).orElseGet(() -> new PortableRoot(name, real));
    }

    private static Path real(Path given) {
        try {
            return given.toRealPath();
        } catch (IOException e) {
            throw ToolException.unavailable("the root " + given + " cannot be opened: " + e.getMessage(), e);
        }
    }

    public Confinement confinement() {
        return roots().getFirst().confinement();
    }

    /**
     * What a path names. Looks nothing up.
     *
     * @throws ToolException {@code INVALID_INPUT} for what cannot be a path, {@code DENIED} for an absolute path outside
     *     of all roots, {@code NOT_FOUND} for a relative one that names none of several roots
     */
    public Target at(String path) {
        Names.checkPath(path);
        List<Root> all = roots();
        if (path.startsWith("/") || Path.of(path).isAbsolute()) {
            for (int i = 0; i < all.size(); i++) {
                Optional<String> below = below(all.get(i).location(), path).or(() -> Optional.empty());
                if (below.isEmpty()) {
                    below = below(locations.get(i), path);
                }
                if (below.isPresent()) {
                    return at(all.get(i), below.get());
                }
            }
            throw ToolException.denied(path + " is outside of the workspace; its roots: " + locations);
        } else if (all.size() == 1) {
            return at(all.getFirst(), path);
        }
        int slash = path.indexOf('/');
        String first = slash < 0 ? path : path.substring(0, slash);
        for (Root root : all) {
            if (root.name().equals(first)) {
                return at(root, slash < 0 ? "" : path.substring(slash + 1));
            }
        }
        throw ToolException.notFound(path + " begins with none of the roots "
                + all.stream().map(Root::name).toList());
    }

    /** As {@link #at(String)}, but {@code .} is every root. */
    public List<Target> all(String path) {
        List<Root> all = roots();
        return all.size() > 1 && (path.equals(".") || path.equals("./"))
                ? all.stream().map(root -> at(root, "")).toList()
                : List.of(at(path));
    }

    /** @param path relative to the root */
    public Target at(Root root, String path) {
        String plain = path;
        while (plain.startsWith("./") || plain.startsWith("/")) {
            plain = plain.substring(plain.startsWith("/") ? 1 : 2);
        }
        if (plain.equals(".")) {
            plain = "";
        }
        return new Target(root, plain, prefix(root));
    }

    /** How answers call a path of a root. */
    public String shown(Root root, String path) {
        return new Target(root, path, prefix(root)).shown();
    }

    private String prefix(Root root) {
        return roots().size() == 1 ? "" : root.name();
    }

    private static Optional<String> below(Path location, String path) {
        String base = location.toString();
        if (path.equals(base)) {
            return Optional.of("");
        }
        String prefix = base.endsWith("/") ? base : base + "/";
        return path.startsWith(prefix) ? Optional.of(path.substring(prefix.length())) : Optional.empty();
    }

    /** A regular file, open for reading. Links inside the root are followed; FIFOs and devices never block. */
    public OpenFile open(Target target) {
        if (within.isEmpty()) {
            return target.root().file(target);
        }
        try (Place place = look(target)) {
            if (place.isRoot() || place.stat().filter(Stat::isFolder).isPresent()) {
                throw ToolException.invalidInput(target + " is a folder, not a file; list_files shows what it holds");
            } else if (place.stat().isEmpty()) {
                throw ToolException.notFound(missing(target));
            }
            return place.folder().file(place.name());
        }
    }

    /** A folder, open. */
    public Folder folder(Target target) {
        Folder folder = target.root().folder(target);
        if (!within.isEmpty()) {
            try {
                refuseOurs(target, folder.path());
            } catch (RuntimeException e) {
                folder.close();
                throw e;
            }
        }
        return folder;
    }

    /** Of what the path leads to, links followed. */
    public Stat stat(Target target) {
        if (!within.isEmpty()) {
            look(target).close();
        }
        return target.root().stat(target, true);
    }

    /** Of the entry itself, a last link not followed. */
    public Stat linkStat(Target target) {
        return target.root().stat(target, false);
    }

    /**
     * Where a change of this path happens, links followed.
     *
     * @throws ToolException {@code DENIED} for a protected path
     */
    public Place place(Target target) {
        return guarded(target, target.root().place(target, true));
    }

    /** As {@link #place}, but of a link itself: for moving and removing. */
    public Place linkPlace(Target target) {
        return guarded(target, target.root().place(target, false));
    }

    /** As {@link #place}, protected or not: for looking only. */
    public Place look(Target target) {
        Place place = target.root().place(target, true);
        try {
            refuseOurs(target, place.path());
            return place;
        } catch (RuntimeException e) {
            place.close();
            throw e;
        }
    }

    /** Says of a path that is not there how far it exists and which name comes close. */
    public String missing(Target target) {
        return Missing.message(target.root(), target);
    }

    /** Checks the name of something new whose folder is not there yet. */
    public void checkNew(Target target) {
        refuse(target, target.path());
        Names.checkNew(target.path());
    }

    private Place guarded(Target target, Place place) {
        try {
            refuse(target, place.path());
            if (place.stat().isEmpty()) {
                Names.checkNew(place.name());
            }
            return place;
        } catch (RuntimeException e) {
            place.close();
            throw e;
        }
    }

    private void refuse(Target target, String path) {
        protection.reason(path).ifPresent(reason -> {
            throw ToolException.denied(target.shown() + " " + reason);
        });
        refuseOurs(target, path);
        Path full = target.root().location().resolve(path);
        if (!path.isEmpty() && within.stream().anyMatch(own -> own.startsWith(full))) {
            throw ToolException.denied(target.shown() + " holds what belongs to this server");
        }
    }

    private void refuseOurs(Target target, String path) {
        if (isOurs(target.root(), path)) {
            throw ToolException.denied(target.shown() + " belongs to this server");
        }
    }

    /** What protects paths of this workspace. */
    public Protection protection() {
        return protection;
    }

    /** Whether a path is this program's own, to be hidden and left alone; {@code path} relative, links resolved. */
    public boolean isOurs(Root root, String path) {
        if (within.isEmpty()) {
            return false;
        }
        Path full = root.location().resolve(path);
        return within.stream().anyMatch(full::startsWith);
    }

    @Override
    public synchronized void close() {
        roots.forEach(Root::close);
        roots = List.of();
    }
}
