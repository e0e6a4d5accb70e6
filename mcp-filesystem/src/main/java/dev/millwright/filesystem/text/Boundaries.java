package dev.millwright.filesystem.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;

/** Where characters begin. In encodings such as Shift_JIS a byte alone does not say whether it begins one. */
final class Boundaries {
    /** Families in which every character is one byte. */
    private static final Set<String> SINGLE = Set.of("US-ASCII", "KOI8-R", "KOI8-U", "TIS-620", "IBM866", "IBM855");

    private final int unit;
    private final int bom;
    private final boolean guessed;
    private final byte[] content;
    private final Optional<BitSet> begins;

    private Boundaries(byte[] content, TextFormat format, Optional<BitSet> begins) {
        this.content = content;
        this.unit = format.unit();
        this.bom = format.bom();
        this.guessed = !format.certain();
        this.begins = begins;
    }

    static Boundaries of(byte[] content, TextFormat format) {
        Charset charset = format.charset();
        String name = charset.name();
        boolean plain = name.startsWith("UTF-")
                || name.startsWith("ISO-8859-")
                || name.startsWith("windows-125")
                || SINGLE.contains(name);
        return new Boundaries(content, format, plain ? Optional.empty() : Optional.of(walk(content, charset)));
    }

    private static BitSet walk(byte[] content, Charset charset) {
        BitSet begins = new BitSet(content.length + 1);
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(content);
        CharBuffer out = CharBuffer.allocate(1);
        CharBuffer two = CharBuffer.allocate(2);
        while (in.hasRemaining()) {
            int at = in.position();
            begins.set(at);
            CoderResult result = decoder.decode(in, out.clear(), true);
            if (in.position() == at && result.isOverflow()) {
                result = decoder.decode(in, two.clear(), true);
            }
            if (in.position() == at) {
                in.position(at + Math.max(1, result.isError() ? result.length() : 1));
            }
            decoder.reset();
        }
        begins.set(content.length);
        return begins;
    }

    /** Whether a character begins at this byte, or the text ends. */
    boolean at(int position) {
        if (begins.isPresent()) {
            return begins.get().get(position);
        }
        return (position - bom) % unit == 0;
    }

    /**
     * Whether it cannot be told: the encoding is a guess, and the byte could be the second of a two-byte character.
     */
    boolean doubtful(int position) {
        return guessed
                && position > 0
                && position < content.length
                && content[position - 1] < 0
                && (content[position] & 0xff) >= 0x40;
    }
}
