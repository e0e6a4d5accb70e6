package dev.millwright.docker.layers;

import java.nio.ByteBuffer;

/** The first 128 bits of a file's SHA-256: two files of one hash are the same for every purpose here. */
record ContentHash(long high, long low) {
    static ContentHash of(byte[] sha256) {
        ByteBuffer bytes = ByteBuffer.wrap(sha256);
        return new ContentHash(bytes.getLong(), bytes.getLong());
    }
}
