package dev.millwright.docker.layers;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * What tells files with other contents apart: size, CRC-32 and CRC-32C, which the processor computes as fast as the engine
 * sends. Of a million files of one size, a pair that differs is taken for the same with a chance of 3 in 10⁸; only somebody who
 * makes such a pair on purpose is told of a duplicate that is none. A SHA-256 would hold the engine up.
 */
record ContentHash(long size, long sums) {
    /** Takes the bytes of one file after the other. */
    static final class Summing {
        private final Checksum first = new CRC32();
        private final Checksum second = new CRC32C();
        private long size;

        void add(byte[] bytes, int length) {
            first.update(bytes, 0, length);
            second.update(bytes, 0, length);
            size += length;
        }

        /** Of all since the last. */
        ContentHash end() {
            ContentHash hash = new ContentHash(size, first.getValue() << 32 | second.getValue());
            first.reset();
            second.reset();
            size = 0;
            return hash;
        }
    }
}
