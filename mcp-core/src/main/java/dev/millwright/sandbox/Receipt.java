package dev.millwright.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a run ended and what it used. By then no process of it is left.
 *
 * @param exitCode as a shell tells it: 128 + n after signal n
 * @param cpu processor time of all its processes, where a cgroup counts it
 * @param peakMemoryBytes most memory used at one time, where a cgroup counts it
 * @param backend what confined it, as {@link Sandbox#backend()}
 * @param policy SHA-256 of all that confined it: filter, mounts, limits, network
 * @param weaknesses limits that hold less well here than asked for, one sentence each
 */
public record Receipt(
        int exitCode,
        Reason reason,
        Duration wall,
        Optional<Duration> cpu,
        OptionalLong peakMemoryBytes,
        Captured stdout,
        Captured stderr,
        String backend,
        String policy,
        List<String> weaknesses) {
    /** Why a run ended. */
    public enum Reason {
        /** By itself, or by a signal of its own making. */
        EXITED,
        /** Killed: the wall-clock time was over. */
        TIMEOUT,
        /** Killed: the processor time was over. */
        CPU,
        /** Killed: its work folder held more than it may. */
        DISK,
        /** The kernel killed a process of it: it used more memory than it may. */
        MEMORY
    }

    public Receipt {
        weaknesses = List.copyOf(weaknesses);
    }

    /** The signal that ended it, as far as an exit code tells. */
    public OptionalInt signal() {
        return exitCode > 128 && exitCode <= 128 + 64 ? OptionalInt.of(exitCode - 128) : OptionalInt.empty();
    }

    /** {@code strong} when every limit holds for the run as a whole, else {@code weak}. */
    public String limits() {
        return weaknesses.isEmpty() ? "strong" : "weak";
    }
}
