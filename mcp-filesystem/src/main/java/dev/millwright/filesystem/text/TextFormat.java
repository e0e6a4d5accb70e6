package dev.millwright.filesystem.text;

import dev.millwright.tool.ToolException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import org.mozilla.universalchardet.UniversalDetector;

/**
 * How bytes are to be read as text.
 *
 * @param bom bytes of the byte order mark at the start, 0 for none
 * @param certain false where the encoding was guessed and is one of one byte for each character: every text is well-formed
 *     in these, so it may as well be another
 */
public record TextFormat(Charset charset, int bom, Eol eol, boolean certain) {
    /** How much of a file's beginning decides. */
    public static final int SAMPLE = 64 * 1024;

    private static final int BINARY_SAMPLE = 8 * 1024;

    /**
     * Looks at the beginning of a file.
     *
     * @param whole whether that is all of it
     * @param wanted the encoding to use whatever the bytes say
     * @return empty for what is no text: a NUL in the first 8 kB without a UTF-16 or UTF-32 mark, or over 30 % control
     *     characters
     */
    public static Optional<TextFormat> of(byte[] start, boolean whole, Optional<String> wanted) {
        Optional<Mark> mark = Mark.of(start);
        if (wanted.isPresent()) {
            Charset charset = charset(wanted.get());
            int bom = mark.filter(m -> m.fits(charset)).map(Mark::length).orElse(0);
            Charset exact = bom > 0 ? mark.get().charset() : charset;
            return Optional.of(new TextFormat(exact, bom, eol(start, bom, exact), true));
        } else if (mark.isPresent()) {
            Charset charset = mark.get().charset();
            int bom = mark.get().length();
            return Optional.of(new TextFormat(charset, bom, eol(start, bom, charset), true));
        } else if (isBinary(start)) {
            return Optional.empty();
        } else if (isUtf8(start, whole)) {
            return Optional.of(
                    new TextFormat(StandardCharsets.UTF_8, 0, eol(start, 0, StandardCharsets.ISO_8859_1), true));
        }
        Optional<Charset> guess = guess(start);
        Charset charset = guess.orElse(StandardCharsets.ISO_8859_1);
        boolean certain = charset.newEncoder().maxBytesPerChar() > 1;
        return Optional.of(new TextFormat(charset, 0, eol(start, 0, charset), certain));
    }

    /** Of a file to be made. @param encoding as in IANA's list; {@code UTF-16} alone means big-endian with a mark */
    public static TextFormat forNew(String encoding) {
        Charset charset = charset(encoding);
        int bom = encoding.equalsIgnoreCase("UTF-16") ? 2 : encoding.equalsIgnoreCase("UTF-32") ? 4 : 0;
        return new TextFormat(charset, bom, Eol.NONE, true);
    }

    private static Charset charset(String name) {
        try {
            Charset charset = Charset.forName(name);
            if (!charset.canEncode()) {
                throw new UnsupportedCharsetException(name);
            }
            return switch (charset.name()) {
                case "UTF-16" -> StandardCharsets.UTF_16BE;
                case "UTF-32" -> Charset.forName("UTF-32BE");
                default -> charset;
            };
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw ToolException.invalidInput("/encoding " + name
                    + " is not known; UTF-8, UTF-16LE, ISO-8859-1, windows-1252, Shift_JIS and so on are");
        }
    }

    /** Bytes of one code unit: what lines and hits are aligned to. */
    public int unit() {
        if (charset == StandardCharsets.UTF_8 || charset == StandardCharsets.ISO_8859_1) {
            return 1;
        }
        String name = charset.name();
        return name.startsWith("UTF-16") ? 2 : name.startsWith("UTF-32") ? 4 : 1;
    }

    /** Encodes strictly. @throws ToolException {@code INVALID_INPUT} for a character the encoding does not have */
    public byte[] encode(String text) {
        try {
            ByteBuffer bytes = charset.newEncoder()
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            byte[] encoded = new byte[bytes.remaining()];
            bytes.get(encoded);
            return encoded;
        } catch (CharacterCodingException e) {
            throw ToolException.invalidInput(
                    "the text holds characters that " + charset.name() + ", the file's encoding, does not have"
                            + (certain ? "" : "; it was a guess, give the right one as encoding"));
        }
    }

    private static Eol eol(byte[] start, int bom, Charset charset) {
        return Eol.of(new String(start, bom, start.length - bom, charset));
    }

    private static boolean isBinary(byte[] start) {
        int length = Math.min(start.length, BINARY_SAMPLE);
        int controls = 0;
        for (int i = 0; i < length; i++) {
            int b = start[i];
            if (b == 0) {
                return true;
            } else if (b >= 0 && b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b
                    || b == 0x7f) {
                controls++;
            }
        }
        return controls * 10L > length * 3L;
    }

    private static boolean isUtf8(byte[] start, boolean whole) {
        int ascii = 0;
        while (ascii < start.length && start[ascii] >= 0) {
            ascii++;
        }
        if (ascii == start.length) {
            return true;
        }
        CharBuffer out = CharBuffer.allocate(start.length - ascii + 1);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(start, ascii, start.length - ascii), out, whole);
        return !result.isError();
    }

    private static Optional<Charset> guess(byte[] start) {
        UniversalDetector detector = new UniversalDetector();
        detector.handleData(start, 0, start.length);
        detector.dataEnd();
        String name = detector.getDetectedCharset();
        return name == null || !Charset.isSupported(name) ? Optional.empty() : Optional.of(Charset.forName(name));
    }

    /** A byte order mark. */
    private record Mark(Charset charset, int length) {
        static Optional<Mark> of(byte[] b) {
            if (starts(b, 0xef, 0xbb, 0xbf)) {
                return Optional.of(new Mark(StandardCharsets.UTF_8, 3));
            } else if (starts(b, 0xff, 0xfe, 0, 0)) {
                return Optional.of(new Mark(Charset.forName("UTF-32LE"), 4));
            } else if (starts(b, 0, 0, 0xfe, 0xff)) {
                return Optional.of(new Mark(Charset.forName("UTF-32BE"), 4));
            } else if (starts(b, 0xff, 0xfe)) {
                return Optional.of(new Mark(StandardCharsets.UTF_16LE, 2));
            } else if (starts(b, 0xfe, 0xff)) {
                return Optional.of(new Mark(StandardCharsets.UTF_16BE, 2));
            }
            return Optional.empty();
        }

        boolean fits(Charset wanted) {
            return charset.equals(wanted)
                    || charset.name().startsWith(wanted.name() + "BE")
                    || charset.name().startsWith(wanted.name() + "LE");
        }

        private static boolean starts(byte[] b, int... mark) {
            if (b.length < mark.length) {
                return false;
            }
            for (int i = 0; i < mark.length; i++) {
                if ((b[i] & 0xff) != mark[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
