package dev.millwright.sandbox;

import java.time.Duration;

/**
 * What one run may use; all of its processes together unless said otherwise.
 *
 * @param wall time until the whole tree is killed
 * @param cpu processor time
 * @param memoryBytes memory, at least 16 MiB; files in {@code /tmp} and {@code /dev/shm} count
 * @param processes processes and threads at any one time
 * @param fileBytes size of any one file
 * @param diskBytes size of all files in the work folder together, looked at every second; and no more than
 *     {@value DiskUse#MOST_FILES} of them
 * @param outputBytes bytes kept of each output stream; more is counted and dropped
 * @param cpus processors it may keep busy, in parts of one
 */
public record Limits(
        Duration wall,
        Duration cpu,
        long memoryBytes,
        int processes,
        long fileBytes,
        long diskBytes,
        long outputBytes,
        double cpus) {
    /** 30 s, 512 MiB, 64 processes, one processor, files of 256 MiB and 1 GiB in all, 16 MiB of each output. */
    public static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(30), Duration.ofSeconds(30), 512L << 20, 64, 256L << 20, 1L << 30, 16L << 20, 1);

    public Limits {
        if (!wall.isPositive() || !cpu.isPositive()) {
            throw new IllegalArgumentException("wall and cpu time must be positive, got " + wall + " and " + cpu);
        }
        if (memoryBytes < 16L << 20) {
            throw new IllegalArgumentException("memoryBytes must be at least 16 MiB, got " + memoryBytes);
        }
        if (processes < 1 || fileBytes < 0 || diskBytes < 0 || outputBytes < 0 || !(cpus >= 0.01)) {
            throw new IllegalArgumentException(
                    "processes from 1, fileBytes and outputBytes from 0, cpus from 0.01, got " + processes + ", "
                            + fileBytes + ", " + outputBytes + ", " + cpus);
        }
    }

    /** Allows this much wall-clock time, and as much processor time. */
    public Limits wall(Duration wall) {
        return new Limits(wall, wall, memoryBytes, processes, fileBytes, diskBytes, outputBytes, cpus);
    }

    public Limits cpu(Duration cpu) {
        return new Limits(wall, cpu, memoryBytes, processes, fileBytes, diskBytes, outputBytes, cpus);
    }

    public Limits memoryBytes(long memoryBytes) {
        return new Limits(wall, cpu, memoryBytes, processes, fileBytes, diskBytes, outputBytes, cpus);
    }

    public Limits processes(int processes) {
        return new Limits(wall, cpu, memoryBytes, processes, fileBytes, diskBytes, outputBytes, cpus);
    }

    public Limits fileBytes(long fileBytes) {
        return new Limits(wall, cpu, memoryBytes, processes, fileBytes, diskBytes, outputBytes, cpus);
    }

    public Limits outputBytes(long outputBytes) {
        return new Limits(wall, cpu, memoryBytes, processes, fileBytes, diskBytes, outputBytes, cpus);
    }
}
