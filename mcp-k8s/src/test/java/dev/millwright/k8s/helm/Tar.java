package dev.millwright.k8s.helm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Archives as a test wants them, hostile ones too. */
public final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A chart of text files, packed as {@code helm package} does. */
    public static byte[] of(Map<String, String> files) {
        Tar tar = new Tar();
        files.forEach((name, text) -> tar.entry(name, '0', "", text.getBytes(StandardCharsets.UTF_8)));
        return tar.packed();
    }

    /** @param type {@code 0} a file, {@code 2} a symbolic link, {@code 1} a hard link, {@code 3} a device, {@code 5} a folder */
    public Tar entry(String name, char type, String link, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, "%011o\0".formatted(content.length));
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        put(header, 148, "        ");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        bytes.writeBytes(header);
        bytes.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        return this;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] written = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(written, 0, header, at, written.length);
    }

    public byte[] packed() {
        bytes.writeBytes(new byte[1024]);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            bytes.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
