package dev.millwright.workspace;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Linux system calls through the one downcall handle of {@code syscall(2)}, and the native memory for their arguments.
 *
 * <p>One handle for all calls, because linking a handle costs more than everything a first read does. Linked when the
 * first path is opened, not before.
 */
final class Kernel implements AutoCloseable {
    /** {@code -errno} for an architecture whose numbers we do not know, as the kernel says it for an unknown call. */
    static final int ENOSYS = 38;

    static final int PAGE = 64 * 1024;
    private static final int PATH_MAX = 4096;

    static final long AT_FDCWD = -100;
    static final long AT_EMPTY_PATH = 0x1000;
    static final long AT_SYMLINK_NOFOLLOW = 0x100;
    static final long AT_SYMLINK_FOLLOW = 0x400;
    static final long AT_REMOVEDIR = 0x200;

    static final long O_RDONLY = 0;
    static final long O_WRONLY = 1;
    static final long O_RDWR = 2;
    static final long O_CREAT = 0100;
    static final long O_EXCL = 0200;
    static final long O_NONBLOCK = 04000;
    static final long O_CLOEXEC = 02000000;
    static final long O_PATH = 010000000;
    static final long O_DIRECTORY;
    static final long O_NOFOLLOW;
    static final long O_TMPFILE;

    static final long RENAME_NOREPLACE = 1;
    static final long RENAME_EXCHANGE = 2;

    static final int READ;
    static final int WRITE;
    static final int CLOSE;
    static final int OPENAT;
    static final int PREAD;
    static final int STATX;
    static final int GETDENTS;
    static final int MKDIRAT;
    static final int UNLINKAT;
    static final int LINKAT;
    static final int SYMLINKAT;
    static final int RENAMEAT2;
    static final int READLINKAT;
    static final int FCHMOD;
    static final int FCHOWN;
    static final int FSYNC;
    static final int FDATASYNC;
    static final int FLISTXATTR;
    static final int FGETXATTR;
    static final int FSETXATTR;
    static final int UTIMENSAT;
    static final int OPENAT2 = 437;

    private static final boolean KNOWN;

    static {
        boolean amd = System.getProperty("os.arch").equals("amd64");
        KNOWN = amd || System.getProperty("os.arch").equals("aarch64");
        O_DIRECTORY = amd ? 0200000 : 040000;
        O_NOFOLLOW = amd ? 0400000 : 0100000;
        O_TMPFILE = 020000000 | O_DIRECTORY;
        READ = amd ? 0 : 63;
        WRITE = amd ? 1 : 64;
        CLOSE = amd ? 3 : 57;
        OPENAT = amd ? 257 : 56;
        PREAD = amd ? 17 : 67;
        STATX = amd ? 332 : 291;
        GETDENTS = amd ? 217 : 61;
        MKDIRAT = amd ? 258 : 34;
        UNLINKAT = amd ? 263 : 35;
        LINKAT = amd ? 265 : 37;
        SYMLINKAT = amd ? 266 : 36;
        RENAMEAT2 = amd ? 316 : 276;
        READLINKAT = amd ? 267 : 78;
        FCHMOD = amd ? 91 : 52;
        FCHOWN = amd ? 93 : 55;
        FSYNC = amd ? 74 : 82;
        FDATASYNC = amd ? 75 : 83;
        FLISTXATTR = amd ? 196 : 13;
        FGETXATTR = amd ? 193 : 10;
        FSETXATTR = amd ? 190 : 7;
        UTIMENSAT = amd ? 280 : 88;
    }

    /** Linked at the first call. */
    private static final class Linked {
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final MethodHandle SYSCALL = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG),
                        Linker.Option.firstVariadicArg(1),
                        Linker.Option.captureCallState("errno"));
    }

    /** Idle ones by thread, a cache line apart: threads that look at many files at once do not wait for each other. */
    private static final int NEAR = 8;

    private static final int APART = 16;
    private static final AtomicReferenceArray<Kernel> NEARBY = new AtomicReferenceArray<>(NEAR * APART);
    private static final ConcurrentLinkedQueue<Kernel> IDLE = new ConcurrentLinkedQueue<>();

    private final MemorySegment state;
    private final long pathsAddress;
    private final MemorySegment page;

    /** Read and written through buffers: what was not compiled for speed does that several times faster than segments. */
    private final ByteBuffer paths;

    private final ByteBuffer result;
    private int slot;

    private Kernel() {
        Arena arena = Arena.global();
        state = arena.allocate(Linked.STATE);
        MemorySegment twoPaths = arena.allocate(2 * PATH_MAX, 8);
        pathsAddress = twoPaths.address();
        paths = twoPaths.asByteBuffer();
        page = arena.allocate(PAGE, 8);
        result = page.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** Whether this system speaks our system calls, and lets Java make them. */
    static boolean present() {
        if (!KNOWN || !System.getProperty("os.name").equals("Linux")) {
            return false;
        }
        try (Kernel k = take()) {
            return k.call(FSYNC, -1) == -Errno.EBADF;
        } catch (IllegalCallerException | LinkageError e) {
            return false;
        }
    }

    /** Memory and a call state of one's own until {@link #close}; about as many exist as were ever in use at once. */
    static Kernel take() {
        Kernel near = NEARBY.getAndSet(near(), null);
        Kernel idle = near == null ? IDLE.poll() : near;
        return idle == null ? new Kernel() : idle;
    }

    @Override
    public void close() {
        if (!NEARBY.compareAndSet(near(), null, this)) {
            IDLE.add(this);
        }
    }

    private static int near() {
        return (int) (Thread.currentThread().threadId() % NEAR) * APART;
    }

    /** Native copy of a path, valid until the second next one. */
    long path(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PATH_MAX) {
            throw new IllegalStateException("paths are checked before they come here");
        }
        slot = PATH_MAX - slot;
        paths.put(slot, bytes).put(slot + bytes.length, (byte) 0);
        return pathsAddress + slot;
    }

    /** 64 kB for results. */
    MemorySegment page() {
        return page;
    }

    long call(int number, long a) {
        return call(number, a, 0, 0, 0, 0);
    }

    long call(int number, long a, long b) {
        return call(number, a, b, 0, 0, 0);
    }

    long call(int number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0);
    }

    long call(int number, long a, long b, long c, long d) {
        return call(number, a, b, c, d, 0);
    }

    /** The result, or {@code -errno}; repeated when a signal interrupted it. */
    long call(int number, long a, long b, long c, long d, long e) {
        while (true) {
            long result;
            try {
                result = (long) Linked.SYSCALL.invokeExact(state, (long) number, a, b, c, d, e);
            } catch (RuntimeException | Error known) {
                throw known;
            } catch (Throwable impossible) {
                throw new LinkageError("a downcall throws nothing", impossible);
            }
            if (result != -1) {
                return result;
            }
            int errno = (int) Linked.ERRNO.get(state, 0L);
            if (errno != Errno.EINTR || number == CLOSE) {
                return -errno;
            }
        }
    }

    /** {@code statx(2)} of a name in a folder, or with an empty name of the descriptor; {@code -errno} by exception. */
    Stat statx(int fd, String name) throws Errno {
        long flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
        Errno.check(call(STATX, fd, path(name), flags, 0xfff, page.address()));
        int mode = Short.toUnsignedInt(result.getShort(28));
        return new Stat(
                EntryType.ofMode(mode),
                result.getLong(40),
                nanos(112),
                nanos(96),
                mode & 07777,
                result.getInt(20),
                result.getInt(24),
                Integer.toUnsignedLong(result.getInt(16)),
                Integer.toUnsignedLong(result.getInt(136)) << 32 | Integer.toUnsignedLong(result.getInt(140)),
                result.getLong(32));
    }

    /** A {@code struct statx_timestamp} as nanoseconds since 1970. */
    private long nanos(int at) {
        return result.getLong(at) * 1_000_000_000L + result.getInt(at + 8);
    }

    /** The text of a symbolic link; with an empty name of the link that {@code fd} itself is. */
    String readlink(int fd, String name) throws Errno {
        long length = Errno.check(call(READLINKAT, fd, path(name), page.address(), PATH_MAX));
        return text(0, (int) length);
    }

    /** UTF-8 text in {@link #page}; what is not UTF-8 becomes U+FFFD. */
    String text(long offset, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(page, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static void close(int fd) {
        try (Kernel k = take()) {
            k.call(CLOSE, fd);
        }
    }
}
