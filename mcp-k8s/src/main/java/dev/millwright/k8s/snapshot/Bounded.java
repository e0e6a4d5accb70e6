package dev.millwright.k8s.snapshot;

import dev.millwright.tool.ToolException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what comes out of an archive and ends a bomb: too many bytes, or far more than went in. */
final class Bounded extends FilterInputStream {
    /** Unpacked bytes of an archive in all, also of entries that are skipped. */
    static final long MOST = 2L << 30;

    /** Unpacked for each packed byte; dumps of a cluster reach about 60. */
    private static final long RATIO = 250;

    /** So many bytes are unpacked before their ratio is looked at. */
    private static final long UNTIL = 16L << 20;

    /** How many bytes were taken in. */
    static final class Counted extends FilterInputStream {
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

    private final Counted packed;
    private final String name;
    private long count;

    Bounded(InputStream unpacked, Counted packed, String name) {
        super(unpacked);
        this.packed = packed;
        this.name = name;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        count(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        count(Math.max(0, read));
        return read;
    }

    @Override
    public long skip(long length) throws IOException {
        byte[] chunk = new byte[(int) Math.min(64 * 1024, Math.max(1, length))];
        long done = 0;
        while (done < length) {
            int read = read(chunk, 0, (int) Math.min(chunk.length, length - done));
            if (read < 0) {
                return done;
            }
            done += read;
        }
        return done;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(int more) {
        count += more;
        if (count > MOST) {
            throw ToolException.limit("/snapshot %s unpacks to more than %d MiB".formatted(name, MOST >> 20));
        } else if (count > UNTIL && count > packed.count * RATIO) {
            throw ToolException.limit("/snapshot %s unpacks to more than %d times its size: it is no dump of a cluster"
                    .formatted(name, RATIO));
        } else if (Thread.interrupted()) {
            throw ToolException.limit("/snapshot " + name + " was not read in time");
        }
    }
}
