package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.OpenFile;

/**
 * Looks for what JGit would misread in an index: extensions that must be understood, whose names begin with a small
 * letter, like {@code link} of a split and {@code sdir} of a sparse one. They come after the entries, so these are walked;
 * format: gitformat-index(5).
 */
final class IndexFormat {
    private static final int HEADER = 12;
    private static final int CHECKSUM = 20;
    private static final int FLAGS = 60;
    private static final int FIXED = 62;
    private static final int EXTENDED = 0x4000;
    private static final int NAME_MASK = 0xfff;

    private final OpenFile file;
    private final String shown;
    private final long end;
    private final byte[] window = new byte[1 << 16];
    private long windowAt;
    private int windowLength;

    private IndexFormat(OpenFile file, String shown) {
        this.file = file;
        this.shown = shown;
        this.end = file.stat().size() - CHECKSUM;
    }

    /** @throws ToolException {@code DENIED} for an index that JGit would misread, saying why */
    static void check(OpenFile file, String shown) {
        if (file.stat().size() > 0) {
            new IndexFormat(file, shown).check();
        }
    }

    private void check() {
        if (end < HEADER || number(0) != 0x44495243) {
            throw broken();
        }
        int version = number(4);
        if (version < 2 || version > 4) {
            throw ToolException.denied("%s has an index of version %d; this server reads 2 to 4"
                    .formatted(shown, Integer.toUnsignedLong(version)));
        }
        long entries = Integer.toUnsignedLong(number(8));
        long at = HEADER;
        for (long i = 0; i < entries; i++) {
            at = afterEntry(at, version);
        }
        while (at + 8 <= end) {
            if (Character.isLowerCase(octet(at))) {
                throw ToolException.denied(shown + said(name(at)));
            }
            at += 8 + Integer.toUnsignedLong(number(at + 4));
        }
    }

    private static String said(String extension) {
        return switch (extension) {
            case "link" -> " has a split index; git update-index --no-split-index makes it whole";
            case "sdir" -> " has a sparse index; git sparse-checkout reapply --no-sparse-index makes it full";
            default -> " has an index with the extension " + extension + ", which this server does not know";
        };
    }

    private long afterEntry(long at, int version) {
        int flags = octet(at + FLAGS) << 8 | octet(at + FLAGS + 1);
        long name = at + FIXED + ((flags & EXTENDED) != 0 ? 2 : 0);
        if (version == 4) {
            while ((octet(name) & 0x80) != 0) {
                name++;
            }
            return afterNul(name + 1);
        }
        int length = flags & NAME_MASK;
        long nameEnd = length < NAME_MASK ? name + length : afterNul(name) - 1;
        return at + (nameEnd - at + 8 & ~7L);
    }

    private long afterNul(long at) {
        long here = at;
        while (octet(here) != 0) {
            here++;
        }
        return here + 1;
    }

    private String name(long at) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            name.append((char) octet(at + i));
        }
        return RepoText.plain(name.toString());
    }

    private int number(long at) {
        return octet(at) << 24 | octet(at + 1) << 16 | octet(at + 2) << 8 | octet(at + 3);
    }

    private int octet(long at) {
        if (at < windowAt || at >= windowAt + windowLength) {
            if (at >= end) {
                throw broken();
            }
            windowAt = at;
            windowLength = file.read(at, window, 0, window.length);
            if (windowLength == 0) {
                throw broken();
            }
        }
        return window[(int) (at - windowAt)] & 0xff;
    }

    private ToolException broken() {
        return ToolException.conflict(shown + " has a damaged index; git fsck tells more");
    }
}
