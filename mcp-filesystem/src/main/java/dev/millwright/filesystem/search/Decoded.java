package dev.millwright.filesystem.search;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A stretch of bytes as text, UTF-8 or else Latin-1, and the way between places in one and in the other: a cursor that
 * moves both ways, so that neighbouring places cost little.
 */
final class Decoded {
    private final String text;
    private final boolean bytewise;
    private int chars;
    private int bytes;

    private Decoded(String text, boolean bytewise) {
        this.text = text;
        this.bytewise = bytewise;
    }

    static Decoded of(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return beyondAscii(bytes, from, to);
            }
        }
        return new Decoded(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1), true);
    }

    private static Decoded beyondAscii(byte[] bytes, int from, int to) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
            return new Decoded(text, false);
        } catch (CharacterCodingException notUtf8) {
            return new Decoded(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1), true);
        }
    }

    String text() {
        return text;
    }

    /** Where a character begins, in bytes from the start of the stretch. */
    int byteOf(int charOffset) {
        if (bytewise) {
            return charOffset;
        }
        while (chars < charOffset) {
            forth();
        }
        while (chars > charOffset) {
            back();
        }
        return bytes;
    }

    /** The character that begins at a byte or, within one, the next. */
    int charOf(int byteOffset) {
        if (bytewise) {
            return byteOffset;
        }
        while (bytes < byteOffset && chars < text.length()) {
            forth();
        }
        while (bytes > byteOffset && bytes - width(text.codePointBefore(chars)) >= byteOffset) {
            back();
        }
        return chars;
    }

    private void forth() {
        int c = text.codePointAt(chars);
        chars += Character.charCount(c);
        bytes += width(c);
    }

    private void back() {
        int c = text.codePointBefore(chars);
        chars -= Character.charCount(c);
        bytes -= width(c);
    }

    private static int width(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
}
