package dev.millwright.git.work;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What beside line ends becomes of the content of a file on the way to the working tree and back: the rules of Git's
 * convert.c and utf8.c for the attributes {@code ident} and {@code working-tree-encoding}.
 *
 * @param encoding in upper case; empty for UTF-8, which is what the repository has
 */
record Conversion(Eol eol, boolean ident, String encoding) {
    static final Conversion NONE = new Conversion(Eol.KEEP, false, "");

    private static final Pattern EXPANDED = Pattern.compile("\\$Id:[^$\n]*\\$");

    /**
     * An Id with blanks in other places is of another program, and stays. Right after another dollar Git expands it or not,
     * depending on whether it streams the file; here it is expanded always, which makes no difference to the blob.
     */
    private static final Pattern OURS = Pattern.compile("\\$Id(?::(?:[^$\n][^ $\n]* ?)?)?\\$");

    /** What has no name for the JDK, and the order of bytes that Git writes where a mark is to say it. */
    private enum Marked {
        UTF_16("UTF-16", StandardCharsets.UTF_16LE, true, 0xff, 0xfe),
        UTF_16LE("UTF-16LE-BOM", StandardCharsets.UTF_16LE, false, 0xff, 0xfe),
        UTF_16BE("UTF-16BE-BOM", StandardCharsets.UTF_16BE, false, 0xfe, 0xff),
        UTF_32("UTF-32", StandardCharsets.UTF_32LE, true, 0xff, 0xfe, 0, 0);

        private final String encoding;
        private final Charset out;
        private final boolean required;
        private final byte[] mark;

        Marked(String encoding, Charset out, boolean required, int... mark) {
            this.encoding = encoding;
            this.out = out;
            this.required = required;
            this.mark = new byte[mark.length];
            for (int i = 0; i < mark.length; i++) {
                this.mark[i] = (byte) mark[i];
            }
        }
    }

    /** @param attributes as {@link Attributes} has them */
    static Conversion of(Map<String, String> attributes, Eol.Settings settings) {
        boolean ident = Attributes.SET.equals(attributes.get("ident"));
        String encoding = attributes.getOrDefault("working-tree-encoding", "").toUpperCase(Locale.ROOT);
        boolean plain = encoding.equals("UTF-8") || encoding.equals("UTF8") || encoding.equals(Attributes.UNSPECIFIED);
        return new Conversion(Eol.of(attributes, settings), ident, plain ? "" : encoding);
    }

    /** Whether only line ends can change, which needs no file in memory. */
    boolean isOfLineEnds() {
        return !ident && encoding.isEmpty();
    }

    /** From the encoding of the working tree. @throws CharacterCodingException for what is not in it, or without its mark */
    byte[] decoded(byte[] bytes) throws CharacterCodingException {
        if (encoding.isEmpty() || bytes.length == 0) {
            return bytes;
        }
        boolean wide = encoding.startsWith("UTF-16") || encoding.startsWith("UTF-32");
        boolean marked = wide && !encoding.endsWith("BOM") && hasMark(bytes);
        for (Marked each : Marked.values()) {
            if (each.encoding.equals(encoding)) {
                if (each.required && !marked) {
                    throw new CharacterCodingException();
                }
                Charset in = each == Marked.UTF_32 ? StandardCharsets.UTF_32 : StandardCharsets.UTF_16;
                return recoded(bytes, in, StandardCharsets.UTF_8);
            }
        }
        if (marked) {
            throw new CharacterCodingException();
        }
        return recoded(bytes, charset(), StandardCharsets.UTF_8);
    }

    private boolean hasMark(byte[] bytes) {
        return starts(bytes, 0xff, 0xfe)
                || (encoding.startsWith("UTF-16") ? starts(bytes, 0xfe, 0xff) : starts(bytes, 0, 0, 0xfe, 0xff));
    }

    private static boolean starts(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (bytes.length <= i || bytes[i] != (byte) mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** To the encoding of the working tree. @throws CharacterCodingException for what it cannot hold */
    byte[] encoded(byte[] bytes) throws CharacterCodingException {
        if (encoding.isEmpty() || bytes.length == 0) {
            return bytes;
        }
        for (Marked each : Marked.values()) {
            if (each.encoding.equals(encoding)) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(each.mark);
                out.writeBytes(recoded(bytes, StandardCharsets.UTF_8, each.out));
                return out.toByteArray();
            }
        }
        return recoded(bytes, StandardCharsets.UTF_8, charset());
    }

    private Charset charset() throws CharacterCodingException {
        try {
            Charset charset = Charset.forName(encoding);
            if (charset.canEncode()) {
                return charset;
            }
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw failure(e);
        }
        throw new CharacterCodingException();
    }

    private static CharacterCodingException failure(RuntimeException cause) {
        CharacterCodingException failure = new CharacterCodingException();
        failure.initCause(cause);
        return failure;
    }

    private static byte[] recoded(byte[] bytes, Charset from, Charset to) throws CharacterCodingException {
        CharBuffer text = from.newDecoder().decode(ByteBuffer.wrap(bytes));
        ByteBuffer out = to.newEncoder().encode(text);
        return Arrays.copyOfRange(out.array(), out.arrayOffset(), out.arrayOffset() + out.limit());
    }

    /** With the plain keyword, as the repository has it. */
    byte[] collapsed(byte[] bytes) {
        return ident ? replaced(EXPANDED, bytes, "$Id$") : bytes;
    }

    /** With the id of the blob in the keyword, as the working tree has it. */
    byte[] expanded(byte[] bytes, ObjectId id) {
        return ident ? replaced(OURS, bytes, "$Id: " + id.name() + " $") : bytes;
    }

    private static byte[] replaced(Pattern keyword, byte[] bytes, String by) {
        return keyword.matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                .replaceAll(Matcher.quoteReplacement(by))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
