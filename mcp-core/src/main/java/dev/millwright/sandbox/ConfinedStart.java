package dev.millwright.sandbox;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts one process from a thread that confines itself before: Landlock and seccomp bind a thread for good, and what it
 * starts. The thread ends right after.
 *
 * <p>Not by {@link ProcessBuilder}: the thread that waits for its process would inherit the confinement, be used again
 * for other processes, and hand it on to the carriers of virtual threads. For the same reason the confined thread wakes
 * nobody but the platform thread that joins it, and makes no call but those that were prepared before.
 */
final class ConfinedStart {
    private static final long PR_SET_NO_NEW_PRIVS = 38;
    private static final long SECCOMP_SET_MODE_FILTER = 1;
    private static final long CLOSE_RANGE_UNSHARE_AND_CLOEXEC = 2 | 4;
    private static final long LAST_DESCRIPTOR = 0xffff_ffffL;

    private final Kernel kernel;
    private final Ruleset ruleset;
    private final byte[] filter;
    private final List<Path> doors;

    /** @param doors files that the process gets open for writing, as its descriptors from 3 on */
    ConfinedStart(Kernel kernel, Ruleset ruleset, byte[] filter, List<Path> doors) {
        this.kernel = kernel;
        this.ruleset = ruleset;
        this.filter = filter.clone();
        this.doors = List.copyOf(doors);
    }

    /** Where the confined thread has got to; read after it has ended. */
    private static final class Steps implements Runnable {
        private final Kernel kernel;
        private final long ruleset;
        private final long program;
        private final Kernel.Spawn spawn;
        private String step = "";
        private long result;

        Steps(Kernel kernel, long ruleset, long program, Kernel.Spawn spawn) {
            this.kernel = kernel;
            this.ruleset = ruleset;
            this.program = program;
            this.spawn = spawn;
        }

        @Override
        public void run() {
            step = "close_range";
            result = kernel.call(Kernel.CLOSE_RANGE, 3, LAST_DESCRIPTOR, CLOSE_RANGE_UNSHARE_AND_CLOEXEC, 0);
            if (result < 0) {
                return;
            }
            step = "prctl";
            result = kernel.call(Kernel.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
            if (result < 0) {
                return;
            }
            step = "landlock_restrict_self";
            result = kernel.call(Kernel.LANDLOCK_RESTRICT_SELF, ruleset, 0, 0, 0);
            if (result < 0) {
                return;
            }
            step = "seccomp";
            result = kernel.call(Kernel.SECCOMP, SECCOMP_SET_MODE_FILTER, 0, program, 0);
            if (result < 0) {
                return;
            }
            step = "posix_spawn";
            result = spawn.start();
        }
    }

    /** Starts a program with these and no other variables; to be called by a platform thread. */
    Process start(List<String> argv, List<String> env, boolean input) throws IOException {
        List<Long> theirs = new ArrayList<>();
        List<Long> ours = new ArrayList<>();
        try {
            if (input) {
                pipe(theirs, ours);
            } else {
                theirs.add(kernel.open("/dev/null", Kernel.O_RDONLY));
                ours.add(-1L);
            }
            pipe(ours, theirs);
            pipe(ours, theirs);
            for (Path door : doors) {
                theirs.add(kernel.open(door.toString(), Kernel.O_WRONLY));
            }
            for (long fd : theirs) {
                if (fd < 0) {
                    throw new IOException("cannot open what a process needs: errno " + -fd);
                }
            }
            Streams streams = new Streams(ours.get(1), ours.get(2), ours.get(0));
            try {
                return new Child(spawn(argv, env, theirs), streams);
            } catch (IOException | RuntimeException e) {
                streams.close();
                throw e;
            }
        } finally {
            for (List<Long> ends : List.of(theirs, ours)) {
                ends.stream().filter(fd -> fd >= 0).forEach(kernel::close);
            }
        }
    }

    private void pipe(List<Long> reading, List<Long> writing) {
        long[] ends = kernel.pipe();
        reading.add(ends[0]);
        writing.add(ends[1]);
    }

    private long spawn(List<String> argv, List<String> env, List<Long> descriptors) throws IOException {
        long rules = ruleset.create(kernel);
        try {
            Kernel.Spawn spawn = new Kernel.Spawn(
                    kernel,
                    argv,
                    env,
                    descriptors.stream().mapToLong(Long::longValue).toArray());
            try {
                Steps steps = new Steps(kernel, rules, program().address(), spawn);
                Thread thread =
                        Thread.ofPlatform().daemon().name("sandbox-confined").start(steps);
                joinRegardless(thread);
                if (steps.result <= 0) {
                    throw new IOException(steps.step + " failed: errno " + -steps.result);
                }
                return steps.result;
            } finally {
                spawn.free();
            }
        } finally {
            kernel.close(rules);
        }
    }

    /** {@code struct sock_fprog}: u16 count of instructions, pointer to them. */
    private MemorySegment program() {
        MemorySegment program = kernel.arena().allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) (filter.length / 8));
        program.set(ValueLayout.ADDRESS, 8, kernel.copy(filter));
        return program;
    }

    /** Waits the millisecond that starting takes; an interrupt is kept for who asks for it. */
    private static void joinRegardless(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
