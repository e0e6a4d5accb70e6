package dev.millwright.workspace;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells one state of a file from another: CRC-32C and half of CRC-32 over the content, the size, and the time of the
 * last change in nanoseconds. Of files over 4 MiB the content is not read, {@code x} stands for the checksums.
 *
 * <p>It tells of changes by others, not of forgery: whoever can make a file collide can as well change it after the
 * check. Checksums are a machine instruction; SHA-256 took a tenth of a short read.
 */
public final class Version {
    /** Up to this many bytes a file is looked at as a whole to describe it. */
    public static final int WHOLE = 4 << 20;

    private Version() {}

    /** @param content the whole file */
    public static String of(byte[] content, Stat stat) {
        CRC32C castagnoli = new CRC32C();
        castagnoli.update(content, 0, content.length);
        CRC32 plain = new CRC32();
        plain.update(content, 0, content.length);
        HexFormat hex = HexFormat.of();
        String checksums = hex.toHexDigits(castagnoli.getValue(), 8) + hex.toHexDigits(plain.getValue(), 4);
        return token(checksums, content.length, stat);
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
