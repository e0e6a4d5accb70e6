package dev.millwright.workspace;

/** A regular file, open for reading; safe for use by several threads, and never blocks on what is not a file. */
public sealed interface OpenFile extends AutoCloseable permits LinuxFile, SecureFile, PortableFile {
    /** Asked of the open file, so that it speaks of the same bytes as {@link #read}. */
    Stat stat();

    /**
     * Reads bytes at a position.
     *
     * @return how many were read, less than {@code length} only at the end of the file; 0 there
     */
    int read(long position, byte[] into, int offset, int length);

    @Override
    void close();
}
