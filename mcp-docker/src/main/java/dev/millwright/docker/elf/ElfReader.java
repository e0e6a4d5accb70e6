package dev.millwright.docker.elf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads ELF by its program headers, as a loader does: section headers may be stripped, or lie. */
public final class ElfReader {
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_SONAME = 14;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;
    private static final int DT_VERDEF = 0x6ffffffc;
    private static final int DT_VERNEED = 0x6ffffffe;

    /** More of one kind than any linker writes: the file is made to keep us busy. */
    private static final int MOST = 10_000;

    private static final int LONGEST_NAME = 4_096;

    private final ByteBuffer bytes;
    private final boolean wide;
    private final List<long[]> loaded = new ArrayList<>();

    private ElfReader(ByteBuffer bytes, boolean wide) {
        this.bytes = bytes;
        this.wide = wide;
    }

    public static boolean isElf(byte[] head) {
        return head.length >= 4 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
    }

    /** @return empty for what is no ELF, or damaged */
    public static Optional<ElfFile> read(byte[] file) {
        if (!isElf(file) || file.length < 52 || file[4] < 1 || file[4] > 2) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(file).order(file[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        try {
            return Optional.of(new ElfReader(bytes, file[4] == 2).read());
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private ElfFile read() {
        int headers = at(wide ? word(32) : word(28));
        int size = bytes.getShort(wide ? 54 : 42) & 0xffff;
        int count = bytes.getShort(wide ? 56 : 44) & 0xffff;
        Optional<String> interpreter = Optional.empty();
        long dynamic = -1;
        long dynamicSize = 0;
        for (int i = 0; i < count; i++) {
            int header = headers + i * size;
            long offset = word(header + (wide ? 8 : 4));
            long stored = word(header + (wide ? 32 : 16));
            switch (bytes.getInt(header)) {
                case PT_LOAD -> loaded.add(new long[] {word(header + (wide ? 16 : 8)), offset, stored});
                case PT_DYNAMIC -> {
                    dynamic = offset;
                    dynamicSize = stored;
                }
                case PT_INTERP -> interpreter = Optional.of(text(offset));
                default -> {}
            }
        }
        List<Long> needed = new ArrayList<>();
        List<Long> paths = new ArrayList<>();
        Optional<Long> soname = Optional.empty();
        long strings = 0;
        long wanted = 0;
        long defined = 0;
        int entry = wide ? 16 : 8;
        for (long i = 0; dynamic >= 0 && i + entry <= dynamicSize && i < (long) MOST * entry; i += entry) {
            int tag = (int) word(at(dynamic + i));
            long value = word(at(dynamic + i + entry / 2));
            if (tag == 0) {
                break;
            }
            switch (tag) {
                case DT_NEEDED -> needed.add(value);
                case DT_RPATH, DT_RUNPATH -> paths.add(value);
                case DT_SONAME -> soname = Optional.of(value);
                case DT_STRTAB -> strings = value;
                case DT_VERNEED -> wanted = value;
                case DT_VERDEF -> defined = value;
                default -> {}
            }
        }
        long table = strings == 0 ? 0 : inFile(strings);
        List<String> runPath = new ArrayList<>();
        paths.forEach(each -> runPath.addAll(List.of(text(table + each).split(":"))));
        return new ElfFile(
                machine(bytes.getShort(18) & 0xffff),
                interpreter,
                needed.stream().map(each -> text(table + each)).toList(),
                runPath,
                soname.map(each -> text(table + each)),
                wanted == 0 ? Set.of() : wanted(inFile(wanted), table),
                defined == 0 ? Set.of() : defined(inFile(defined), table));
    }

    /** Elf_Verneed: version, count, file, aux, next; Elf_Vernaux: hash, flags, other, name, next. */
    private Set<String> wanted(long first, long table) {
        Set<String> names = new TreeSet<>();
        long at = first;
        for (int i = 0; i < MOST; i++) {
            long aux = at + unsigned(at + 8);
            int count = bytes.getShort(at(at + 2)) & 0xffff;
            for (int j = 0; j < count; j++) {
                names.add(text(table + unsigned(aux + 8)));
                aux += unsigned(aux + 12);
            }
            long next = unsigned(at + 12);
            if (next == 0) {
                break;
            }
            at += next;
        }
        return names;
    }

    /** Elf_Verdef: version, flags, index, count, hash, aux, next; the first Elf_Verdaux names it: name, next. */
    private Set<String> defined(long first, long table) {
        Set<String> names = new TreeSet<>();
        long at = first;
        for (int i = 0; i < MOST; i++) {
            names.add(text(table + unsigned(at + unsigned(at + 12))));
            long next = unsigned(at + 16);
            if (next == 0) {
                break;
            }
            at += next;
        }
        return names;
    }

    private long unsigned(long at) {
        return bytes.getInt(at(at)) & 0xffffffffL;
    }

    /** An address or offset: 8 bytes or 4. */
    private long word(int at) {
        return wide ? bytes.getLong(at) : bytes.getInt(at) & 0xffffffffL;
    }

    /** Where an address of the loaded program lies in the file. */
    private long inFile(long address) {
        for (long[] each : loaded) {
            if (address >= each[0] && address - each[0] < each[2]) {
                return address - each[0] + each[1];
            }
        }
        throw new IndexOutOfBoundsException("an address outside of the file");
    }

    private int at(long offset) {
        if (offset < 0 || offset >= bytes.limit()) {
            throw new IndexOutOfBoundsException("an offset outside of the file");
        }
        return (int) offset;
    }

    private String text(long offset) {
        int start = at(offset);
        int end = start;
        while (bytes.get(end) != 0 && end - start < LONGEST_NAME) {
            end++;
        }
        return new String(bytes.array(), start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static String machine(int number) {
        return switch (number) {
            case 3 -> "386";
            case 21 -> "ppc64le";
            case 22 -> "s390x";
            case 40 -> "arm";
            case 62 -> "amd64";
            case 183 -> "arm64";
            case 243 -> "riscv64";
            default -> "machine-" + number;
        };
    }
}
