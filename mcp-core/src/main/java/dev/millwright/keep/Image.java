package dev.millwright.keep;

/**
 * A content that is kept.
 *
 * @param sha256 in hexadecimal: the name it is kept under
 * @param mode permission bits and the sticky bit, {@code 01777}
 * @param modifiedNanos nanoseconds since 1970; 0 until the file is written
 */
public record Image(String sha256, long size, int mode, long modifiedNanos) {}
