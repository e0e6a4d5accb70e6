package dev.millwright.audit;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Appends events to hash-chained files of JSON lines in a directory.
 *
 * <p>Opens nothing before the first event. Each process writes a chain of its own; events that are to be on the disk
 * share an fsync with all that were written before it began.
 */
public final class AuditLog implements AutoCloseable {
    private final Path directory;
    private final long rotateAt;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock syncing = new ReentrantLock();
    private Optional<Lane> lane = Optional.empty();
    private Optional<IOException> lost = Optional.empty();
    private volatile long synced;
    private volatile boolean full;

    /** @param rotateAt bytes after which a new file is begun */
    public AuditLog(Path directory, long rotateAt) {
        this.directory = directory.toAbsolutePath().normalize();
        this.rotateAt = rotateAt;
    }

    /**
     * Appends one event; safe for any number of threads and processes, and on an interrupted thread.
     *
     * @throws ToolException {@code UNAVAILABLE} when it could not be written
     */
    public void append(AuditEvent event, Durability durability) {
        boolean interrupted = Thread.interrupted();
        try {
            if (full) {
                rotate();
            }
            long seq = write(event);
            if (durability == Durability.SYNC) {
                sync(seq);
            }
        } catch (IOException e) {
            throw unwritable(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Makes sure, as far as can be known beforehand, that an append will succeed; some microseconds when the last did.
     *
     * @throws ToolException {@code UNAVAILABLE} when events cannot be written
     */
    public void ready() {
        boolean interrupted = Thread.interrupted();
        writing.lock();
        try {
            lane().ready();
        } catch (IOException e) {
            throw unwritable(e);
        } finally {
            writing.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private long write(AuditEvent event) throws IOException {
        writing.lock();
        try {
            Lane used = lane();
            long seq = used.append(event);
            full = used.bytes() >= rotateAt;
            return seq;
        } finally {
            writing.unlock();
        }
    }

    private Lane lane() throws IOException {
        if (lost.isPresent()) {
            throw new IOException("the disk failed before: " + lost.get().getMessage(), lost.get());
        } else if (lane.isEmpty()) {
            lane = Optional.of(Lane.take(directory));
            synced = 0;
        }
        return lane.get();
    }

    private ToolException unwritable(IOException e) {
        return ToolException.unavailable(
                "the audit log in " + directory + " cannot be written (" + e.getMessage()
                        + "): only calls that read go through; free space or repair the directory",
                e);
    }

    /** Locks in the order that {@link #sync} does. */
    private void rotate() throws IOException {
        syncing.lock();
        writing.lock();
        try {
            if (lane.isPresent() && lane.get().bytes() >= rotateAt) {
                lane.get().rotate();
                synced = lane.get().seq();
            }
            full = false;
        } finally {
            writing.unlock();
            syncing.unlock();
        }
    }

    /** Whoever comes while another syncs waits, and then mostly finds its event among those just synced. */
    private void sync(long seq) throws IOException {
        syncing.lock();
        try {
            if (synced >= seq) {
                return;
            }
            Lane current;
            RandomAccessFile log;
            long upTo;
            writing.lock();
            try {
                current = lane.orElseThrow(() -> new IOException("the log is closed"));
                log = current.log();
                upTo = current.seq();
            } finally {
                writing.unlock();
            }
            log.getFD().sync();
            synced = upTo;
            writing.lock();
            try {
                current.synced(upTo);
            } finally {
                writing.unlock();
            }
        } catch (IOException e) {
            fail(e);
            throw e;
        } finally {
            syncing.unlock();
        }
    }

    /** After a failed fsync the system may have dropped what it held: no later success can be believed. */
    private void fail(IOException e) {
        writing.lock();
        try {
            lost = Optional.of(e);
        } finally {
            writing.unlock();
        }
    }

    /** Everything appended is on the disk on return. */
    @Override
    public void close() {
        syncing.lock();
        writing.lock();
        try {
            if (lane.isPresent()) {
                lane.get().close();
            }
        } catch (IOException e) {
            throw ToolException.unavailable("the audit log in " + directory + " could not be closed", e);
        } finally {
            lane = Optional.empty();
            writing.unlock();
            syncing.unlock();
        }
    }
}
