package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The fields of a tar header (POSIX.1-2001 ustar, GNU's base-256 numbers). */
final class TarFields {
    private TarFields() {}

    static boolean isZero(byte[] block) {
        for (int i = 0; i < TarReader.BLOCK; i++) {
            if (block[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of all bytes with those of the checksum taken as spaces; old writers summed signed bytes. */
    static boolean hasChecksum(byte[] block) {
        int unsigned = 0;
        int signed = 0;
        for (int i = 0; i < TarReader.BLOCK; i++) {
            int each = i >= 148 && i < 156 ? ' ' : block[i];
            unsigned += each & 0xff;
            signed += each;
        }
        long stated = octal(block, 148, 8);
        return stated >= 0 && (stated == unsigned || stated == signed);
    }

    /** @throws ToolException for what is no number, or one of more than 63 bits */
    static long number(byte[] block, int from, int length, String what) {
        if ((block[from] & 0x80) == 0) {
            long octal = octal(block, from, length);
            if (octal < 0) {
                throw ToolException.invalidInput("%s is damaged: it holds %s where a number should be"
                        .formatted(what, printable(text(block, from, length))));
            }
            return octal;
        }
        boolean negative = (block[from] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = from; i < from + length; i++) {
            int each = i == from ? block[i] & 0x3f | (negative ? 0xc0 : 0) : block[i] & 0xff;
            if (value >> 55 != (negative ? -1 : 0)) {
                throw ToolException.invalidInput(what + " is damaged: it holds a number of more than 63 bits");
            }
            value = value << 8 | each & 0xff;
        }
        return value;
    }

    /** @return -1 for what is no octal number; 0 for nothing but spaces and zeros */
    private static long octal(byte[] block, int from, int length) {
        int start = from;
        int end = from + length;
        while (start < end && (block[start] == ' ' || block[start] == 0)) {
            start++;
        }
        while (end > start && (block[end - 1] == ' ' || block[end - 1] == 0)) {
            end--;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            if (block[i] < '0' || block[i] > '7') {
                return block[i] == 0 && i > start ? value : -1;
            }
            value = value << 3 | block[i] - '0';
        }
        return value;
    }

    /** Name and, of POSIX headers, prefix. */
    static String name(byte[] block) {
        String name = text(block, 0, 100);
        boolean posix = block[257] == 'u' && block[261] == 'r' && block[262] == 0;
        if (!posix || block[345] == 0) {
            return name;
        }
        boolean star = block[508] == 't' && block[509] == 'a' && block[510] == 'r' && block[511] == 0;
        return text(block, 345, star ? 131 : 155) + "/" + name;
    }

    /** Up to the first NUL; UTF-8, and byte by byte where it is none, so that different names stay different. */
    static String text(byte[] bytes, int from, int length) {
        int end = from;
        boolean ascii = true;
        while (end < from + length && bytes[end] != 0) {
            ascii &= bytes[end++] > 0;
        }
        return ascii ? new String(bytes, from, end - from, StandardCharsets.ISO_8859_1) : decoded(bytes, from, end);
    }

    static String decoded(byte[] bytes, int from, int end) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, end - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
        }
    }

    private static String printable(String text) {
        return "'" + text.replaceAll("[^ -~]", "?") + "'";
    }
}
