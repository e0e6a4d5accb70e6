package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The index, held by {@code index.lock} as Git does. The lock is a second name of a file of ours, and stays so when it
 * becomes the index: that tells a lock which a killed process of ours left from one that another program holds, and an
 * index that a change of ours wrote from one that somebody wrote after it.
 */
public final class IndexHold implements AutoCloseable {
    /** Before a number: one for each time the index was held since {@link #settle}. */
    private static final String OWN = "millwright.index-";

    private static final String LOCK = "index.lock";

    private final Repo repo;
    private final Path index;
    private final Path own;
    private final FileChannel file;

    private IndexHold(Repo repo, Path index, Path own, FileChannel file) {
        this.repo = repo;
        this.index = index;
        this.own = own;
        this.file = file;
    }

    /** @throws ToolException {@code CONFLICT} when another program holds it */
    public static IndexHold take(Repo repo) {
        Path index = repo.indexFile();
        try {
            Path own = index.resolveSibling(OWN + owned(index).size());
            FileChannel file = FileChannel.open(
                    own, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            try {
                Files.createLink(index.resolveSibling(LOCK), own);
                return new IndexHold(repo, index, own, file);
            } catch (IOException e) {
                file.close();
                Files.deleteIfExists(own);
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw Locks.held(repo, index);
        } catch (IOException e) {
            throw ToolException.unavailable("the index of " + repo.shown() + " cannot be locked", e);
        }
    }

    /**
     * Puts another index in its place and lets the lock go.
     *
     * @param modified its time, nanoseconds since 1970; empty for now
     */
    public void commit(byte[] bytes, OptionalLong modified) {
        try (file) {
            ByteBuffer all = ByteBuffer.wrap(bytes);
            while (all.hasRemaining()) {
                file.write(all);
            }
            file.force(true);
            if (modified.isPresent()) {
                Files.setLastModifiedTime(own, FileTime.from(modified.getAsLong(), TimeUnit.NANOSECONDS));
            }
            Files.move(
                    index.resolveSibling(LOCK),
                    index,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw ToolException.unavailable("the index of " + repo.shown() + " cannot be written", e);
        }
    }

    /** Removes the index, as in a repository where nothing was ever staged. */
    public void remove() {
        try {
            Files.deleteIfExists(index);
        } catch (IOException e) {
            throw ToolException.unavailable("the index of " + repo.shown() + " cannot be removed", e);
        }
    }

    /** Lets the lock go, if it is still held. */
    @Override
    public void close() {
        try {
            file.close();
            release(repo);
        } catch (IOException e) {
            throw ToolException.unavailable("the lock of the index of " + repo.shown() + " cannot be given back", e);
        }
    }

    /** Removes a lock of ours; for a process of ours that was killed. One of another program stays. */
    public static void release(Repo repo) {
        if (repo.isBare()) {
            return;
        }
        Path index = repo.indexFile();
        try {
            if (isOwn(index.resolveSibling(LOCK))) {
                Files.deleteIfExists(index.resolveSibling(LOCK));
            }
        } catch (IOException e) {
            throw ToolException.unavailable("the lock of the index of " + repo.shown() + " cannot be given back", e);
        }
    }

    /** Whether the index there is the one that we wrote last, since {@link #settle}. */
    public static boolean wroteIndex(Repo repo) {
        if (repo.isBare()) {
            return false;
        }
        Path index = repo.indexFile();
        try {
            return isOwn(index) || Files.notExists(index) && !owned(index).isEmpty();
        } catch (IOException e) {
            throw ToolException.unavailable("the index of " + repo.shown() + " cannot be read", e);
        }
    }

    private static boolean isOwn(Path file) throws IOException {
        for (Path own : owned(file)) {
            if (Files.exists(file) && Files.isSameFile(file, own)) {
                return true;
            }
        }
        return false;
    }

    private static List<Path> owned(Path index) throws IOException {
        List<Path> owned = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(index.resolveSibling("."), OWN + "*")) {
            all.forEach(owned::add);
        }
        return owned;
    }

    /** Forgets which index was ours: a change begins. */
    public static void settle(Repo repo) {
        if (repo.isBare()) {
            return;
        }
        try {
            for (Path own : owned(repo.indexFile())) {
                Files.deleteIfExists(own);
            }
        } catch (IOException e) {
            throw ToolException.unavailable("the Git folder of " + repo.shown() + " cannot be written", e);
        }
    }
}
