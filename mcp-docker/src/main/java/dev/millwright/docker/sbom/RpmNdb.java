package dev.millwright.docker.sbom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * SUSE's format of rpm's database, from rpm's {@code lib/backend/ndb/rpmpkg.c}: little-endian; pages of slots, each
 * saying in which blocks of 16 bytes a package's header lies, which has a head and a tail of its own.
 */
final class RpmNdb {
    private static final int MAGIC = magic("RpmP");
    private static final int SLOT = magic("Slot");
    private static final int BLOB = magic("BlbS");
    private static final int PAGE = 4096;
    private static final int HEADER = 32;
    private static final int SLOT_SIZE = 16;
    private static final int BLOCK = 16;

    private RpmNdb() {}

    private static int magic(String text) {
        return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
    }

    static void headers(byte[] file, Consumer<byte[]> each) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < PAGE || in.getInt(0) != MAGIC) {
            throw new IOException("it is no rpm database of the ndb format");
        } else if (in.getInt(4) != 0) {
            throw new IOException("its version " + in.getInt(4) + " is not known");
        }
        long slots = (in.getInt(12) & 0xffffffffL) * PAGE;
        if (slots > file.length) {
            throw new IOException("it was cut off");
        }
        for (int slot = HEADER; slot + SLOT_SIZE <= slots; slot += SLOT_SIZE) {
            if (in.getInt(slot) != SLOT) {
                throw new IOException("a slot of it is damaged");
            }
            int number = in.getInt(slot + 4);
            if (number != 0) {
                each.accept(blob(file, in, number, (in.getInt(slot + 8) & 0xffffffffL) * BLOCK));
            }
        }
    }

    private static byte[] blob(byte[] file, ByteBuffer in, int number, long at) throws IOException {
        if (at + BLOCK > file.length || in.getInt((int) at) != BLOB || in.getInt((int) at + 4) != number) {
            throw new IOException("its package " + number + " is not where it should be");
        }
        long end = at + BLOCK + (in.getInt((int) at + 12) & 0xffffffffL);
        if (end > file.length) {
            throw new IOException("its package " + number + " was cut off");
        }
        return Arrays.copyOfRange(file, (int) at + BLOCK, (int) end);
    }
}
