package dev.millwright.keep;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells a program that is at work from one that died in it: each holds a lock on a file of its own, which the operating
 * system gives back when it ends. Unlike process numbers that also holds between containers that share the folder.
 */
public final class Live implements AutoCloseable {
    /** Names this run of the program. Its own files are never probed: closing a probe would give its locks away. */
    private static final String RUN = UUID.randomUUID().toString();

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path folder;
    private final String name = RUN + "." + COUNT.incrementAndGet();
    private @Nullable FileChannel held;

    /** @param folder made with the first use */
    public Live(Path folder) {
        this.folder = folder;
    }

    /** What this program is called in the journal; from now on it counts as alive. */
    public synchronized String name() {
        if (held == null) {
            try {
                Files.createDirectories(folder);
                Path temporary = folder.resolve("." + name);
                FileChannel file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                file.lock();
                // Only now can others see it: nobody finds it unlocked.
                Files.move(temporary, folder.resolve(name));
                held = file;
            } catch (IOException e) {
                throw ToolException.unavailable(
                        "the data directory cannot be written, so nothing may be changed: " + e.getMessage(), e);
            }
        }
        return name;
    }

    /**
     * The lock of a program that died, to be closed with {@link Dead#bury} or let go; empty for one that is alive, and
     * for one that had another data directory, whose end cannot be seen from here.
     */
    public Optional<Dead> dead(String other) {
        if (other.startsWith(RUN) || other.contains("/") || other.isEmpty()) {
            return Optional.empty();
        }
        Path path = folder.resolve(other);
        try {
            FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
            FileLock lock = file.tryLock();
            if (lock == null) {
                file.close();
                return Optional.empty();
            }
            return Optional.of(new Dead(path, file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw ToolException.unavailable("the data directory cannot be read: " + e.getMessage(), e);
        }
    }

    /** A program that died, held so that nobody else cleans up after it meanwhile. */
    public record Dead(Path path, FileChannel file) implements AutoCloseable {
        /** Nothing of it is left to be cleaned up. */
        public void bury() {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw ToolException.unavailable("the data directory cannot be written: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            shut(file);
        }
    }

    private static void shut(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            throw ToolException.unavailable("a lock cannot be given back: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        if (held != null) {
            shut(held);
            held = null;
        }
    }
}
