package dev.millwright.docker.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** Headers written byte by byte: also those that no writer of archives makes. */
final class RawTar {
    private RawTar() {}

    static byte[] entry(String name, char type, byte[] content) {
        return entry(name, type, content, header -> {});
    }

    /** @param twist changes the header before its checksum is made */
    static byte[] entry(String name, char type, byte[] content, Consumer<byte[]> twist) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o\0", content.length));
        put(header, 136, "00000000000\0");
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        twist.accept(header);
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        byte[] all = Arrays.copyOf(header, 512 + (content.length + 511) / 512 * 512);
        System.arraycopy(content, 0, all, 512, content.length);
        return all;
    }

    static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
