package dev.millwright.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes of a run without a pid namespace: what is in its control group, and where its user is nobody else, what
 * is of that user. A process leaves neither.
 */
record LandlockTree(Cgroup group, RunUser user) implements Supervision.Tree {
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);

    @Override
    public void end(Process root) throws IOException {
        root.toHandle().destroyForcibly();
        group.kill();
        if (byUser()) {
            killUser(); // whatever a look at /proc would say: one that forks all the time escapes a look
        }
        long start = System.nanoTime();
        while (!isGone(root)) {
            if (System.nanoTime() - start > GONE_WITHIN.toNanos()) {
                throw new IOException(
                        "processes of a run are still there " + GONE_WITHIN.toSeconds() + " s after SIGKILL");
            }
            Pause.shortly();
            group.kill();
        }
    }

    @Override
    public Optional<Duration> cpu() throws IOException {
        return group.cpu();
    }

    private boolean byUser() {
        return user.alone() && !(group.exists() && group.limits("pids"));
    }

    private boolean isGone(Process root) throws IOException {
        return !root.isAlive() && group.isEmpty() && (!byUser() || !isAnyOfUser());
    }

    /** One {@code kill(-1)} of the user itself: the kernel lets no process of it fork meanwhile. */
    private void killUser() throws IOException {
        List<String> argv = new ArrayList<>(user.prefix());
        argv.addAll(List.of("/bin/sh", "-c", "kill -9 -1"));
        Process killer = new ProcessBuilder(argv)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        killer.onExit().join();
    }

    private boolean isAnyOfUser() throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (isOfUser(process)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** By {@code status}, since the folder of a process that hides from debuggers belongs to root. */
    private boolean isOfUser(Path process) {
        String uid = Integer.toString(user.uid().orElseThrow());
        boolean ours = false;
        try {
            for (String line : Files.readAllLines(process.resolve("status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("State:\tZ") || line.startsWith("State:\tX")) {
                    return false;
                }
                ours |= line.startsWith("Uid:\t" + uid + "\t");
            }
        } catch (IOException e) {
            return false; // it ended while we looked
        }
        return ours;
    }
}
