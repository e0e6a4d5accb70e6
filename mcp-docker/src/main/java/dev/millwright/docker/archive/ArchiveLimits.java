package dev.millwright.docker.archive;

/**
 * How much of an archive is read before it is refused.
 *
 * @param entries of all layers together, and of the archive itself
 * @param nameBytes bytes of all names and link targets together: what a visitor keeps, it keeps of these
 * @param unpacked bytes of all layers together, unpacked
 */
public record ArchiveLimits(int entries, long nameBytes, long unpacked) {
    /** A million entries, 96 MiB of names, 256 GiB of content: several times what the fattest public images have. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(1_000_000, 96L << 20, 256L << 30);

    public ArchiveLimits {
        if (entries < 1 || nameBytes < 1 || unpacked < 1) {
            throw new IllegalArgumentException("every limit is at least 1");
        }
    }

    /** The same with this many bytes of content. */
    public ArchiveLimits unpacked(long bytes) {
        return new ArchiveLimits(entries, nameBytes, bytes);
    }
}
