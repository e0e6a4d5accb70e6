package dev.millwright.docker.sbom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A program in ELF, as much as its packages need: sections by name, bytes by address. System V ABI, chapter 4. */
final class ElfFile {
    private static final int NO_BITS = 8;
    private static final int LOAD = 1;

    private final byte[] file;
    private final ByteBuffer in;
    private final boolean wide;

    /** @throws IOException for what is no ELF file */
    ElfFile(byte[] file) throws IOException {
        this.file = file;
        this.in = ByteBuffer.wrap(file);
        if (!isElf(file) || file.length < 64) {
            throw new IOException("it is no ELF file");
        }
        this.wide = file[4] == 2;
        in.order(file[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    static boolean isElf(byte[] start) {
        return start.length >= 4 && start[0] == 0x7f && start[1] == 'E' && start[2] == 'L' && start[3] == 'F';
    }

    private record Section(int name, int type, long offset, long size) {}

    /** The bytes of a section; empty where there is none, or it lies outside of the file. */
    Optional<byte[]> section(String name) {
        long table = wide ? in.getLong(40) : in.getInt(32) & 0xffffffffL;
        int size = wide ? 64 : 40;
        int count = in.getShort(wide ? 60 : 48) & 0xffff;
        int names = in.getShort(wide ? 62 : 50) & 0xffff;
        if (table <= 0 || table + (long) count * size > file.length || names >= count) {
            return Optional.empty();
        }
        Section strings = section((int) table + names * size);
        for (int i = 0; i < count; i++) {
            Section section = section((int) table + i * size);
            if (section.type() != NO_BITS && inside(section) && isNamed(strings.offset() + section.name(), name)) {
                int from = (int) section.offset();
                return Optional.of(Arrays.copyOfRange(file, from, from + (int) section.size()));
            }
        }
        return Optional.empty();
    }

    private Section section(int at) {
        return wide
                ? new Section(in.getInt(at), in.getInt(at + 4), in.getLong(at + 24), in.getLong(at + 32))
                : new Section(
                        in.getInt(at),
                        in.getInt(at + 4),
                        in.getInt(at + 16) & 0xffffffffL,
                        in.getInt(at + 20) & 0xffffffffL);
    }

    private boolean inside(Section section) {
        return section.offset() >= 0 && section.size() >= 0 && section.offset() <= file.length - section.size();
    }

    private boolean isNamed(long at, String name) {
        byte[] wanted = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        return at >= 0
                && at + wanted.length <= file.length
                && Arrays.equals(file, (int) at, (int) at + wanted.length, wanted, 0, wanted.length);
    }

    /** What will be at an address when the program is loaded; empty where no segment brings that much. */
    Optional<byte[]> at(long address, long length) {
        long table = wide ? in.getLong(32) : in.getInt(28) & 0xffffffffL;
        int size = wide ? 56 : 32;
        int count = in.getShort(wide ? 56 : 44) & 0xffff;
        for (int i = 0; i < count && table > 0 && table + (i + 1L) * size <= file.length; i++) {
            int at = (int) table + i * size;
            long offset = wide ? in.getLong(at + 8) : in.getInt(at + 4) & 0xffffffffL;
            long start = wide ? in.getLong(at + 16) : in.getInt(at + 8) & 0xffffffffL;
            long bytes = wide ? in.getLong(at + 32) : in.getInt(at + 16) & 0xffffffffL;
            long into = address - start;
            if (in.getInt(at) == LOAD && into >= 0 && length >= 0 && into <= bytes && length <= bytes - into) {
                long from = offset + into;
                return from < 0 || from > file.length - length
                        ? Optional.empty()
                        : Optional.of(Arrays.copyOfRange(file, (int) from, (int) (from + length)));
            }
        }
        return Optional.empty();
    }

    /** Of an address in this program. */
    int pointerSize() {
        return wide ? 8 : 4;
    }

    ByteOrder order() {
        return in.order();
    }
}
