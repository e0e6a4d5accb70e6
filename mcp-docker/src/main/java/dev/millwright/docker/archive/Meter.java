package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;

/** Counts what an archive makes us read, and ends it at its limits, or when the call is over. */
final class Meter {
    /** Unpacked for each packed byte. Deflate reaches 1,032 on zeros; whole images stay below 20. */
    private static final long RATIO = 200;

    /** So many bytes are unpacked before their ratio is looked at: a layer may well hold a file of zeros. */
    private static final long UNTIL = 256L << 20;

    private final ArchiveLimits limits;
    private int entries;
    private long nameBytes;
    private long unpacked;

    Meter(ArchiveLimits limits) {
        this.limits = limits;
    }

    void entry(int names) {
        nameBytes += names;
        if (++entries > limits.entries()) {
            throw ToolException.limit("the archive has more than %,d entries".formatted(limits.entries()));
        } else if (nameBytes > limits.nameBytes()) {
            throw ToolException.limit(
                    "the names in the archive take more than %,d bytes".formatted(limits.nameBytes()));
        }
    }

    /** @param total what the stream gave so far, for {@code packed} bytes read */
    void unpacked(long more, long total, long packed, String what) {
        unpacked += more;
        if (unpacked > limits.unpacked()) {
            throw ToolException.limit("the archive unpacks to more than %,d bytes".formatted(limits.unpacked()));
        } else if (total > UNTIL && total / RATIO > packed) {
            throw ToolException.limit("%s unpacks to more than %d times its size: it is made to fill memory or disk"
                    .formatted(what, RATIO));
        }
        check();
    }

    void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw ToolException.limit("the archive was not read in time");
        }
    }
}
