package dev.millwright.git.undo;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;

/** Held by who changes a repository, one at a time among all servers; the operating system gives it back at their end. */
record RepoLock(FileChannel file) implements AutoCloseable {
    static final String NAME = "millwright.lock";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int STEP = 10;

    /** @throws ToolException {@code CONFLICT} when another server is at work for longer than 20 seconds */
    static RepoLock take(Call call, Repo repo) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        try {
            FileChannel file = FileChannel.open(
                    repo.git().getCommonDirectory().toPath().resolve(NAME),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            try {
                while (!isHeld(file)) {
                    CallMonitor.check(call);
                    if (Instant.now().isAfter(end)) {
                        throw ToolException.conflict("another server is changing " + repo.shown() + ": it holds " + NAME
                                + "; try again when it is done");
                    }
                    Thread.sleep(STEP);
                }
                return new RepoLock(file);
            } catch (RuntimeException | IOException | InterruptedException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be changed: its Git folder cannot be written", e);
        }
    }

    private static boolean isHeld(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // A linked working tree of the same repository, in this very process.
            return false;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw ToolException.unavailable("a lock cannot be given back", e);
        }
    }
}
