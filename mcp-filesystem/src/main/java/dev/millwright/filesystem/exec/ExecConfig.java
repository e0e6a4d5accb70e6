package dev.millwright.filesystem.exec;

import dev.millwright.json.Doc;
import java.time.Duration;

/** Bounds of {@code execute_code}. */
public record ExecConfig(
        @Doc(
                value = "Runs at the same time, of all tenants; more wait ten seconds for their turn.",
                min = 1,
                max = 1000,
                orElse = "4")
        int concurrentRuns,

        @Doc(value = "Most megabytes of memory a run may ask for.", min = 16, max = 1048576, orElse = "4096")
        int maxMemoryMb,

        @Doc(value = "Processes and threads of one run.", min = 4, max = 100000, orElse = "64")
        int processes,

        @Doc(value = "Megabytes kept of each output stream for exec_output.", min = 0, max = 10240, orElse = "16")
        int keepOutputMb,

        @Doc(value = "Largest file a run may write, in megabytes.", min = 1, max = 1048576, orElse = "256")
        int maxFileMb,

        @Doc(
                value = "All files of a run's work folder together, in megabytes.",
                min = 1,
                max = 1048576,
                orElse = "1024")
        int maxDiskMb) {
    /** All defaults. */
    public static final ExecConfig DEFAULT = new ExecConfig(4, 4096, 64, 16, 256, 1024);

    /** How long output can be read after a run. */
    static final Duration OUTPUT_LIFETIME = Duration.ofMinutes(15);
}
