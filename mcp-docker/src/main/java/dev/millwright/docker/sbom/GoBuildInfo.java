package dev.millwright.docker.sbom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules that a Go program was built from, which its linker leaves in it. Format: Go's {@code debug/buildinfo}:
 * 14 bytes of magic, size of a pointer, flags; since Go 1.18 two texts follow at 32, before there are two pointers.
 */
final class GoBuildInfo {
    static final byte[] MAGIC = "\u00ff Go buildinf:".getBytes(StandardCharsets.ISO_8859_1);
    static final int ALIGNED = 16;
    private static final int HEADER = 32;
    private static final int BIG_ENDIAN = 1;
    private static final int INLINE = 2;
    private static final int LONGEST = 8 << 20;

    /** The texts are framed by 16 bytes each, so that tools that search for them in a running program find them. */
    private static final int FRAME = 16;

    private static final Pattern RELEASE = Pattern.compile("go(\\d+(?:\\.\\d+)*(?:(?:rc|beta)\\d+)?).*");

    private GoBuildInfo() {}

    /** Where the information begins in a stretch of a program; -1 where it does not. @param aligned what {@code from} is */
    static int indexIn(byte[] bytes, int from, int to) {
        for (int at = from; at + ALIGNED <= to; at += ALIGNED) {
            if (bytes[at] == MAGIC[0] && Arrays.equals(bytes, at, at + MAGIC.length, MAGIC, 0, MAGIC.length)) {
                return at;
            }
        }
        return -1;
    }

    /** @param info begins with the magic; it may be longer than needed */
    static boolean read(byte[] info, Optional<ElfFile> program, Found found) {
        if (info.length < HEADER) {
            return false;
        }
        Optional<String> version;
        Optional<String> modules;
        if ((info[15] & INLINE) != 0) {
            int[] at = {HEADER};
            version = inline(info, at);
            modules = inline(info, at);
        } else if (program.isPresent() && info[14] == program.get().pointerSize()) {
            ByteOrder order = (info[15] & BIG_ENDIAN) != 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            ByteBuffer in = ByteBuffer.wrap(info).order(order);
            version = pointed(program.get(), order, address(in, 16, info[14]));
            modules = pointed(program.get(), order, address(in, 16 + info[14], info[14]));
        } else {
            return false;
        }
        Matcher release = RELEASE.matcher(version.orElse(""));
        if (!release.matches()) {
            return false;
        }
        found.add(Ecosystem.GOLANG, "", "stdlib", release.group(1));
        modules.filter(text -> text.length() > 2 * FRAME && text.charAt(text.length() - FRAME - 1) == '\n')
                .ifPresent(text -> modules(text.substring(FRAME, text.length() - FRAME), found));
        return true;
    }

    private static Optional<String> inline(byte[] info, int[] at) {
        long length = 0;
        for (int shift = 0; shift < 35 && at[0] < info.length; shift += 7) {
            byte b = info[at[0]++];
            length |= (b & 0x7fL) << shift;
            if (b >= 0) {
                break;
            }
        }
        if (length > LONGEST || length > info.length - at[0]) {
            return Optional.empty();
        }
        String text = new String(info, at[0], (int) length, StandardCharsets.ISO_8859_1);
        at[0] += (int) length;
        return Optional.of(text);
    }

    /** A Go string is a pointer and a length. */
    private static Optional<String> pointed(ElfFile program, ByteOrder order, long address) {
        int size = program.pointerSize();
        return program.at(address, 2L * size)
                .flatMap(header -> {
                    ByteBuffer in = ByteBuffer.wrap(header).order(order);
                    long length = address(in, size, size);
                    return length < 0 || length > LONGEST ? Optional.empty() : program.at(address(in, 0, size), length);
                })
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static long address(ByteBuffer in, int at, int size) {
        return size == 8 ? in.getLong(at) : in.getInt(at) & 0xffffffffL;
    }

    /** Lines of {@code mod|dep TAB path TAB version TAB sum}; {@code =>} says what took the place of the line before. */
    private static void modules(String text, Found found) {
        String[] pending = new String[0];
        for (String line : (Iterable<String>) text.lines()::iterator) {
            String[] parts = line.split("\t");
            if (parts.length >= 3 && (parts[0].equals("mod") || parts[0].equals("dep"))) {
                add(pending, found);
                pending = parts;
            } else if (parts.length >= 2 && parts[0].equals("=>")) {
                pending = parts;
            }
        }
        add(pending, found);
    }

    /** A program built where it was written has no version: {@code (devel)}; a folder has none either. */
    private static void add(String[] parts, Found found) {
        if (parts.length >= 3 && parts[2].startsWith("v")) {
            found.add(module(parts[1], parts[2]));
        }
    }

    static Component module(String path, String version) {
        int slash = path.lastIndexOf('/');
        return Component.of(
                Ecosystem.GOLANG, slash < 0 ? "" : path.substring(0, slash), path.substring(slash + 1), version);
    }
}
