package dev.millwright.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names what a run leaves on disk after the process that made it, so that a later process can tell what a crashed one
 * left behind: {@code millwright-<pid namespace>-<pid>-<start>-<n>}.
 */
final class Lease {
    private static final String PREFIX = "millwright-";
    private static final Path PROC = Path.of("/proc");
    private static final AtomicLong NEXT = new AtomicLong();

    private Lease() {}

    /** A name not used before by this process or any other. */
    static String name() throws IOException {
        return prefix() + NEXT.incrementAndGet();
    }

    /** What all names of this process begin with, and those of no other. */
    static String prefix() throws IOException {
        long pid = ProcessHandle.current().pid();
        String start = started(Long.toString(pid)).orElse("0");
        return PREFIX + namespace() + "-" + pid + "-" + start + "-";
    }

    /** Whether it is one of our names, and its process is no more; what another pid namespace made is not ours to judge. */
    static boolean isLeftBehind(String name) throws IOException {
        String[] parts = name.split("-", -1);
        if (parts.length != 5
                || !name.startsWith(PREFIX)
                || !parts[1].equals(namespace())
                || parts[2].length() > 10
                || !parts[2].chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        return started(parts[2]).map(start -> !start.equals(parts[3])).orElse(true);
    }

    private static String namespace() throws IOException {
        String link = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
        return link.replaceAll("[^0-9]", "");
    }

    /** Clock ticks from boot to the start of a process: field 22 of its stat, the 20th after the name in brackets. */
    private static Optional<String> started(String pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid).resolve("stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
