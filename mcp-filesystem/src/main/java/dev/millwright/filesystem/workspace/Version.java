package dev.millwright.filesystem.workspace;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells one state of a file from another: 48 bits of SHA-256 over the content, the size, and the time of the last
 * change in nanoseconds. Of files over 4 MiB the content is not read, {@code x} stands for the hash.
 */
public final class Version {
    /** Up to this many bytes a file is looked at as a whole to describe it. */
    public static final int WHOLE = 4 << 20;

    private Version() {}

    /** @param content the whole file */
    public static String of(byte[] content, Stat stat) {
        return token(HexFormat.of().formatHex(sha256(content), 0, 6), content.length, stat);
    }

    public static String of(OpenFile file) {
        Stat stat = file.stat();
        if (stat.size() > WHOLE) {
            return ofLarge(stat);
        }
        return of(all(file, WHOLE), stat);
    }

    /** Of what is too large to be read. */
    public static String ofLarge(Stat stat) {
        return token("x", stat.size(), stat);
    }

    private static String token(String hash, long size, Stat stat) {
        return hash + "-" + size + "-" + Long.toString(stat.modifiedNanos(), 36);
    }

    /** The first bytes of a file, to its end or to {@code most}. */
    public static byte[] all(OpenFile file, int most) {
        byte[] content = new byte[(int) Math.min(most, Math.max(0, file.stat().size()))];
        int length = file.read(0, content, 0, content.length);
        return length == content.length ? content : java.util.Arrays.copyOf(content, length);
    }

    public static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-256", e);
        }
    }
}
