package dev.millwright.git.work;

import java.io.IOException;
import java.io.InputStream;

/** A stream with other line ends: LF made CRLF where there is none, or CRLF made LF. */
final class EolStream extends InputStream {
    private final InputStream in;
    private final boolean addsCr;
    private final byte[] buffer = new byte[32 * 1024];
    private int from;
    private int to;
    private int last = -1;
    private boolean lfIsDue;

    private EolStream(InputStream in, boolean addsCr) {
        this.in = in;
        this.addsCr = addsCr;
    }

    static InputStream addingCr(InputStream in) {
        return new EolStream(in, true);
    }

    static InputStream droppingCr(InputStream in) {
        return new EolStream(in, false);
    }

    private int peek() throws IOException {
        if (from == to) {
            from = 0;
            to = in.read(buffer);
            if (to <= 0) {
                to = 0;
                return -1;
            }
        }
        return buffer[from] & 0xff;
    }

    @Override
    public int read() throws IOException {
        if (lfIsDue) {
            lfIsDue = false;
            last = '\n';
            return '\n';
        }
        int c = peek();
        if (c < 0) {
            return -1;
        }
        from++;
        if (addsCr && c == '\n' && last != '\r') {
            lfIsDue = true;
            return '\r';
        } else if (!addsCr && c == '\r' && peek() == '\n') {
            from++;
            return '\n';
        }
        last = c;
        return c;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int c = read();
            if (c < 0) {
                break;
            }
            into[offset + done++] = (byte) c;
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
