package dev.millwright.workspace;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Nameless by {@code O_TMPFILE}; on file systems without it, under a temporary name that {@link #close} removes. */
final class LinuxNewFile implements NewFile {
    private static final int VALUE = 8 * 1024;
    private static final long UTIME_OMIT = (1 << 30) - 2;

    private final LinuxFolder folder;
    private final int fd;
    private final String shown;
    /** Empty when nameless. */
    private String temporary;

    private LinuxNewFile(LinuxFolder folder, int fd, String temporary, String shown) {
        this.folder = folder;
        this.fd = fd;
        this.temporary = temporary;
        this.shown = shown;
    }

    static LinuxNewFile in(LinuxFolder folder, String temporary, String shown) throws Errno {
        try (Kernel k = Kernel.take()) {
            long flags = Kernel.O_RDWR | Kernel.O_CLOEXEC;
            long fd = k.call(Kernel.OPENAT, folder.fd(), k.path("."), flags | Kernel.O_TMPFILE, 0666);
            if (fd != -Errno.EOPNOTSUPP && fd != -Errno.EISDIR && fd != -Errno.ENOENT) {
                return new LinuxNewFile(folder, (int) Errno.check(fd), "", shown);
            }
            long named = flags | Kernel.O_CREAT | Kernel.O_EXCL | Kernel.O_NOFOLLOW;
            int opened = (int) Errno.check(k.call(Kernel.OPENAT, folder.fd(), k.path(temporary), named, 0666));
            return new LinuxNewFile(folder, opened, temporary, shown);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try (Kernel k = Kernel.take()) {
            int done = 0;
            while (done < length) {
                int step = Math.min(Kernel.PAGE, length - done);
                MemorySegment.copy(bytes, offset + done, k.page(), ValueLayout.JAVA_BYTE, 0, step);
                done += (int) Errno.check(k.call(Kernel.WRITE, fd, k.page().address(), step));
            }
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    @Override
    public void attributesOf(Stat stat, OpenFile source) {
        try (Kernel k = Kernel.take()) {
            // Owner first: changing it clears mode bits. Where we may not give files away they stay ours.
            Errno.check(orNothing(k.call(Kernel.FCHOWN, fd, stat.uid(), stat.gid())));
            Errno.check(k.call(Kernel.FCHMOD, fd, stat.mode() & 01777));
            if (source instanceof LinuxFile file) {
                extendedAttributes(k, file.fd());
            }
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    private void extendedAttributes(Kernel k, int source) throws Errno {
        long names = k.call(Kernel.FLISTXATTR, source, k.page().address(), VALUE);
        if (names == -Errno.EOPNOTSUPP) {
            return;
        }
        Errno.check(names);
        MemorySegment value = k.page().asSlice(VALUE);
        for (long at = 0; at < names; ) {
            String name = k.page().getString(at);
            long address = k.page().address() + at;
            long length = k.call(Kernel.FGETXATTR, source, address, value.address(), value.byteSize());
            if (length >= 0 && !name.equals("security.capability")) {
                Errno.check(orNothing(k.call(Kernel.FSETXATTR, fd, address, value.address(), length, 0)));
            }
            at += name.getBytes(StandardCharsets.UTF_8).length + 1;
        }
    }

    /** What this process may not take over stays as it is for a new file. */
    private static long orNothing(long result) {
        return result == -Errno.EPERM || result == -Errno.EOPNOTSUPP || result == -Errno.EACCES ? 0 : result;
    }

    @Override
    public void mode(int mode) {
        try (Kernel k = Kernel.take()) {
            Errno.check(k.call(Kernel.FCHMOD, fd, mode & 01777));
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    @Override
    public void modified(long nanos) {
        try (Kernel k = Kernel.take()) {
            MemorySegment times = k.page();
            times.set(ValueLayout.JAVA_LONG, 0, 0);
            times.set(ValueLayout.JAVA_LONG, 8, UTIME_OMIT);
            times.set(ValueLayout.JAVA_LONG, 16, Math.floorDiv(nanos, 1_000_000_000L));
            times.set(ValueLayout.JAVA_LONG, 24, Math.floorMod(nanos, 1_000_000_000L));
            Errno.check(k.call(Kernel.UTIMENSAT, fd, 0, times.address(), 0));
        } catch (Errno e) {
            throw e.at(shown);
        }
    }

    @Override
    public void linkAs(String name, boolean durable) {
        try (Kernel k = Kernel.take()) {
            if (durable) {
                Errno.check(k.call(Kernel.FDATASYNC, fd));
            }
            if (temporary.isEmpty()) {
                long self = k.path("/proc/self/fd/" + fd);
                Errno.check(k.call(
                        Kernel.LINKAT,
                        Kernel.AT_FDCWD,
                        self,
                        folder.fd(),
                        k.path(Names.checked(name)),
                        Kernel.AT_SYMLINK_FOLLOW));
            } else if (!temporary.equals(name)) {
                long from = k.path(temporary);
                Errno.check(k.call(
                        Kernel.RENAMEAT2,
                        folder.fd(),
                        from,
                        folder.fd(),
                        k.path(Names.checked(name)),
                        Kernel.RENAME_NOREPLACE));
            }
            temporary = "";
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
    public void close() {
        try (Kernel k = Kernel.take()) {
            if (!temporary.isEmpty()) {
                k.call(Kernel.UNLINKAT, folder.fd(), k.path(temporary), 0);
            }
            k.call(Kernel.CLOSE, fd);
        }
    }
}
