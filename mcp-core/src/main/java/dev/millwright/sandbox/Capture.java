package dev.millwright.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Drains one output stream to its end in constant memory: keeps both ends, spills the start to a file, drops the rest. */
final class Capture implements Runnable {
    private static final int CHUNK = 64 * 1024;

    private final InputStream source;
    private final OutputListener.Stream stream;
    private final OutputListener listener;
    private final Optional<Path> folder;
    private final long cap;

    private final byte[] head = new byte[Captured.END];
    private final byte[] tail = new byte[Captured.END]; // a ring: the byte at position p of the stream is at p % END
    private long total;
    private long kept;
    private Optional<Path> file = Optional.empty();
    private Optional<OutputStream> spill = Optional.empty();

    Capture(InputStream source, OutputListener.Stream stream, OutputListener listener, Command command) {
        this.source = source;
        this.stream = stream;
        this.listener = listener;
        this.folder = command.spill();
        this.cap = command.limits().outputBytes();
    }

    @Override
    public void run() {
        byte[] chunk = new byte[CHUNK];
        try (source) {
            for (int length = source.read(chunk); length >= 0; length = source.read(chunk)) {
                keep(chunk, length);
                listener.heard(stream, chunk, length);
            }
        } catch (IOException e) {
            // the pipe was closed from our side, after everything was killed: what came before is kept
        } finally {
            close();
        }
    }

    private synchronized void keep(byte[] chunk, int length) {
        int intoHead = (int) Math.max(0, Math.min(length, head.length - total));
        System.arraycopy(chunk, 0, head, (int) Math.min(total, head.length), intoHead);
        if (total + length > 2L * Captured.END && spill.isEmpty() && folder.isPresent() && cap > total) {
            begin(folder.get());
        }
        for (int from = intoHead; from < length; ) {
            int at = (int) ((total + from) % tail.length);
            int part = Math.min(length - from, tail.length - at);
            System.arraycopy(chunk, from, tail, at, part);
            from += part;
        }
        if (spill.isPresent() && kept == total) {
            int part = (int) Math.min(length, cap - kept);
            append(spill.get(), chunk, 0, part);
        }
        total += length;
    }

    /** Starts the file with what memory holds: all bytes so far, since they fit into head and tail. */
    private void begin(Path folder) {
        try {
            Path path = Files.createTempFile(folder, stream.name().toLowerCase(Locale.ROOT) + "-", ".out");
            OutputStream out = Files.newOutputStream(path, StandardOpenOption.WRITE);
            file = Optional.of(path);
            spill = Optional.of(out);
            byte[] held = held();
            append(out, held, 0, held.length);
        } catch (IOException e) {
            // as in append
        }
    }

    private void append(OutputStream out, byte[] bytes, int from, int length) {
        try {
            out.write(bytes, from, length);
            kept += length;
        } catch (IOException e) {
            // disk full: what is there stays readable, the rest is only counted, as beyond the cap
        }
    }

    private byte[] held() {
        byte[] end = end();
        byte[] all = Arrays.copyOf(head, (int) Math.min(total, head.length) + end.length);
        System.arraycopy(end, 0, all, all.length - end.length, end.length);
        return all;
    }

    /** What the ring holds, in order. */
    private byte[] end() {
        int length = (int) Math.min(tail.length, Math.max(0, total - head.length));
        byte[] end = new byte[length];
        int at = (int) ((total - length) % tail.length);
        int first = Math.min(length, tail.length - at);
        System.arraycopy(tail, at, end, 0, first);
        System.arraycopy(tail, 0, end, first, length - first);
        return end;
    }

    private void close() {
        if (spill.isPresent()) {
            try {
                spill.get().close();
            } catch (IOException e) {
                // nothing is buffered that could be lost here
            }
        }
    }

    /** What was captured so far: everything, once {@link #run} has ended. */
    synchronized Captured captured() {
        byte[] start = Arrays.copyOf(head, (int) Math.min(total, head.length));
        boolean whole = total <= 2L * Captured.END;
        return new Captured(start, end(), total, file, file.isPresent() ? kept : whole ? total : start.length);
    }
}
