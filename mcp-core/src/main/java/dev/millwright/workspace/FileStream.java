package dev.millwright.workspace;

import java.io.InputStream;
import java.util.Objects;

/** A file of a workspace as a stream, from its start; closing it closes the file. */
public final class FileStream extends InputStream {
    private final OpenFile file;
    private long at;

    public FileStream(OpenFile file) {
        this.file = file;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        int count = file.read(at, into, offset, length);
        at += count;
        return count == 0 ? -1 : count;
    }

    @Override
    public void close() {
        file.close();
    }
}
