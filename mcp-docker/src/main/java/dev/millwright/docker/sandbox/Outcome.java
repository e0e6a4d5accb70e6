package dev.millwright.docker.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a run ended and what it used. By then no process of it is left.
 *
 * @param exitCode as a shell tells it: 128 + n after signal n
 * @param cpu processor time of all its processes, where it was counted
 * @param peakMemoryBytes most memory at one time, where it was counted: runs shorter than half a second in containers
 *     are not
 * @param backend {@code docker}, {@code docker/runsc}, or that of the core: {@code bubblewrap}, {@code landlock}
 * @param profile SHA-256 of all that confined it; not told by the core of a run that said too much
 * @param notes what holds less well here than asked for, and artifacts that could not be had; one sentence each
 */
public record Outcome(
        int exitCode,
        Reason reason,
        Duration wall,
        Optional<Duration> cpu,
        OptionalLong peakMemoryBytes,
        Tape stdout,
        Tape stderr,
        List<Artifact> artifacts,
        String backend,
        Optional<String> profile,
        List<String> notes) {
    /** Why a run ended. */
    public enum Reason {
        /** By itself, or by a signal of its own making. */
        EXIT,
        /** The kernel killed a process of it: it used more memory than it may. */
        OOM,
        /** Killed: its time was over. */
        TIMEOUT,
        /** Killed: it said more than it may. */
        OUTPUT,
        /** Killed: its work folder held more than it may. */
        DISK
    }

    public Outcome {
        artifacts = List.copyOf(artifacts);
        notes = List.copyOf(notes);
    }
}
