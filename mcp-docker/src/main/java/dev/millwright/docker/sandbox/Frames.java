package dev.millwright.docker.sandbox;

import dev.millwright.sandbox.OutputListener;
import dev.millwright.sandbox.OutputListener.Stream;
import java.io.IOException;
import java.io.InputStream;

/** Both outputs of a container in one stream: frames of a kind, three zeros, a length of four bytes, and that many bytes. */
final class Frames {
    private static final int HEAD = 8;
    private static final int CHUNK = 32 * 1024;
    private static final int STDERR = 2;

    private Frames() {}

    /** Reads to the end; a connection that breaks is an end too. */
    static void read(InputStream in, OutputListener listener) {
        byte[] chunk = new byte[CHUNK];
        try (in) {
            while (in.readNBytes(chunk, 0, HEAD) == HEAD) {
                Stream stream = chunk[0] == STDERR ? Stream.STDERR : Stream.STDOUT;
                long left =
                        (chunk[4] & 0xffL) << 24 | (chunk[5] & 0xff) << 16 | (chunk[6] & 0xff) << 8 | chunk[7] & 0xff;
                while (left > 0) {
                    int length = in.read(chunk, 0, (int) Math.min(CHUNK, left));
                    if (length < 0) {
                        return;
                    }
                    listener.heard(stream, chunk, length);
                    left -= length;
                }
            }
        } catch (IOException e) {
            // closed from our side, or by the engine when the container is removed
        }
    }
}
