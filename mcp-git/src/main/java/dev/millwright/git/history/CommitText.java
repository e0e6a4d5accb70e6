package dev.millwright.git.history;

import dev.millwright.git.repo.RepoText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * What a commit says in words, as it was written.
 *
 * @param author name and address
 * @param date of the author; empty where the commit has none
 * @param garbled what of it was no text in the encoding the commit names, as in {@code no UTF-8}
 */
public record CommitText(String author, Optional<OffsetDateTime> date, String message, Optional<String> garbled) {
    /** Bytes of a commit that are read. */
    private static final int LONGEST = 10_000_000;

    private static final Pattern WHEN = Pattern.compile("> *(\\d{1,15}) ([+-])(\\d\\d)(\\d\\d)");
    private static final byte[] ENCODING = Constants.encodeASCII("encoding");

    static CommitText read(ObjectReader reader, ObjectId commit) throws IOException {
        return of(reader.open(commit, Constants.OBJ_COMMIT).getCachedBytes(LONGEST));
    }

    /** @param raw the commit object */
    public static CommitText of(byte[] raw) {
        Charset charset = StandardCharsets.UTF_8;
        Optional<String> garbled = Optional.empty();
        int encoding = RawParseUtils.headerStart(ENCODING, raw, 0);
        if (encoding >= 0) {
            int end = RawParseUtils.nextLF(raw, encoding) - 1;
            String name = new String(raw, encoding, end - encoding, StandardCharsets.ISO_8859_1).strip();
            try {
                charset = Charset.forName(name);
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                garbled = Optional.of("unknown encoding " + RepoText.line(name, 40));
            }
        }
        String text;
        try {
            text = charset.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
        } catch (CharacterCodingException e) {
            garbled = garbled.or(() -> Optional.of("no UTF-8"));
            text = new String(raw, charset);
        }
        int head = text.indexOf("\n\n");
        String message = head < 0 ? "" : text.substring(head + 2);
        int author = text.indexOf("\nauthor ");
        if (author < 0 || head >= 0 && author > head) {
            return new CommitText("", Optional.empty(), message, garbled);
        }
        int end = text.indexOf('\n', author + 1);
        String line = text.substring(author + "\nauthor ".length(), end < 0 ? text.length() : end);
        int address = line.lastIndexOf('>');
        return new CommitText(address < 0 ? line : line.substring(0, address + 1), date(line), message, garbled);
    }

    private static Optional<OffsetDateTime> date(String line) {
        Matcher when = WHEN.matcher(line);
        if (!when.find()) {
            return Optional.empty();
        }
        int minutes = Integer.parseInt(when.group(3)) * 60 + Integer.parseInt(when.group(4));
        try {
            ZoneOffset zone = ZoneOffset.ofTotalSeconds((when.group(2).equals("-") ? -60 : 60) * minutes);
            return Optional.of(
                    Instant.ofEpochSecond(Long.parseLong(when.group(1))).atOffset(zone));
        } catch (DateTimeException e) {
            return Optional.of(Instant.EPOCH.atOffset(ZoneOffset.UTC));
        }
    }

    /** The author without the address. */
    public String name() {
        int address = author.lastIndexOf('<');
        String name = (address < 0 ? author : author.substring(0, address)).strip();
        return name.isEmpty() ? author : name;
    }

    /** The first paragraph in one line. */
    public String subject() {
        String text = message.stripLeading();
        int end = text.indexOf("\n\n");
        return (end < 0 ? text : text.substring(0, end)).strip().replaceAll("\\s*\\n\\s*", " ");
    }

    /** What follows the subject. */
    public String body() {
        String text = message.stripLeading();
        int end = text.indexOf("\n\n");
        return end < 0 ? "" : text.substring(end).strip();
    }
}
