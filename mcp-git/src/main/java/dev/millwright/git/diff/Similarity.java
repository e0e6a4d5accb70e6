package dev.millwright.git.diff;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How much of one file is in another, in pieces of a line or 64 bytes, as Git counts it for renames; the last piece
 * without a line end does not count.
 */
final class Similarity {
    /** The score of equal contents. */
    static final int ALL = 60_000;

    private static final int PIECE = 64;
    private static final int HASHES = 107_927;

    private final int maxBytes;
    private final Map<Entry, int[][]> known = new IdentityHashMap<>();
    private final Map<Entry, Long> sizes = new IdentityHashMap<>();

    Similarity(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @return 0 for what cannot reach {@code least}, else up to {@link #ALL} */
    int of(Entry one, Entry other, int least) {
        if (!one.isFile() || !other.isFile()) {
            return 0;
        }
        long size = sizes.computeIfAbsent(one, entry -> entry.content().size());
        long otherSize = sizes.computeIfAbsent(other, entry -> entry.content().size());
        long larger = Math.max(size, otherSize);
        if (larger * (ALL - least) < Math.abs(size - otherSize) * ALL || larger > maxBytes || otherSize == 0) {
            return 0;
        }
        return (int) (common(pieces(one), pieces(other)) * ALL / larger);
    }

    private static long common(int[][] one, int[][] other) {
        long common = 0;
        int i = 0;
        int j = 0;
        while (i < one[0].length && j < other[0].length) {
            int order = Integer.compare(one[0][i], other[0][j]);
            if (order == 0) {
                common += Math.min(one[1][i], other[1][j]);
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return common;
    }

    /** Hashes of the pieces, ascending, and how many bytes have each. */
    private int[][] pieces(Entry entry) {
        return known.computeIfAbsent(entry, e -> pieces(e.content().bytes()));
    }

    private static int[][] pieces(byte[] bytes) {
        boolean text = !FileText.isBinary(bytes);
        long[] found = new long[bytes.length / 16 + 16];
        int n = 0;
        int length = 0;
        int low = 0;
        int high = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte c = bytes[i];
            if (text && c == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n') {
                continue;
            }
            int before = low;
            low = (low << 7) ^ (high >>> 25);
            high = (high << 7) ^ (before >>> 25);
            low += c & 0xff;
            if (++length < PIECE && c != '\n') {
                continue;
            }
            if (n == found.length) {
                found = Arrays.copyOf(found, n * 2);
            }
            found[n++] = (long) Integer.remainderUnsigned(low + high * 0x61, HASHES) << 32 | length;
            length = 0;
            low = 0;
            high = 0;
        }
        Arrays.sort(found, 0, n);
        int[] hashes = new int[n];
        int[] counts = new int[n];
        int distinct = -1;
        for (int i = 0; i < n; i++) {
            int hash = (int) (found[i] >>> 32);
            if (distinct < 0 || hashes[distinct] != hash) {
                hashes[++distinct] = hash;
            }
            counts[distinct] += (int) found[i];
        }
        return new int[][] {Arrays.copyOf(hashes, distinct + 1), Arrays.copyOf(counts, distinct + 1)};
    }
}
