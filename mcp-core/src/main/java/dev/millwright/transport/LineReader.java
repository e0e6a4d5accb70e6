package dev.millwright.transport;

import java.io.IOException;
import java.io.InputStream;

/** Splits a stream of bytes into lines of bounded length, without decoding them. */
final class LineReader {
    enum Next {
        /** A line is there: {@link #buffer}, {@link #from}, {@link #length}. */
        LINE,
        /** A line was longer than allowed, and has been skipped. */
        TOO_LONG,
        END
    }

    private static final int BUFFER = 8192;

    private final InputStream in;
    private final int longest;
    private byte[] buffer = new byte[BUFFER];
    private int unread;
    private int end;
    private int from;
    private int length;

    /** @param longest bytes of a line without its end */
    LineReader(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** Reads up to the next line feed or the end of the stream. */
    Next next() throws IOException {
        int scanned = unread;
        boolean skipping = false;
        while (true) {
            for (; scanned < end; scanned++) {
                if (buffer[scanned] == '\n') {
                    from = unread;
                    length = scanned - unread;
                    unread = scanned + 1;
                    return skipping || length > longest ? Next.TOO_LONG : Next.LINE;
                }
            }
            if (end - unread > longest) {
                skipping = true;
                unread = end;
            }
            scanned -= unread;
            makeRoom();
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                from = unread;
                length = end - unread;
                unread = end;
                return skipping ? Next.TOO_LONG : length == 0 ? Next.END : Next.LINE;
            }
            end += read;
        }
    }

    /** Moves what is unread to the front, of a longer buffer where it is full, of a new short one where nothing is. */
    private void makeRoom() {
        int kept = end - unread;
        byte[] old = buffer;
        if (kept == 0 && old.length > BUFFER) {
            buffer = new byte[BUFFER];
        } else if (kept == old.length) {
            buffer = new byte[(int) Math.min(2L * old.length, (long) longest + BUFFER)];
        }
        System.arraycopy(old, unread, buffer, 0, kept);
        unread = 0;
        end = kept;
    }

    /** Holds the line until the next call of {@link #next}. */
    byte[] buffer() {
        return buffer;
    }

    int from() {
        return from;
    }

    int length() {
        return length;
    }
}
