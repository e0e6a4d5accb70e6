package dev.millwright.git.merge;

import java.util.Arrays;

/**
 * What a file consists of: bytes by the checksum of their line, long lines cut each 64 bytes. Sizes, cuts and checksum are
 * Git's ({@code diffcore-delta.c}, up to 2.43: a last line without line end does not count), so that the same pairs of
 * files count as renamed.
 */
final class Fingerprint {
    /** A score of two equal files. */
    static final int MOST = 60_000;

    private static final int HASHES = 107_927;
    private static final int CUT = 64;
    private static final int SNIFFED = 8_000;

    private final long size;
    /** Checksums in order, each in the high half; bytes in the low half. */
    private final long[] spans;

    private Fingerprint(long size, long[] spans) {
        this.size = size;
        this.spans = spans;
    }

    static boolean isBinary(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, SNIFFED); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    static Fingerprint of(byte[] bytes) {
        boolean text = !isBinary(bytes);
        long[] spans = new long[16];
        int count = 0;
        int one = 0;
        int two = 0;
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int c = bytes[i] & 0xff;
            if (text && c == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n') {
                continue;
            }
            int before = one;
            one = (one << 7) ^ (two >>> 25);
            two = (two << 7) ^ (before >>> 25);
            one += c;
            if (++length < CUT && c != '\n') {
                continue;
            }
            if (count == spans.length) {
                spans = Arrays.copyOf(spans, count * 2);
            }
            spans[count++] = (long) Integer.remainderUnsigned(one + two * 0x61, HASHES) << 32 | length;
            length = 0;
            one = 0;
            two = 0;
        }
        Arrays.sort(spans, 0, count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (kept > 0 && spans[kept - 1] >> 32 == spans[i] >> 32) {
                spans[kept - 1] += spans[i] & 0xffff_ffffL;
            } else {
                spans[kept++] = spans[i];
            }
        }
        return new Fingerprint(bytes.length, Arrays.copyOf(spans, kept));
    }

    /** Whether files of these sizes can be alike enough at all. */
    static boolean canBeAlike(long size, long otherSize, int least) {
        long most = Math.max(size, otherSize);
        return most * (MOST - least) >= (most - Math.min(size, otherSize)) * MOST;
    }

    /** How much of the larger file is in both, of {@link #MOST}. */
    int likeness(Fingerprint other) {
        long common = 0;
        int i = 0;
        int j = 0;
        while (i < spans.length && j < other.spans.length) {
            long hash = spans[i] >> 32;
            long otherHash = other.spans[j] >> 32;
            if (hash == otherHash) {
                common += Math.min(spans[i++] & 0xffff_ffffL, other.spans[j++] & 0xffff_ffffL);
            } else if (hash < otherHash) {
                i++;
            } else {
                j++;
            }
        }
        return other.size == 0 ? 0 : (int) (common * MOST / Math.max(size, other.size));
    }
}
