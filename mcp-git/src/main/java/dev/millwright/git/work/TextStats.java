package dev.millwright.git.work;

import java.io.IOException;
import java.io.InputStream;

/** Counts by which Git tells text from binary, and which line ends it has: {@code gather_stats} of convert.c. */
final class TextStats {
    private long nul;
    private long loneCr;
    private long loneLf;
    private long crlf;
    private long printable;
    private long other;
    private long length;
    private int last = -1;

    /** Of all that a stream holds, read in steps. */
    static TextStats of(InputStream in) throws IOException {
        TextStats stats = new TextStats();
        byte[] step = new byte[64 * 1024];
        for (int read; (read = in.read(step)) > 0; ) {
            stats.add(step, read);
        }
        stats.end();
        return stats;
    }

    static TextStats of(byte[] bytes) {
        TextStats stats = new TextStats();
        stats.add(bytes, bytes.length);
        stats.end();
        return stats;
    }

    private void add(byte[] bytes, int to) {
        length += to;
        for (int i = 0; i < to; i++) {
            int c = bytes[i];
            if (c == '\n') {
                if (last == '\r') {
                    crlf++;
                } else {
                    loneLf++;
                }
            } else if (last == '\r') {
                loneCr++;
            }
            if (c != '\n' && c != '\r') {
                count(c);
            }
            last = c;
        }
    }

    private void count(int c) {
        if (c >= 0x20 && c != 127 || c < 0) {
            printable++;
        } else {
            switch (c) {
                case '\b', '\t', 033, '\f' -> printable++;
                case 0 -> {
                    nul++;
                    other++;
                }
                default -> other++;
            }
        }
    }

    private void end() {
        if (last == '\r') {
            loneCr++;
        } else if (last == 032) {
            other--; // a DOS end-of-file mark
        }
    }

    long length() {
        return length;
    }

    long loneCr() {
        return loneCr;
    }

    long loneLf() {
        return loneLf;
    }

    long crlf() {
        return crlf;
    }

    boolean isBinary() {
        return loneCr > 0 || nul > 0 || printable >> 7 < other;
    }
}
