package dev.millwright.filesystem.text;

import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A literal text and where it occurs in the bytes of a file, its line ends standing for any. */
final class Needle {
    /**
     * An occurrence.
     *
     * @param ends the line ends met in it, in order
     */
    record Hit(int from, int to, List<String> ends) {
        /** Bytes of a part of the needle in this hit; {@code index} is that of its first line end. */
        int length(String part, int index, TextFormat format) {
            int length = 0;
            int next = index;
            String[] lines = part.split("\n", -1);
            for (int i = 0; i < lines.length; i++) {
                length += format.encode(lines[i]).length;
                if (i + 1 < lines.length) {
                    length += ends.get(next++).length() * format.unit();
                }
            }
            return length;
        }
    }

    private final byte[] content;
    private final TextFormat format;
    private final Boundaries boundaries;
    private final List<byte[]> lines = new ArrayList<>();

    Needle(String text, byte[] content, TextFormat format, Boundaries boundaries) {
        this.content = content;
        this.format = format;
        this.boundaries = boundaries;
        for (String line : plain(text, format).split("\n", -1)) {
            lines.add(format.encode(line));
        }
    }

    /** With {@code \n} for every line end of a file like this. */
    static String plain(String text, TextFormat format) {
        String plain = text.replace("\r\n", "\n");
        return format.eol() == Eol.CR ? plain.replace('\r', '\n') : plain;
    }

    /** All, none overlapping another, from the start. */
    List<Hit> hits() {
        List<Hit> hits = new ArrayList<>();
        int at = format.bom();
        while (at < content.length) {
            Hit hit = boundaries.at(at) ? hit(at) : null;
            if (hit == null) {
                at = next(at + 1);
                continue;
            }
            if (boundaries.doubtful(hit.from()) || boundaries.doubtful(hit.to())) {
                throw ToolException.invalidInput("the file is not UTF-8 and its encoding is not certain; give encoding,"
                        + " for instance Shift_JIS or ISO-8859-1");
            }
            hits.add(hit);
            at = Math.max(hit.to(), at + 1);
        }
        return hits;
    }

    /** The next byte at which a hit may begin. */
    private int next(int from) {
        byte[] first = lines.getFirst();
        if (first.length == 0) {
            return from;
        }
        int at = from;
        while (at < content.length && content[at] != first[0]) {
            at++;
        }
        return at;
    }

    private @Nullable Hit hit(int from) {
        int at = from;
        List<String> ends = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            byte[] line = lines.get(i);
            if (at + line.length > content.length
                    || !Arrays.equals(line, 0, line.length, content, at, at + line.length)) {
                return null;
            }
            at += line.length;
            if (i + 1 < lines.size()) {
                String end = endAt(content, at, format);
                boolean inCrlf = at == from
                        && end.equals("\n")
                        && at >= format.bom() + format.unit()
                        && endAt(content, at - format.unit(), format).equals("\r\n");
                if (end.isEmpty() || inCrlf) {
                    return null;
                }
                ends.add(end);
                at += end.length() * format.unit();
            }
        }
        return boundaries.at(at) ? new Hit(from, at, List.copyOf(ends)) : null;
    }

    /** The line end that begins at a byte: two characters, one, or none. */
    static String endAt(byte[] content, int at, TextFormat format) {
        int one = unitAt(content, at, format);
        if (one == '\r') {
            return unitAt(content, at + format.unit(), format) == '\n' && format.eol() != Eol.CR
                    ? "\r\n"
                    : format.eol() == Eol.CR ? "\r" : "";
        }
        return one == '\n' ? "\n" : "";
    }

    /** The code unit at a byte, -1 past the end. */
    private static int unitAt(byte[] content, int at, TextFormat format) {
        int unit = format.unit();
        if (at + unit > content.length) {
            return -1;
        }
        boolean little = format.charset().name().endsWith("LE");
        int value = 0;
        for (int i = 0; i < unit; i++) {
            value = value << 8 | content[at + (little ? unit - 1 - i : i)] & 0xff;
        }
        return value;
    }
}
