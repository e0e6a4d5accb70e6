package dev.millwright.git.history;

import java.nio.charset.StandardCharsets;

/** The bits of a path in filters of changed paths; commitgraph-format of Git, "Bloom filter" of version 1. */
final class PathKey {
    /** Bits a path sets, as all writers have it. */
    static final int HASHES = 7;

    private static final int SEED = 0x293ae76f;
    private static final int OTHER_SEED = 0x7e646e2c;

    private final boolean plain;
    private final int[] hashes = new int[HASHES];

    PathKey(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        boolean ascii = true;
        for (byte b : bytes) {
            ascii &= b >= 0;
        }
        // Version 1 takes other bytes for negative numbers, not all writers do.
        plain = ascii;
        int first = murmur3(bytes, SEED);
        int second = murmur3(bytes, OTHER_SEED);
        for (int i = 0; i < HASHES; i++) {
            hashes[i] = first + i * second;
        }
    }

    /** Whether a filter is certain that its commit did not change the path. @param data the filter from {@code start} */
    boolean isMissing(byte[] data, int start, int end) {
        int bits = (end - start) * 8;
        if (!plain || bits == 0) {
            return false;
        }
        for (int hash : hashes) {
            int bit = Integer.remainderUnsigned(hash, bits);
            if ((data[start + (bit >> 3)] & 1 << (bit & 7)) == 0) {
                return true;
            }
        }
        return false;
    }

    /** MurmurHash3 of 32 bits, by Austin Appleby, in the public domain. */
    private static int murmur3(byte[] bytes, int seed) {
        int hash = seed;
        int whole = bytes.length & ~3;
        for (int i = 0; i < whole; i += 4) {
            int word = bytes[i] & 0xff
                    | (bytes[i + 1] & 0xff) << 8
                    | (bytes[i + 2] & 0xff) << 16
                    | (bytes[i + 3] & 0xff) << 24;
            hash = Integer.rotateLeft(hash ^ scramble(word), 13) * 5 + 0xe6546b64;
        }
        int rest = 0;
        for (int i = bytes.length - 1; i >= whole; i--) {
            rest = rest << 8 | bytes[i] & 0xff;
        }
        hash ^= scramble(rest) ^ bytes.length;
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }

    private static int scramble(int word) {
        return Integer.rotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593;
    }
}
