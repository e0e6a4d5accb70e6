package dev.millwright.docker.sbom;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A regular file that comes by: its content can be read once, as it arrives.
 *
 * @param path from the root of the image or folder, without a slash in front
 * @param size bytes as announced; less or more may come
 */
record SeenFile(String path, long size, InputStream content) {
    SeenFile(String path, byte[] content) {
        this(path, content.length, new ByteArrayInputStream(content));
    }

    /** The last part of the path. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** All of it. @throws IOException where it has more than {@code most} bytes, or ends early */
    byte[] bytes(int most) throws IOException {
        byte[] bytes = size > most ? new byte[0] : content.readNBytes(most);
        if (size > most || bytes.length == most && content.read() >= 0) {
            throw new IOException("it has more than " + most + " bytes");
        } else if (bytes.length < size) {
            throw new IOException("it ends after " + bytes.length + " of " + size + " bytes");
        }
        return bytes;
    }

    /** As UTF-8; what is none shows U+FFFD. */
    String text(int most) throws IOException {
        return new String(bytes(most), StandardCharsets.UTF_8);
    }
}
