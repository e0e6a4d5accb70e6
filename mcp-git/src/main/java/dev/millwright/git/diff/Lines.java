package dev.millwright.git.diff;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A text cut into lines, each with its line end; the last one may lack it. */
public final class Lines {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final byte[] bytes;
    private final int[] ends;
    private final int count;
    private final boolean ignoringSpace;
    private final long[] hashes;

    /**
     * @param length bytes of the text; what follows them is no part of it
     * @param ignoringSpace whether lines that differ in white space only are the same
     */
    public Lines(byte[] bytes, int length, boolean ignoringSpace) {
        this.bytes = bytes;
        this.ignoringSpace = ignoringSpace;
        int[] found = new int[Math.max(16, length / 32)];
        int n = 0;
        for (int i = 0; i < length; ) {
            while (i < length && bytes[i] != '\n') {
                i++;
            }
            i = Math.min(length, i + 1);
            if (n == found.length) {
                found = Arrays.copyOf(found, (int) Math.min(length + 1L, n * 2L));
            }
            found[n++] = i;
        }
        ends = found;
        count = n;
        hashes = new long[n];
        for (int i = 0; i < n; i++) {
            hashes[i] = ignoringSpace ? hashOfWords(start(i), ends[i]) : hash(start(i), ends[i]);
        }
    }

    public Lines(byte[] bytes) {
        this(bytes, bytes.length, false);
    }

    public int count() {
        return count;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int start(int line) {
        return line == 0 ? 0 : ends[line - 1];
    }

    /** Past the line's end. */
    public int end(int line) {
        return ends[line];
    }

    /** Whether the text ends with a line end; so does an empty one. */
    public boolean endsWhole() {
        return count == 0 || bytes[ends[count - 1] - 1] == '\n';
    }

    long hash(int line) {
        return hashes[line];
    }

    /** Columns of white space before the line's text, a tab to the next multiple of 8; -1 for a blank line, 200 at most. */
    int indent(int line) {
        int columns = 0;
        for (int i = start(line); i < ends[line]; i++) {
            byte c = bytes[i];
            if (!isSpace(c)) {
                return columns;
            } else if (c == ' ') {
                columns++;
            } else if (c == '\t') {
                columns += 8 - columns % 8;
            }
            if (columns >= 200) {
                return 200;
            }
        }
        return -1;
    }

    /** Equal for equal lines, and as a rule only for them. */
    public int fingerprint(int line) {
        return (int) hashes[line];
    }

    /** Whether two lines are equal, or differ in white space only where that is ignored. */
    public boolean same(int line, Lines other, int otherLine) {
        int from = start(line);
        int to = ends[line];
        int otherFrom = other.start(otherLine);
        int otherTo = other.ends[otherLine];
        if (!ignoringSpace) {
            return Arrays.equals(bytes, from, to, other.bytes, otherFrom, otherTo);
        }
        while (true) {
            while (from < to && isSpace(bytes[from])) {
                from++;
            }
            while (otherFrom < otherTo && isSpace(other.bytes[otherFrom])) {
                otherFrom++;
            }
            if (from == to || otherFrom == otherTo) {
                return from == to && otherFrom == otherTo;
            } else if (bytes[from++] != other.bytes[otherFrom++]) {
                return false;
            }
        }
    }

    private long hash(int from, int to) {
        long hash = to - from;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            hash = Long.rotateLeft((hash ^ (long) LONGS.get(bytes, i)) * PRIME, 29);
        }
        for (; i < to; i++) {
            hash = (hash ^ bytes[i]) * PRIME;
        }
        return hash ^ hash >>> 32;
    }

    private long hashOfWords(int from, int to) {
        long hash = 0;
        for (int i = from; i < to; i++) {
            if (!isSpace(bytes[i])) {
                hash = Long.rotateLeft((hash ^ bytes[i]) * PRIME, 29);
            }
        }
        return hash ^ hash >>> 32;
    }

    /** As Git sees it: vertical tabs and form feeds are none. */
    static boolean isSpace(byte c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
