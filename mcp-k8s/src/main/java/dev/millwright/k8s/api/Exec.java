package dev.millwright.k8s.api;

import java.time.Duration;
import java.util.List;

/**
 * A program to run in a container, without a shell.
 *
 * @param maxBytes of each of its outputs that are kept
 */
public record Exec(
        String namespace,
        String pod,
        String container,
        List<String> argv,
        byte[] stdin,
        Duration patience,
        int maxBytes) {
    public Exec {
        argv = List.copyOf(argv);
    }

    /**
     * How it ended.
     *
     * @param exitCode of the program; 126 and 127 also where it could not be started
     * @param truncated whether output was left out
     */
    public record Ended(int exitCode, String stdout, String stderr, boolean truncated) {}
}
