package dev.millwright.sandbox;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Linux system calls by number, and {@code posix_spawn(3)}; linked at the first call. For one thread at a time. */
final class Kernel {
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;

    static final long O_RDONLY = 0;
    static final long O_WRONLY = 1;
    private static final long O_CLOEXEC = 0x8_0000;
    private static final long O_PATH = 0x20_0000;
    private static final long RESOLVE_NO_SYMLINKS = 4;

    private static final long AT_FDCWD = -100;
    private static final long F_DUPFD_CLOEXEC = 1030;
    /** Descriptors of ours are not below: there is where a child gets its own. */
    private static final long FIRST_DESCRIPTOR = 64;

    static final int PRCTL;
    static final int SECCOMP;
    static final int WAIT4;
    private static final int OPENAT;
    private static final int CLOSE;
    private static final int OPENAT2 = 437;
    private static final int PIPE2;
    private static final int FCNTL;
    static final int CLOSE_RANGE = 436;
    static final int LANDLOCK_CREATE_RULESET = 444;
    static final int LANDLOCK_ADD_RULE = 445;
    static final int LANDLOCK_RESTRICT_SELF = 446;

    static {
        boolean amd = System.getProperty("os.arch").equals("amd64");
        PRCTL = amd ? 157 : 167;
        SECCOMP = amd ? 317 : 277;
        WAIT4 = amd ? 61 : 260;
        OPENAT = amd ? 257 : 56;
        CLOSE = amd ? 3 : 57;
        PIPE2 = amd ? 293 : 59;
        FCNTL = amd ? 72 : 25;
    }

    private static final class Linked {
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final MethodHandle SYSCALL = function(
                "syscall",
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

        static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
        }
    }

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = arena.allocate(Linked.STATE);

    /** Native memory that lasts as long as it is in use. */
    Arena arena() {
        return arena;
    }

    MemorySegment copy(byte[] bytes) {
        MemorySegment copy = arena.allocate(bytes.length, 8);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    /** The result, or {@code -errno}; repeated when a signal interrupted it. */
    long call(int number, long a, long b, long c, long d) {
        while (true) {
            long result;
            try {
                result = (long) Linked.SYSCALL.invokeExact(state, (long) number, a, b, c, d, 0L);
            } catch (RuntimeException | Error known) {
                throw known;
            } catch (Throwable impossible) {
                throw new LinkageError("a downcall throws nothing", impossible);
            }
            if (result != -1) {
                return result;
            }
            int errno = (int) Linked.ERRNO.get(state, 0L);
            if (errno != EINTR) {
                return -errno;
            }
        }
    }

    /** A new descriptor, closed at exec, or {@code -errno}. */
    long open(String path, long flags) {
        return high(call(OPENAT, AT_FDCWD, arena.allocateFrom(path).address(), flags | O_CLOEXEC, 0));
    }

    /** What stands at a real path, to name it only: {@code -ELOOP} where one of its folders has become a link. */
    long name(String realPath) {
        MemorySegment how = arena.allocate(3L * Long.BYTES, 8); // struct open_how: u64 flags, mode, resolve
        how.setAtIndex(ValueLayout.JAVA_LONG, 0, O_PATH | O_CLOEXEC);
        how.setAtIndex(ValueLayout.JAVA_LONG, 2, RESOLVE_NO_SYMLINKS);
        return call(OPENAT2, AT_FDCWD, arena.allocateFrom(realPath).address(), how.address(), how.byteSize());
    }

    /** The reading and the writing end of a pipe, or {@code -errno} in the first. */
    long[] pipe() {
        MemorySegment ends = arena.allocate(8, 4);
        long result = call(PIPE2, ends.address(), O_CLOEXEC, 0, 0);
        return result < 0
                ? new long[] {result, result}
                : new long[] {
                    high(ends.getAtIndex(ValueLayout.JAVA_INT, 0)), high(ends.getAtIndex(ValueLayout.JAVA_INT, 1))
                };
    }

    private long high(long fd) {
        if (fd < 0 || fd >= FIRST_DESCRIPTOR) {
            return fd;
        }
        long copy = call(FCNTL, fd, F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR, 0);
        close(fd);
        return copy;
    }

    void close(long fd) {
        call(CLOSE, fd, 0, 0, 0);
    }

    /** {@code posix_spawn(3)} of one program, prepared so that starting it is a single call. */
    static final class Spawn {
        private static final int FLAGS = 0x04 | 0x08 | 0x80; // POSIX_SPAWN_SETSIGDEF, SETSIGMASK, SETSID
        private static final long ALL_SIGNALS = 0x7fff_ffff;
        /** More than {@code posix_spawnattr_t} and {@code posix_spawn_file_actions_t} are in any libc. */
        private static final long OPAQUE = 1024;

        private static final FunctionDescriptor ONE = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
        private static final FunctionDescriptor TWO =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        private static final MethodHandle ATTR_INIT = Linked.function("posix_spawnattr_init", ONE);
        private static final MethodHandle ATTR_FLAGS = Linked.function(
                "posix_spawnattr_setflags",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_SHORT));
        private static final MethodHandle ATTR_DEFAULT = Linked.function("posix_spawnattr_setsigdefault", TWO);
        private static final MethodHandle ATTR_MASK = Linked.function("posix_spawnattr_setsigmask", TWO);
        private static final MethodHandle ACTIONS_INIT = Linked.function("posix_spawn_file_actions_init", ONE);
        private static final MethodHandle ACTIONS_DUP = Linked.function(
                "posix_spawn_file_actions_adddup2",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        private static final MethodHandle ACTIONS_DESTROY = Linked.function("posix_spawn_file_actions_destroy", ONE);
        private static final MethodHandle SPAWN = Linked.function(
                "posix_spawn",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS));

        private final Arena arena;
        private final MemorySegment pid;
        private final MemorySegment program;
        private final MemorySegment actions;
        private final MemorySegment attributes;
        private final MemorySegment argv;
        private final MemorySegment envp;

        /** @param descriptors what the child gets as its descriptors 0, 1, 2, …; it gets no others */
        Spawn(Kernel kernel, List<String> argv, List<String> env, long... descriptors) {
            this.arena = kernel.arena();
            this.pid = arena.allocate(ValueLayout.JAVA_INT);
            this.program = arena.allocateFrom(argv.getFirst());
            this.actions = arena.allocate(OPAQUE, 16);
            this.attributes = arena.allocate(OPAQUE, 16);
            this.argv = strings(argv);
            this.envp = strings(env);
            MemorySegment none = arena.allocate(128, 8); // sigset_t
            MemorySegment all = arena.allocate(128, 8);
            all.set(ValueLayout.JAVA_LONG, 0, ALL_SIGNALS);
            try {
                check((int) ATTR_INIT.invokeExact(attributes));
                check((int) ATTR_FLAGS.invokeExact(attributes, (short) FLAGS));
                check((int) ATTR_DEFAULT.invokeExact(attributes, all));
                check((int) ATTR_MASK.invokeExact(attributes, none));
                check((int) ACTIONS_INIT.invokeExact(actions));
                for (int i = 0; i < descriptors.length; i++) {
                    check((int) ACTIONS_DUP.invokeExact(actions, (int) descriptors[i], i));
                }
            } catch (RuntimeException | Error known) {
                throw known;
            } catch (Throwable impossible) {
                throw new LinkageError("a downcall throws nothing", impossible);
            }
        }

        private static void check(int errno) {
            if (errno != 0) {
                throw new IllegalStateException("posix_spawn cannot be prepared: errno " + errno);
            }
        }

        private MemorySegment strings(List<String> texts) {
            MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
            for (int i = 0; i < texts.size(); i++) {
                array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
            }
            return array;
        }

        /** Number of the new process, or {@code -errno}. */
        long start() {
            try {
                int errno = (int) SPAWN.invokeExact(pid, program, actions, attributes, argv, envp);
                return errno == 0 ? pid.get(ValueLayout.JAVA_INT, 0) : -errno;
            } catch (RuntimeException | Error known) {
                throw known;
            } catch (Throwable impossible) {
                throw new LinkageError("a downcall throws nothing", impossible);
            }
        }

        void free() {
            try {
                check((int) ACTIONS_DESTROY.invokeExact(actions));
            } catch (RuntimeException | Error known) {
                throw known;
            } catch (Throwable impossible) {
                throw new LinkageError("a downcall throws nothing", impossible);
            }
        }
    }
}
