package dev.millwright.git.history;

import java.util.Arrays;

/**
 * Between which commits and parents a path differs, as far as somebody looked; a byte each. For several threads without a
 * lock: what is noted is true whoever notes it, and what one of two misses of the other is looked up again.
 */
final class PathMemory {
    static final byte UNKNOWN = 0;
    static final byte SAME = 1;
    static final byte DIFFERENT = 2;

    private volatile byte[] said = new byte[1 << 10];

    /** {@link #UNKNOWN}, {@link #SAME} or {@link #DIFFERENT}. */
    byte of(int edge) {
        byte[] now = said;
        return edge < now.length ? now[edge] : UNKNOWN;
    }

    void note(int edge, byte what) {
        byte[] now = said;
        if (edge >= now.length) {
            now = Arrays.copyOf(now, Math.max(edge + 1, now.length * 2));
            said = now;
        }
        now[edge] = what;
    }
}
