package dev.millwright.filesystem.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A whole file as text, and the way back to bytes: what stays the same in the text stays the same in the file. Where
 * the encoding that the bytes suggest would not give them back, they are read as ISO-8859-1, which always does.
 */
public record WholeText(TextFormat format, String text) {
    /** Empty for what is no text. */
    public static Optional<WholeText> of(byte[] content) {
        return TextFormat.of(
                        Arrays.copyOf(content, Math.min(content.length, TextFormat.SAMPLE)),
                        content.length <= TextFormat.SAMPLE,
                        Optional.empty())
                .map(format -> of(content, format));
    }

    private static WholeText of(byte[] content, TextFormat format) {
        int bom = format.bom();
        WholeText whole = new WholeText(format, new String(content, bom, content.length - bom, format.charset()));
        byte[] back = whole.text.getBytes(format.charset());
        if (Arrays.equals(back, 0, back.length, content, bom, content.length)) {
            return whole;
        }
        TextFormat bytewise = new TextFormat(StandardCharsets.ISO_8859_1, 0, format.eol(), false);
        return new WholeText(bytewise, new String(content, StandardCharsets.ISO_8859_1));
    }

    /**
     * The bytes of a file with this text instead.
     *
     * @param content the file as it was
     * @throws dev.millwright.tool.ToolException {@code INVALID_INPUT} for a character the encoding does not have
     */
    public byte[] with(String text, byte[] content) {
        byte[] encoded = format.encode(text);
        byte[] all = Arrays.copyOf(content, format.bom() + encoded.length);
        System.arraycopy(encoded, 0, all, format.bom(), encoded.length);
        return all;
    }
}
