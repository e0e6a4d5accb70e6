package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.transport.PackParser;

/** Takes objects as ever, and of a pack that another repository sends no more than a number of bytes. */
final class Received extends ObjectInserter.Filter {
    private final ObjectInserter objects;
    private final long most;

    Received(ObjectInserter objects, long most) {
        this.objects = objects;
        this.most = most;
    }

    @Override
    protected ObjectInserter delegate() {
        return objects;
    }

    @Override
    public PackParser newPackParser(InputStream in) throws IOException {
        return objects.newPackParser(new Counted(in, most));
    }

    /** Ends with an error, so that the parser removes what it wrote. */
    private static final class Counted extends FilterInputStream {
        private final long most;
        private long left;

        Counted(InputStream in, long most) {
            super(in);
            this.most = most;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count(read);
            return read;
        }

        private void count(int read) throws IOException {
            left -= Math.max(0, read);
            if (left < 0) {
                throw new IOException(
                        ToolException.limit(("the remote sends more than %d bytes; fetch less, as by depth,"
                                        + " or the operator can allow more: max-fetch-bytes")
                                .formatted(most)));
            }
        }
    }
}
