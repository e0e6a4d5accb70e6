package dev.millwright.git.undo;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells one content of the index from another: entries, stages and flags, not what it remembers of files (which every
 * {@code git status} may refresh) and not its extensions, which follow from the entries. Layout: gitformat-index(5).
 */
final class IndexDigest {
    private static final int HEADER = 12;
    private static final int STAT = 40;
    private static final int MODE_AT = 24;
    private static final int ID_AND_FLAGS = 22;
    private static final int EXTENDED = 0x4000;

    private IndexDigest() {}

    /** Of an index file's bytes; of none, for a repository without an index. */
    static String of(byte[] index) {
        MessageDigest digest = sha1();
        if (index.length < HEADER) {
            return HexFormat.of().formatHex(digest.digest());
        }
        ByteBuffer from = ByteBuffer.wrap(index);
        int version = from.getInt(4);
        int count = from.getInt(8);
        if (count == 0) {
            return HexFormat.of().formatHex(digest.digest());
        }
        int at = HEADER;
        for (int i = 0; i < count && at + STAT + ID_AND_FLAGS < index.length; i++) {
            int start = at;
            digest.update(index, at + MODE_AT, 4);
            digest.update(index, at + STAT, ID_AND_FLAGS);
            int flags = Short.toUnsignedInt(from.getShort(at + STAT + 20));
            at += STAT + ID_AND_FLAGS;
            if ((flags & EXTENDED) != 0) {
                digest.update(index, at, 2);
                at += 2;
            }
            int name = at;
            if (version == 4) {
                while ((index[at] & 0x80) != 0) {
                    at++;
                }
                at++;
            }
            while (at < index.length && index[at] != 0) {
                at++;
            }
            digest.update(index, name, Math.min(at + 1, index.length) - name);
            at = version == 4 ? at + 1 : start + (at - start + 8 & ~7);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-1", e);
        }
    }
}
