package dev.millwright.workspace;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A folder by its descriptor. */
final class LinuxFolder implements Folder {
    private final LinuxRoot root;
    private final int fd;
    private final String shown;
    private final AtomicBoolean closed = new AtomicBoolean();

    LinuxFolder(LinuxRoot root, int fd, String shown) {
        this.root = root;
        this.fd = fd;
        this.shown = shown;
    }

    int fd() {
        return fd;
    }

    @Override
    public String path() {
        try (Kernel k = Kernel.take()) {
            return root.pathOf(k, fd);
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    @Override
    public Stat stat() {
        try (Kernel k = Kernel.take()) {
            return k.statx(fd, "");
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    @Override
    public void entries(Entries entries) {
        try (Kernel k = Kernel.take()) {
            int own = (int) Errno.check(
                    k.call(Kernel.OPENAT, fd, k.path("."), Kernel.O_RDONLY | Kernel.O_DIRECTORY | Kernel.O_CLOEXEC));
            try {
                long length;
                do {
                    length = Errno.check(k.call(Kernel.GETDENTS, own, k.page().address(), Kernel.PAGE));
                } while (length > 0 && hand(k, length, entries));
            } finally {
                Kernel.close(own);
            }
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    /** Hands over one page of {@code struct linux_dirent64}: inode 8, offset 8, length 2, type 1, name. */
    private boolean hand(Kernel k, long length, Entries entries) throws Errno {
        MemorySegment page = k.page();
        for (long at = 0; at < length; at += Short.toUnsignedInt(page.get(ValueLayout.JAVA_SHORT, at + 16))) {
            String name = page.getString(at + 19);
            if (LinuxRoot.isName(name) && !entries.entry(name, type(page.get(ValueLayout.JAVA_BYTE, at + 18), name))) {
                return false;
            }
        }
        return true;
    }

    private EntryType type(byte type, String name) throws Errno {
        return switch (type) {
            case 8 -> EntryType.FILE;
            case 4 -> EntryType.FOLDER;
            case 10 -> EntryType.LINK;
            case 0 -> stat(name).map(Stat::type).orElse(EntryType.SPECIAL);
            default -> EntryType.SPECIAL;
        };
    }

    @Override
    public Folder folder(String name) {
        return new LinuxFolder(root, open(name, Kernel.O_RDONLY | Kernel.O_DIRECTORY), below(name));
    }

    @Override
    public OpenFile file(String name) {
        return new LinuxFile(open(name, Kernel.O_RDONLY | Kernel.O_NONBLOCK), below(name));
    }

    private int open(String name, long flags) {
        try (Kernel k = Kernel.take()) {
            long all = flags | Kernel.O_NOFOLLOW | Kernel.O_CLOEXEC;
            return (int) Errno.check(k.call(Kernel.OPENAT, fd, k.path(Names.checked(name)), all));
        } catch (Errno e) {
            throw e.at(below(name));
        }
    }

    @Override
    public Optional<Stat> stat(String name) {
        try (Kernel k = Kernel.take()) {
            return Optional.of(k.statx(fd, Names.checked(name)));
        } catch (Errno e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e.at(below(name));
        }
    }

    @Override
    public String link(String name) {
        try (Kernel k = Kernel.take()) {
            return k.readlink(fd, Names.checked(name));
        } catch (Errno e) {
            throw e.at(below(name));
        }
    }

    @Override
    public void makeFolder(String name) {
        change(name, (k, path) -> k.call(Kernel.MKDIRAT, fd, path, 0777));
    }

    @Override
    public void makeLink(String name, String text) {
        Names.checkPath(text);
        change(name, (k, path) -> k.call(Kernel.SYMLINKAT, k.path(text), fd, path));
    }

    @Override
    public NewFile create(String temporary) {
        try {
            return LinuxNewFile.in(this, Names.checked(temporary), shown);
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    @Override
    public boolean rename(String name, Folder to, String newName, boolean replace) {
        if (!(to instanceof LinuxFolder other)) {
            return false;
        }
        Names.checked(newName);
        long mode = replace ? 0 : Kernel.RENAME_NOREPLACE;
        return change(newName, (k, path) -> {
                    long result = k.call(Kernel.RENAMEAT2, fd, k.path(Names.checked(name)), other.fd, path, mode);
                    return result == -Errno.EXDEV ? 1 : result;
                })
                == 0;
    }

    @Override
    public boolean exchange(String one, String other) {
        return change(other, (k, path) -> {
                    long result =
                            k.call(Kernel.RENAMEAT2, fd, k.path(Names.checked(one)), fd, path, Kernel.RENAME_EXCHANGE);
                    return result == -Errno.EINVAL || result == -Kernel.ENOSYS ? 1 : result;
                })
                == 0;
    }

    @Override
    public void remove(String name) {
        change(name, (k, path) -> k.call(Kernel.UNLINKAT, fd, path, 0));
    }

    @Override
    public void removeFolder(String name) {
        change(name, (k, path) -> k.call(Kernel.UNLINKAT, fd, path, Kernel.AT_REMOVEDIR));
    }

    @Override
    public void sync() {
        try (Kernel k = Kernel.take()) {
            Errno.check(k.call(Kernel.FSYNC, fd));
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    private interface Change {
        long make(Kernel k, long path) throws Errno;
    }

    private long change(String name, Change change) {
        try (Kernel k = Kernel.take()) {
            return Errno.check(change.make(k, k.path(Names.checked(name))));
        } catch (Errno e) {
            throw e.at(below(name));
        }
    }

    private String below(String name) {
        return shown.isEmpty() || shown.equals(".") ? name : shown + "/" + name;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Kernel.close(fd);
        }
    }
}
