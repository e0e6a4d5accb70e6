package dev.millwright.filesystem.text;

/** Bytes to be read at any position: of an open file, or in memory. */
@FunctionalInterface
public interface Bytes {
    /** @return how many were read; less than {@code length} only at the end */
    int read(long position, byte[] into, int offset, int length);

    static Bytes of(byte[] content) {
        return (position, into, offset, length) -> {
            int step = (int) Math.max(0, Math.min(length, content.length - position));
            if (step > 0) {
                System.arraycopy(content, (int) position, into, offset, step);
            }
            return step;
        };
    }
}
