package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A stream as it is, or what gzip or zstd packed into it, told apart by its first bytes; metered. */
final class Unpacked extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final Counted packed;
    private final String what;
    private final Meter meter;
    private long total;

    private Unpacked(InputStream in, Counted packed, String what, Meter meter) {
        this.in = in;
        this.packed = packed;
        this.what = what;
        this.meter = meter;
    }

    /** @param head the first bytes of the stream, which it still has */
    static InputStream of(InputStream stream, byte[] head, String what, Meter meter) throws IOException {
        Counted packed = new Counted(stream);
        try {
            if (starts(head, 0x1f, 0x8b)) {
                return new Unpacked(new GZIPInputStream(packed, BUFFER), packed, what, meter);
            } else if (isZstd(head)) {
                return new Unpacked(new ZstdInputStream(packed), packed, what, meter);
            }
        } catch (ZipException | java.io.EOFException e) {
            throw damaged(what, e);
        }
        return new Unpacked(packed, packed, what, meter);
    }

    static boolean isPacked(byte[] head) {
        return starts(head, 0x1f, 0x8b) || isZstd(head);
    }

    private static boolean isZstd(byte[] head) {
        return starts(head, 0x28, 0xb5, 0x2f, 0xfd);
    }

    private static boolean starts(byte[] head, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (head.length <= i || (head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** Up to {@code length} first bytes, which the stream still has. */
    static byte[] peek(PushbackInputStream in, int length) throws IOException {
        byte[] head = in.readNBytes(length);
        in.unread(head);
        return head;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int read = in.read(into, offset, length);
            if (read > 0) {
                total += read;
                meter.unpacked(read, total, packed.count, what);
            }
            return read;
        } catch (ZipException | java.io.EOFException | MalformedInputException e) {
            throw damaged(what, e);
        }
    }

    private static ToolException damaged(String what, Exception e) {
        return ToolException.invalidInput("%s is damaged or cut off: %s".formatted(what, e.getMessage()));
    }

    /** How many bytes were taken in. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
