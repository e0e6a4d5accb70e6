package dev.millwright.git.diff;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The contents of files as Git looks at them. */
public final class FileText {
    /** Bytes in which a NUL makes a file binary. */
    private static final int LOOKED_AT = 8000;

    private static final byte[] LFS =
            "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.US_ASCII);

    private FileText() {}

    public static boolean isBinary(byte[] content) {
        int end = Math.min(LOOKED_AT, content.length);
        for (int i = 0; i < end; i++) {
            if (content[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether it stands for a file that Git LFS keeps elsewhere. */
    public static boolean isLfsPointer(byte[] content) {
        return content.length < 1024
                && content.length > LFS.length
                && Arrays.equals(content, 0, LFS.length, LFS, 0, LFS.length);
    }

    /** As UTF-8 where it is, else as ISO 8859-1, which loses nothing. */
    public static String decoded(byte[] bytes, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
    }
}
