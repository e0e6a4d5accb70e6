package dev.millwright.docker.sandbox;

import java.time.Duration;

/**
 * What a run may use.
 *
 * @param time until everything of it is killed
 * @param memoryBytes memory of all its processes, from 16 MiB on; swap does not add to it, files in {@code /tmp} count
 * @param cpus processors it may keep busy, in parts of one
 * @param processes processes and threads at any one time
 * @param workBytes size of all files in the work folder, and of any one of them
 * @param outputBytes size of standard output and error together; a run that says more is killed
 */
public record Bounds(Duration time, long memoryBytes, double cpus, int processes, long workBytes, long outputBytes) {
    /** 30 s, 256 MiB, one processor, 64 processes, 64 MiB of files, 16 MiB of output. */
    public static final Bounds DEFAULT = new Bounds(Duration.ofSeconds(30), 256L << 20, 1, 64, 64L << 20, 16L << 20);

    public Bounds {
        if (!time.isPositive() || memoryBytes < 16L << 20 || !(cpus >= 0.01) || processes < 2) {
            throw new IllegalArgumentException(
                    "time above 0, memoryBytes from 16 MiB, cpus from 0.01, processes from 2," + " got " + time + ", "
                            + memoryBytes + ", " + cpus + ", " + processes);
        }
        if (workBytes < 4096 || outputBytes < 1) {
            throw new IllegalArgumentException(
                    "workBytes from 4096, outputBytes from 1, got " + workBytes + ", " + outputBytes);
        }
    }

    public Bounds time(Duration time) {
        return new Bounds(time, memoryBytes, cpus, processes, workBytes, outputBytes);
    }

    public Bounds memoryBytes(long memoryBytes) {
        return new Bounds(time, memoryBytes, cpus, processes, workBytes, outputBytes);
    }

    public Bounds processes(int processes) {
        return new Bounds(time, memoryBytes, cpus, processes, workBytes, outputBytes);
    }

    public Bounds workBytes(long workBytes) {
        return new Bounds(time, memoryBytes, cpus, processes, workBytes, outputBytes);
    }

    public Bounds outputBytes(long outputBytes) {
        return new Bounds(time, memoryBytes, cpus, processes, workBytes, outputBytes);
    }
}
