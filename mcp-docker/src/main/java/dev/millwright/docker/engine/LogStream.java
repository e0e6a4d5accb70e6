package dev.millwright.docker.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The output of a container as its engine sends it: without a terminal in frames of both streams
 * ({@code application/vnd.docker.raw-stream} of the API's "Attach to a container"), with one as it is.
 */
public final class LogStream {
    /** Takes lines without their ends. */
    @FunctionalInterface
    public interface Lines {
        /** @return whether more are wanted */
        boolean line(boolean error, String line);
    }

    /** Of a longer line only the beginning is kept. */
    private static final int LONGEST_LINE = 64 * 1024;

    private static final int STDERR = 2;

    private LogStream() {}

    /**
     * Reads to the end, or until no more is wanted.
     *
     * @param framed whether the container has no terminal
     * @throws EOFException when it ends within a frame
     */
    public static void read(InputStream body, boolean framed, Lines lines) throws IOException {
        Line out = new Line(false, lines);
        Line error = new Line(true, lines);
        byte[] buffer = new byte[32 * 1024];
        boolean more = true;
        if (framed) {
            DataInputStream in = new DataInputStream(body);
            int stream = in.read();
            while (more && stream >= 0) {
                in.skipNBytes(3);
                long left = Integer.toUnsignedLong(in.readInt());
                while (more && left > 0) {
                    int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (count < 0) {
                        throw new EOFException("the output ends within a frame");
                    }
                    more = (stream == STDERR ? error : out).take(buffer, count);
                    left -= count;
                }
                stream = more ? in.read() : -1;
            }
        } else {
            int count = body.read(buffer);
            while (more && count >= 0) {
                more = out.take(buffer, count);
                count = more ? body.read(buffer) : -1;
            }
        }
        if (more) {
            out.end();
            error.end();
        }
    }

    private static final class Line {
        private final boolean error;
        private final Lines lines;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Line(boolean error, Lines lines) {
            this.error = error;
            this.lines = lines;
        }

        boolean take(byte[] buffer, int count) {
            int from = 0;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    keep(buffer, from, i);
                    from = i + 1;
                    if (!give()) {
                        return false;
                    }
                }
            }
            keep(buffer, from, count);
            return true;
        }

        private void keep(byte[] buffer, int from, int to) {
            bytes.write(buffer, from, Math.min(to - from, LONGEST_LINE - bytes.size()));
        }

        void end() {
            if (bytes.size() > 0) {
                give();
            }
        }

        private boolean give() {
            String line = bytes.toString(StandardCharsets.UTF_8);
            bytes.reset();
            return lines.line(error, line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
    }
}
