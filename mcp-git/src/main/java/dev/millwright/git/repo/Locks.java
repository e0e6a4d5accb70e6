package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Who is in the way: Git lets one program at a time write a file, the one that made its {@code .lock}. */
public final class Locks {
    private static final Path PROCESSES = Path.of("/proc");

    private Locks() {}

    /**
     * What to say when the lock of a file is there already.
     *
     * @param locked the file without {@code .lock}
     * @return {@code CONFLICT} that names the lock, its age, and the process that has it open
     */
    public static ToolException held(Repo repo, Path locked) {
        Path lock = locked.resolveSibling(locked.getFileName() + ".lock");
        String name = repo.git().getCommonDirectory().toPath().relativize(lock).toString();
        Optional<Duration> age = age(lock);
        if (age.isEmpty()) {
            return ToolException.conflict(
                    "another program held %s of %s this moment; try again".formatted(name, repo.shown()));
        }
        String holder = holder(lock)
                .map(process -> "process " + process + " has it open; wait for it")
                .orElse(
                        "no running process has it open; when no Git runs in this repository, it may be removed by hand");
        return ToolException.conflict(
                "%s of %s is there since %s: %s".formatted(name, repo.shown(), said(age.get()), holder));
    }

    private static Optional<Duration> age(Path lock) {
        try {
            FileTime made = Files.getLastModifiedTime(lock, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(Duration.between(made.toInstant(), Instant.now()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String said(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200
                        ? seconds / 60 + " min"
                        : seconds < 172_800 ? seconds / 3600 + " h" : age.toDays() + " days";
    }

    /** Number and name; only of processes that we may look into. */
    private static Optional<String> holder(Path lock) {
        if (!Files.isDirectory(PROCESSES)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (hasOpen(process, lock)) {
                    return Optional.of(process.getFileName() + " ("
                            + RepoText.line(Files.readString(process.resolve("comm")), 40) + ")");
                }
            }
        } catch (IOException e) {
            // It ended meanwhile: then it holds nothing.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean hasOpen(Path process, Path lock) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.readSymbolicLink(file).equals(lock)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Ended, or another user's: nothing to see.
            return false;
        }
        return false;
    }
}
