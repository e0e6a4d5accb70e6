package dev.millwright.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is left of one output stream: its first and last bytes, and the rest on disk.
 *
 * @param head the first bytes, at most {@link #END}
 * @param tail the last bytes after {@code head}, at most {@link #END}
 * @param total bytes the command wrote
 * @param spill file with the first {@code kept} bytes, where head and tail are not everything
 * @param kept bytes that {@link #read} can give, from the start on
 */
public record Captured(byte[] head, byte[] tail, long total, Optional<Path> spill, long kept) {
    /** Bytes held in memory of either end of a stream. */
    public static final int END = 64 * 1024;

    /** Bytes between head and tail. */
    public long omitted() {
        return total - head.length - tail.length;
    }

    /** The first line that is not blank. */
    Optional<String> firstLine() {
        return new String(head, StandardCharsets.UTF_8).strip().lines().findFirst();
    }

    /** At most {@code length} bytes from {@code offset}; none at the end of what was kept. */
    public byte[] read(long offset, int length) throws IOException {
        int wanted = (int) Math.max(0, Math.min(length, kept - offset));
        if (wanted == 0) {
            return new byte[0];
        }
        if (spill.isEmpty()) {
            return fromMemory((int) offset, wanted);
        }
        try (FileChannel file = FileChannel.open(spill.get())) {
            ByteBuffer bytes = ByteBuffer.allocate(wanted);
            while (bytes.hasRemaining() && file.read(bytes, offset + bytes.position()) >= 0) {}
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    private byte[] fromMemory(int offset, int length) {
        byte[] all = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return Arrays.copyOfRange(all, offset, offset + length);
    }
}
