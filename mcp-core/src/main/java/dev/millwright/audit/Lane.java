package dev.millwright.audit;

import dev.millwright.store.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * One chain of files, {@code lane-0-000001.jsonl} and on, that one process at a time writes.
 *
 * <p>A process holds the lock of {@code lane-0.head} for as long as it writes and takes the next lane when another has
 * it: no writer ever waits for another process, and there are no more lanes than there were writers at a time. Random
 * access files, because a channel would close for all when one interrupted call writes.
 */
final class Lane implements AutoCloseable {
    /** Bytes that must be free for calls that change something to begin. */
    private static final long SPARE = 256 * 1024;

    /** More than most events take. */
    private static final int PROBE = 2048;

    private final Path directory;
    private final int number;
    private final RandomAccessFile headFile;
    private RandomAccessFile log;
    private Head head;
    private boolean torn;

    private Lane(Path directory, int number, RandomAccessFile headFile) throws IOException {
        this.directory = directory;
        this.number = number;
        this.headFile = headFile;
        byte[] old = new byte[(int) Math.min(headFile.length(), 4096)];
        headFile.readFully(old);
        this.head = Head.read(old).orElse(new Head(1, 0, 0, 0, Line.genesis(number)));
        putHead();
        if (!recover()) {
            int next = head.file() + 1;
            while (Files.exists(file(directory, number, next))) {
                next++;
            }
            head = new Head(next, 0, head.seq(), head.synced(), head.hash());
        }
        this.log = openLog(head.file());
        log.setLength(head.bytes());
        putHead();
    }

    /** Takes the first lane that is free, continuing its chain. */
    static Lane take(Path directory) throws IOException {
        PrivateFiles.createDirectories(directory);
        for (int number = 0; ; number++) {
            Path file = PrivateFiles.create(head(directory, number));
            RandomAccessFile headFile = new RandomAccessFile(file.toFile(), "rw");
            try {
                if (locked(headFile) && continues(directory, number, headFile)) {
                    count(directory, number + 1);
                    return new Lane(directory, number, headFile);
                }
            } catch (IOException | RuntimeException e) {
                headFile.close();
                throw e;
            }
            headFile.close();
        }
    }

    private static boolean locked(RandomAccessFile headFile) throws IOException {
        try {
            FileLock lock = headFile.getChannel().tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** A lane whose head is gone while its files are there is evidence: it is left as it is. */
    private static boolean continues(Path directory, int number, RandomAccessFile headFile) throws IOException {
        byte[] old = new byte[(int) Math.min(headFile.length(), 4096)];
        headFile.readFully(old);
        headFile.seek(0);
        return Head.read(old).isPresent() || !Files.exists(file(directory, number, 1));
    }

    /** Writes down how many lanes there are, so that one cannot go unnoticed; adds a line, so that no process undoes it. */
    private static void count(Path directory, int atLeast) throws IOException {
        Path file = PrivateFiles.create(directory.resolve("lanes"));
        if (lanes(directory) < atLeast) {
            Files.writeString(file, atLeast + "\n", StandardOpenOption.APPEND);
        }
    }

    /** The most ever counted; 0 when never. */
    static int lanes(Path directory) throws IOException {
        Path file = directory.resolve("lanes");
        int most = 0;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                most = Math.max(most, line.matches("\\d{1,6}") ? Integer.parseInt(line) : 0);
            }
        }
        return most;
    }

    static Path head(Path directory, int lane) {
        return directory.resolve("lane-" + lane + ".head");
    }

    static Path file(Path directory, int lane, int file) {
        return directory.resolve(String.format("lane-%d-%06d.jsonl", lane, file));
    }

    /**
     * Takes in the whole lines that a killed writer left after its head.
     *
     * @return false when the files are not as the head says: what is there is kept as evidence, and a new file begun
     */
    private boolean recover() throws IOException {
        while (true) {
            Path file = file(directory, number, head.file());
            byte[] rest = new byte[0];
            if (Files.exists(file)) {
                try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                    if (in.length() < head.bytes()) {
                        return false;
                    }
                    in.seek(head.bytes());
                    rest = new byte[Math.toIntExact(in.length() - head.bytes())];
                    in.readFully(rest);
                }
            } else if (head.bytes() > 0) {
                return false;
            }
            int from = 0;
            for (int end = indexOf(rest, from); end >= 0; end = indexOf(rest, from)) {
                Optional<Line> line = Line.read(Arrays.copyOfRange(rest, from, end));
                if (line.isEmpty()
                        || line.get().seq() != head.seq() + 1
                        || !line.get().prev().equals(head.hash())) {
                    return false;
                }
                head = new Head(
                        head.file(),
                        head.bytes() + end + 1 - from,
                        head.seq() + 1,
                        head.synced(),
                        line.get().hash());
                from = end + 1;
            }
            if (!Files.exists(file(directory, number, head.file() + 1))) {
                return true;
            } else if (from < rest.length) {
                return false;
            }
            head = new Head(head.file() + 1, 0, head.seq(), head.synced(), head.hash());
        }
    }

    private static int indexOf(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private RandomAccessFile openLog(int file) throws IOException {
        Path path = file(directory, number, file);
        boolean created = !Files.exists(path);
        RandomAccessFile opened = new RandomAccessFile(PrivateFiles.create(path).toFile(), "rw");
        if (created) {
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            } catch (IOException e) {
                opened.close();
                throw e;
            }
        }
        return opened;
    }

    /** Writes an event after the others, with the operating system on return. @return its number */
    long append(AuditEvent event) throws IOException {
        if (torn) {
            log.setLength(head.bytes());
            torn = false;
        }
        long seq = head.seq() + 1;
        byte[] line = Line.write(event, seq, head.hash());
        torn = true;
        log.seek(head.bytes());
        log.write(line);
        Head before = head;
        head = new Head(before.file(), before.bytes() + line.length, seq, before.synced(), Line.hashOf(line));
        try {
            putHead();
        } catch (IOException e) {
            head = before;
            throw e;
        }
        torn = false;
        return seq;
    }

    /** Checks what would stop a write: no space, a file removed or read-only; after one that failed, by writing. */
    void ready() throws IOException {
        Path file = file(directory, number, head.file());
        if (!Files.isWritable(file)) {
            throw new IOException(file.getFileName() + " is gone or read-only");
        } else if (file.toFile().getUsableSpace() < SPARE) {
            throw new IOException("less than " + SPARE + " bytes are free");
        } else if (torn) {
            log.seek(head.bytes());
            log.write(new byte[PROBE]);
            log.setLength(head.bytes());
            torn = false;
        }
    }

    long bytes() {
        return head.bytes();
    }

    long seq() {
        return head.seq();
    }

    /** The file to sync for all that was appended; those before it have been. */
    RandomAccessFile log() {
        return log;
    }

    void synced(long seq) throws IOException {
        head = new Head(head.file(), head.bytes(), head.seq(), Math.max(seq, head.synced()), head.hash());
        putHead();
    }

    /** Ends this file, on the disk, and begins the next. */
    void rotate() throws IOException {
        log.getFD().sync();
        RandomAccessFile next = openLog(head.file() + 1);
        log.close();
        log = next;
        head = new Head(head.file() + 1, 0, head.seq(), head.seq(), head.hash());
        putHead();
    }

    private void putHead() throws IOException {
        headFile.seek(0);
        headFile.write(head.write());
    }

    @Override
    public void close() throws IOException {
        RandomAccessFile last = log;
        try (headFile;
                last) {
            last.getFD().sync();
            synced(head.seq());
        }
    }
}
