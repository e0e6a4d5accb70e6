package dev.millwright.git.diff;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Where the bytes of a version come from. */
public interface Content {
    /** Of nothing. */
    Content NONE = of(new byte[0]);

    /** Bytes; asked before reading, so that nothing large is loaded. */
    long size();

    /** All of them. */
    byte[] bytes();

    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public byte[] bytes() {
                return bytes;
            }
        };
    }

    /** @param reader stays open while this is used */
    static Content blob(ObjectReader reader, ObjectId id) {
        return new Content() {
            @Override
            public long size() {
                try {
                    return reader.getObjectSize(id, Constants.OBJ_BLOB);
                } catch (IOException e) {
                    throw unreadable(id, e);
                }
            }

            @Override
            public byte[] bytes() {
                try {
                    ObjectLoader loader = reader.open(id, Constants.OBJ_BLOB);
                    return loader.getCachedBytes(Integer.MAX_VALUE);
                } catch (IOException e) {
                    throw unreadable(id, e);
                }
            }
        };
    }

    private static ToolException unreadable(ObjectId id, IOException e) {
        return e instanceof MissingObjectException
                ? ToolException.unavailable("the repository lacks the object " + id.name())
                : ToolException.unavailable("the object " + id.name() + " cannot be read", e);
    }
}
