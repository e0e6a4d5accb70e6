package dev.millwright.git.work;

import dev.millwright.workspace.OpenFile;
import java.io.InputStream;

/** The bytes of an open file, from its start. Does not close it. */
final class FileStream extends InputStream {
    private final OpenFile file;
    private long position;

    FileStream(OpenFile file) {
        this.file = file;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int read = file.read(position, into, offset, length);
        position += read;
        return read == 0 ? -1 : read;
    }
}
