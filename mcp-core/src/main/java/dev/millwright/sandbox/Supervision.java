package dev.millwright.sandbox;

import dev.millwright.sandbox.Receipt.Reason;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Starts one process and sees it to its end: feeds and drains it, and takes its whole tree down at a limit, at an
 * interrupt, and in any case before it returns.
 *
 * <p>A platform thread of its own starts and waits: {@code PR_SET_PDEATHSIG} watches the thread that started a process,
 * not its program.
 */
final class Supervision {
    private static final long LOOK_EVERY_MILLIS = 200;
    private static final int LOOKS_PER_DISK_LOOK = 5;
    private static final int SIGXCPU = 24;
    private static final long DRAIN_MILLIS = 5_000;

    /** How the tree of processes is taken down and what it used. */
    interface Tree {
        /** Kills everything and waits until it is gone. */
        void end(Process root) throws IOException;

        /** Processor time used so far. */
        Optional<Duration> cpu() throws IOException;
    }

    /** How a process ended; {@code exitCode} as {@link Process#exitValue()} has it. */
    record Ended(int exitCode, Reason reason, Duration wall, Captured stdout, Captured stderr) {
        /** Why it ended, as its control group and exit code tell it too. */
        Reason reason(boolean outOfMemory, int code) {
            if (outOfMemory) {
                return Reason.MEMORY;
            }
            return code == 128 + SIGXCPU ? Reason.CPU : reason;
        }
    }

    /** Starts the process; with {@code /dev/null} for input where the command has none. */
    interface Start {
        Process start() throws IOException;
    }

    private final Start start;
    private final Command command;
    private final OutputListener listener;
    private final Tree tree;
    private final List<Path> written;

    Supervision(ProcessBuilder builder, Command command, OutputListener listener, Tree tree) {
        this(
                builder::start,
                command,
                listener,
                tree,
                command.workFolder().stream().toList());
        if (command.stdin().length == 0) {
            builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        }
    }

    /** @param written folders whose size is looked after */
    Supervision(Start start, Command command, OutputListener listener, Tree tree, List<Path> written) {
        this.start = start;
        this.command = command;
        this.listener = listener;
        this.tree = tree;
        this.written = List.copyOf(written);
    }

    Ended run() throws IOException, InterruptedException {
        FutureTask<Ended> task = new FutureTask<>(this::supervise);
        Thread thread = Thread.ofPlatform().daemon().name("sandbox").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            joinRegardless(thread);
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static void joinRegardless(Thread thread) {
        boolean again = true;
        while (again) {
            try {
                thread.join();
                again = false;
            } catch (InterruptedException e) {
                // asked twice; the tree has to be gone first
            }
        }
    }

    private Ended supervise() throws IOException, InterruptedException {
        long began = System.nanoTime();
        Process process = start.start();
        Capture stdout = new Capture(process.getInputStream(), OutputListener.Stream.STDOUT, listener, command);
        Capture stderr = new Capture(process.getErrorStream(), OutputListener.Stream.STDERR, listener, command);
        Thread out = Thread.ofPlatform().daemon().name("sandbox-stdout").start(stdout);
        Thread err = Thread.ofPlatform().daemon().name("sandbox-stderr").start(stderr);
        if (command.stdin().length > 0) {
            Thread.ofPlatform().daemon().name("sandbox-stdin").start(() -> feed(process.getOutputStream()));
        }
        Reason reason;
        Duration wall;
        try {
            reason = await(process, began);
        } finally {
            tree.end(process);
            wall = Duration.ofNanos(System.nanoTime() - began);
            out.join(DRAIN_MILLIS);
            err.join(DRAIN_MILLIS);
        }
        return new Ended(process.waitFor(), reason, wall, stdout.captured(), stderr.captured());
    }

    private Reason await(Process process, long began) throws IOException, InterruptedException {
        for (int looks = 1; ; ) {
            long left = command.limits()
                    .wall()
                    .minusNanos(System.nanoTime() - began)
                    .toMillis();
            if (process.waitFor(Math.clamp(left, 0, LOOK_EVERY_MILLIS), TimeUnit.MILLISECONDS)) {
                return Reason.EXITED;
            }
            if (left <= 0) {
                return Reason.TIMEOUT;
            }
            Optional<Duration> cpu = tree.cpu();
            if (cpu.isPresent() && cpu.get().compareTo(command.limits().cpu()) >= 0) {
                return Reason.CPU;
            }
            if (looks++ % LOOKS_PER_DISK_LOOK == 0 && isOverDisk()) {
                return Reason.DISK;
            }
        }
    }

    private boolean isOverDisk() throws IOException {
        for (Path folder : written) {
            if (DiskUse.exceeds(folder, command.limits().diskBytes())) {
                return true;
            }
        }
        return false;
    }

    private void feed(OutputStream stdin) {
        try (stdin) {
            stdin.write(command.stdin());
        } catch (IOException e) {
            // it ended, or closed its input, before it had read everything: its good right
        }
    }
}
