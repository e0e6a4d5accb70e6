package dev.millwright.docker.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the wire format of Protocol Buffers, as far as BuildKit's progress uses it; damaged input ends in an error. */
final class Protobuf {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int wire;

    Protobuf(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Protobuf(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** The number of the next field; 0 at the end. */
    int next() throws IOException {
        if (at >= end) {
            return 0;
        }
        int tag = (int) number();
        wire = tag & 7;
        int field = tag >>> 3;
        if (field == 0) {
            throw new IOException("field 0 in a message of BuildKit");
        }
        return field;
    }

    long number() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at >= end) {
                throw new IOException("a message of BuildKit ends too early");
            }
            byte each = bytes[at++];
            value |= (each & 0x7fL) << shift;
            if (each >= 0) {
                return value;
            }
        }
        throw new IOException("a number in a message of BuildKit is too long");
    }

    Protobuf message() throws IOException {
        int length = length();
        Protobuf inner = new Protobuf(bytes, at, at + length);
        at += length;
        return inner;
    }

    String text() throws IOException {
        int length = length();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    private int length() throws IOException {
        long length = wire == 2 ? number() : -1;
        if (length < 0 || length > end - at) {
            throw new IOException("a field of a message of BuildKit has a wrong length");
        }
        return (int) length;
    }

    private void fixed(int length) throws IOException {
        if (length > end - at) {
            throw new IOException("a message of BuildKit ends too early");
        }
        at += length;
    }

    void skip() throws IOException {
        switch (wire) {
            case 0 -> number();
            case 1 -> fixed(8);
            case 2 -> {
                int length = length();
                at += length;
            }
            case 5 -> fixed(4);
            default -> throw new IOException("wire type " + wire + " in a message of BuildKit");
        }
    }
}
