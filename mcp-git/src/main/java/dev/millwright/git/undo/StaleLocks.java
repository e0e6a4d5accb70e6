package dev.millwright.git.undo;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;

/** Locks that a process of ours left when it was killed: told from those of others by what is in them. */
final class StaleLocks {
    /** A live program fills a lock within microseconds of making it. */
    private static final Duration FILLED = Duration.ofSeconds(1);

    private static final int LONGEST = 1024;

    private StaleLocks() {}

    /** Removes the locks of refs that were about to move and hold what was to be written, or never got anything. */
    static void release(Repo repo, Intent intent, Instant started) throws InterruptedException {
        Path own = repo.git().getDirectory().toPath();
        Path common = repo.git().getCommonDirectory().toPath();
        for (Map.Entry<String, List<String>> move : intent.moves().entrySet()) {
            Path folder = move.getKey().equals(Constants.HEAD) ? own : common;
            release(folder.resolve(move.getKey() + ".lock"), move.getValue(), started);
        }
    }

    private static void release(Path lock, List<String> values, Instant started) throws InterruptedException {
        try {
            if (!Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(lock) > LONGEST
                    || made(lock).isBefore(started.truncatedTo(java.time.temporal.ChronoUnit.SECONDS))) {
                return;
            }
            while (Files.size(lock) == 0 && made(lock).isAfter(Instant.now().minus(FILLED))) {
                Thread.sleep(FILLED.toMillis() / 10);
            }
            String holds = Files.readString(lock, StandardCharsets.ISO_8859_1).strip();
            if (holds.isEmpty() || values.contains(holds)) {
                Files.deleteIfExists(lock);
            }
        } catch (java.nio.file.NoSuchFileException e) {
            // Whoever held it let it go: it was not ours.
        } catch (IOException e) {
            throw ToolException.unavailable("a lock that was left behind cannot be removed", e);
        }
    }

    private static Instant made(Path lock) throws IOException {
        return Files.getLastModifiedTime(lock, LinkOption.NOFOLLOW_LINKS).toInstant();
    }
}
