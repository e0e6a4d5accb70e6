package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A root held open by its descriptor; every path is resolved by the kernel beneath it ({@code openat2}, Linux 5.6), or
 * by {@link #walk} where the kernel or a container profile refuses that call.
 */
final class LinuxRoot implements Root {
    private static final long RESOLVE_NO_XDEV = 0x01;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_BENEATH = 0x08;
    private static final int HOW = 48 * 1024;
    private static final int RACES = 64;
    private static final int LINKS = 40;

    private final String name;
    private final Path location;
    private final int fd;
    private final long resolve;
    private final Confinement confinement;

    /** @throws ToolException {@code UNAVAILABLE} when the folder cannot be opened */
    LinuxRoot(String name, Path location, boolean acrossMounts, boolean byHand) {
        this.name = name;
        this.location = location;
        this.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (acrossMounts ? 0 : RESOLVE_NO_XDEV);
        try (Kernel k = Kernel.take()) {
            long flags = Kernel.O_PATH | Kernel.O_DIRECTORY | Kernel.O_CLOEXEC;
            this.fd = (int) Errno.check(k.call(Kernel.OPENAT, Kernel.AT_FDCWD, k.path(location.toString()), flags));
            this.confinement = !byHand && openat2Works(k) ? Confinement.KERNEL : Confinement.WALK;
        } catch (Errno e) {
            throw ToolException.unavailable("the root " + location + " cannot be opened", e);
        }
    }

    private boolean openat2Works(Kernel k) throws Errno {
        long probe = openat2(k, ".", Kernel.O_PATH);
        if (probe == -Kernel.ENOSYS || probe == -Errno.EPERM) {
            return false;
        }
        Kernel.close((int) Errno.check(probe));
        return true;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Path location() {
        return location;
    }

    @Override
    public Confinement confinement() {
        return confinement;
    }

    @Override
    public Folder folder(Target target) {
        int opened = open(target, Kernel.O_RDONLY | Kernel.O_DIRECTORY);
        return new LinuxFolder(this, opened, target.shown());
    }

    @Override
    public OpenFile file(Target target) {
        return new LinuxFile(open(target, Kernel.O_RDONLY | Kernel.O_NONBLOCK), target.shown());
    }

    @Override
    public Stat stat(Target target, boolean follow) {
        int opened = open(target, Kernel.O_PATH | (follow ? 0 : Kernel.O_NOFOLLOW));
        try (Kernel k = Kernel.take()) {
            return k.statx(opened, "");
        } catch (Errno e) {
            throw e.at(target.shown());
        } finally {
            Kernel.close(opened);
        }
    }

    @Override
    public Place place(Target target, boolean follow) {
        try (Kernel k = Kernel.take()) {
            for (int tries = 0; tries < RACES; tries++) {
                Optional<Place> place = place(k, target, follow);
                if (place.isPresent()) {
                    return place.get();
                }
            }
            throw new Errno(Errno.EAGAIN);
        } catch (Errno e) {
            throw said(e, target);
        }
    }

    /** One try; empty when something moved meanwhile. */
    private Optional<Place> place(Kernel k, Target target, boolean follow) throws Errno {
        String path = withoutTrailingSlashes(target.path());
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (!isName(last)) {
            return existing(k, path, target);
        }
        String above = path.substring(0, path.length() - last.length());
        int parent = open(above, Kernel.O_RDONLY | Kernel.O_DIRECTORY);
        LinuxFolder folder = new LinuxFolder(this, parent, target.shown(withoutTrailingSlashes(above)));
        try {
            Optional<Stat> stat = folder.stat(last);
            if (!follow || stat.isEmpty() || stat.get().type() != EntryType.LINK) {
                return Optional.of(place(target, folder, last, stat));
            }
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
        folder.close();
        return existing(k, path, target);
    }

    /** The place of what exists, found by opening it and asking the kernel where it is. */
    private Optional<Place> existing(Kernel k, String path, Target target) throws Errno {
        int opened = open(path.isEmpty() ? "." : path, Kernel.O_PATH);
        try {
            Stat found = k.statx(opened, "");
            String real = pathOf(k, opened);
            String last = real.substring(real.lastIndexOf('/') + 1);
            String above = real.substring(0, real.length() - last.length());
            int parent = open(above, Kernel.O_RDONLY | Kernel.O_DIRECTORY);
            LinuxFolder folder = new LinuxFolder(this, parent, target.shown(withoutTrailingSlashes(above)));
            Optional<Stat> stat = last.isEmpty() ? Optional.of(folder.stat()) : folder.stat(last);
            if (stat.isPresent() && stat.get().sameEntryAs(found)) {
                return Optional.of(place(target, folder, last, stat));
            }
            folder.close();
            return Optional.empty();
        } finally {
            Kernel.close(opened);
        }
    }

    private static Place place(Target target, Folder folder, String name, Optional<Stat> stat) {
        Place place = new Place(folder, name, stat, "");
        return new Place(folder, name, stat, target.shown(place.path()));
    }

    static boolean isName(String name) {
        return !name.isEmpty() && !name.equals(".") && !name.equals("..");
    }

    private static String withoutTrailingSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** Where an open descriptor is now, relative to the root. */
    String pathOf(Kernel k, int opened) throws Errno {
        String at = k.readlink((int) Kernel.AT_FDCWD, "/proc/self/fd/" + opened);
        String here = k.readlink((int) Kernel.AT_FDCWD, "/proc/self/fd/" + fd);
        if (at.equals(here)) {
            return "";
        }
        String prefix = here.equals("/") ? "/" : here + "/";
        if (!at.startsWith(prefix)) {
            throw new Errno(at.endsWith(" (deleted)") ? Errno.ENOENT : Errno.EXDEV);
        }
        return at.substring(prefix.length());
    }

    private int open(Target target, long flags) {
        try {
            return open(target.path(), flags);
        } catch (Errno e) {
            throw said(e, target);
        }
    }

    private ToolException said(Errno e, Target target) {
        return e.is(Errno.ENOENT) ? ToolException.notFound(Missing.message(this, target)) : e.at(target.shown());
    }

    /** Opens beneath the root, repeating when a rename raced with {@code ..}. */
    private int open(String path, long flags) throws Errno {
        String beneath = path.isEmpty() ? "." : path;
        try (Kernel k = Kernel.take()) {
            for (int tries = 0; tries < RACES; tries++) {
                long opened = confinement == Confinement.KERNEL
                        ? openat2(k, beneath, flags)
                        : walk(k, beneath, flags | Kernel.O_CLOEXEC);
                if (opened != -Errno.EAGAIN) {
                    return (int) Errno.check(opened);
                }
            }
        }
        throw new Errno(Errno.EAGAIN);
    }

    private long openat2(Kernel k, String path, long flags) {
        MemorySegment how = k.page().asSlice(HOW, 24);
        how.set(ValueLayout.JAVA_LONG, 0, flags | Kernel.O_CLOEXEC);
        how.set(ValueLayout.JAVA_LONG, 8, 0);
        how.set(ValueLayout.JAVA_LONG, 16, resolve);
        return k.call(Kernel.OPENAT2, fd, k.path(path), how.address(), 24);
    }

    /**
     * Resolves by hand: one component after the other without following links, never above the root, at most 40 links.
     *
     * @return a descriptor, or {@code -errno}
     */
    private long walk(Kernel k, String path, long flags) {
        Deque<Integer> above = new ArrayDeque<>();
        try {
            Deque<String> rest = new ArrayDeque<>();
            push(rest, path);
            int links = 0;
            above.push((int) Errno.check(k.call(Kernel.OPENAT, fd, k.path("."), Kernel.O_PATH | Kernel.O_CLOEXEC)));
            long device = k.statx(fd, "").device();
            while (true) {
                String next = rest.isEmpty() ? "." : rest.pop();
                if (next.equals("..")) {
                    if (above.size() == 1) {
                        throw new Errno(Errno.EXDEV);
                    }
                    Kernel.close(above.pop());
                    continue;
                }
                int here = above.element();
                boolean last = rest.isEmpty();
                Stat stat = k.statx(here, next);
                if ((resolve & RESOLVE_NO_XDEV) != 0 && stat.device() != device) {
                    throw new Errno(Errno.EXDEV);
                } else if (stat.type() == EntryType.LINK && !(last && (flags & Kernel.O_NOFOLLOW) != 0)) {
                    String link = k.readlink(here, next);
                    if (link.startsWith("/")) {
                        throw new Errno(Errno.EXDEV);
                    } else if (++links > LINKS) {
                        throw new Errno(Errno.ELOOP);
                    }
                    push(rest, link);
                } else if (last) {
                    long opened = k.call(Kernel.OPENAT, here, k.path(next), flags | Kernel.O_NOFOLLOW);
                    return opened == -Errno.ELOOP ? -Errno.EAGAIN : opened;
                } else {
                    long step = Kernel.O_PATH | Kernel.O_NOFOLLOW | Kernel.O_DIRECTORY | Kernel.O_CLOEXEC;
                    above.push((int) Errno.check(k.call(Kernel.OPENAT, here, k.path(next), step)));
                }
            }
        } catch (Errno e) {
            return -e.number();
        } finally {
            above.forEach(Kernel::close);
        }
    }

    /** Puts the names of a path before the rest; a trailing slash asks for a folder, as {@code .} does. */
    private static void push(Deque<String> rest, String path) {
        String[] names = (path.endsWith("/") ? path + "." : path).split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].isEmpty() && !(names[i].equals(".") && i < names.length - 1)) {
                rest.push(names[i]);
            }
        }
    }

    @Override
    public void close() {
        Kernel.close(fd);
    }
}
