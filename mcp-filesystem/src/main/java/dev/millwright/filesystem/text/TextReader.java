package dev.millwright.filesystem.text;

import dev.millwright.workspace.Version;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Reads parts of a text of any size in memory for the part only.
 *
 * <p>A part ends with a line where it can. A line too long for the budget is cut between two characters, and the next
 * part goes on from that byte.
 */
public final class TextReader {
    private static final int STEP = 64 * 1024;

    private final Bytes bytes;
    private final long size;
    private final TextFormat format;
    private final int budget;
    private final int unit;
    private final byte end;
    private final boolean littleEndian;

    /** @param budget bytes of JSON the text may take */
    public TextReader(Bytes bytes, long size, TextFormat format, int budget) {
        this.bytes = bytes;
        this.size = size;
        this.format = format;
        this.budget = Math.max(64, budget);
        this.unit = format.unit();
        this.end = (byte) (format.eol() == Eol.CR ? '\r' : '\n');
        this.littleEndian = format.charset().name().endsWith("LE");
    }

    /** Lines from and to, both included, from 1. */
    public Passage lines(long first, long last) {
        long at = format.bom();
        long line = 1;
        byte[] step = new byte[(int) Math.max(unit, Math.min(STEP, size))];
        while (line < first) {
            int length = aligned(bytes.read(at, step, 0, step.length));
            if (length == 0) {
                long total = at > format.bom() && !endsLine(at) ? line : line - 1;
                return pastTheEnd(total);
            }
            int i = 0;
            while (i < length && line < first) {
                if (isEnd(step, i)) {
                    line++;
                }
                i += unit;
            }
            at += i;
        }
        return first > 1 && at >= size ? pastTheEnd(line - 1) : from(at, line, last);
    }

    private Passage pastTheEnd(long totalLines) {
        OptionalLong none = OptionalLong.empty();
        return new Passage("", none, none, size, size, false, OptionalLong.of(totalLines), false);
    }

    /** Goes on from a byte in a line. */
    public Passage from(long at, long line, long last) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        int most = budget * unit;
        byte[] step = new byte[(int) Math.max(unit, Math.min(STEP, Math.max(0, size - at)))];
        long ends = Math.max(0, last - line) + 1;
        boolean done = last < line;
        while (!done && raw.size() <= most) {
            int length = aligned(bytes.read(at + raw.size(), step, 0, step.length));
            if (length == 0) {
                break;
            }
            int i = 0;
            while (i < length && !done) {
                if (isEnd(step, i) && --ends == 0) {
                    done = true;
                }
                i += unit;
            }
            raw.write(step, 0, i);
        }
        return passage(raw.toByteArray(), at, OptionalLong.of(line), last);
    }

    /** The last lines that fit: what goes back further than the budget is left out. */
    public Passage tail(long lines) {
        long end = size - Math.floorMod(size - format.bom(), unit);
        long most = Math.min(end - format.bom(), (long) budget * unit);
        byte[] raw = new byte[(int) (most - most % unit)];
        long base = end - raw.length;
        bytes.read(base, raw, 0, raw.length);
        int start = raw.length;
        long found = 0;
        for (int i = raw.length - 2 * unit; i >= 0 && found < lines; i -= unit) {
            if (isEnd(raw, i)) {
                start = i + unit;
                found++;
            }
        }
        boolean all = base == format.bom() && found < lines;
        long from = all || start == raw.length ? base : base + start;
        OptionalLong line = size <= Version.WHOLE ? OptionalLong.of(1 + ends(from)) : OptionalLong.empty();
        byte[] part = Arrays.copyOfRange(raw, (int) (from - base), raw.length);
        long excess = JsonCost.of(new String(part, format.charset())) - (long) budget;
        int over = 0;
        for (int i = 0; excess > 0 && i + 2 * unit <= part.length; i += unit) {
            if (isEnd(part, i)) {
                excess -= JsonCost.of(new String(part, over, i + unit - over, format.charset()));
                over = i + unit;
                line = line.isPresent() ? OptionalLong.of(line.getAsLong() + 1) : line;
            }
        }
        return passage(Arrays.copyOfRange(part, over, part.length), from + over, line, Long.MAX_VALUE);
    }

    /** Line ends before a byte. */
    private long ends(long before) {
        byte[] step = new byte[STEP];
        long at = format.bom();
        long ends = 0;
        while (at < before) {
            int length = aligned(bytes.read(at, step, 0, (int) Math.min(STEP, before - at)));
            if (length == 0) {
                return ends;
            }
            for (int i = 0; i < length; i += unit) {
                if (isEnd(step, i)) {
                    ends++;
                }
            }
            at += length;
        }
        return ends;
    }

    /** Lines of all of it; reads it through. */
    public long totalLines() {
        long ends = ends(size);
        return size > format.bom() && !endsLine(size) ? ends + 1 : ends;
    }

    /** Whether a text that ends at this byte ends with a line end. */
    public boolean endsLine(long end) {
        byte[] last = new byte[unit];
        return end - unit >= format.bom() && bytes.read(end - unit, last, 0, unit) == unit && isEnd(last, 0)
                || end <= format.bom();
    }

    /** So much of the raw bytes as the budget takes, ending with a line if one ends in it. */
    private Passage passage(byte[] raw, long at, OptionalLong line, long last) {
        Cut cut = cut(raw);
        long to = at + cut.bytes();
        boolean end = to >= size - Math.floorMod(size - format.bom(), unit);
        boolean midLine = !end && !(cut.bytes() > 0 && isEnd(raw, cut.bytes() - unit));
        int ends = 0;
        for (int i = 0; i + unit <= cut.bytes(); i += unit) {
            if (isEnd(raw, i)) {
                ends++;
            }
        }
        boolean open = cut.bytes() > 0 && !isEnd(raw, cut.bytes() - unit);
        int lines = ends + (open ? 1 : 0);
        OptionalLong lastLine =
                line.isPresent() && lines > 0 ? OptionalLong.of(line.getAsLong() + lines - 1) : OptionalLong.empty();
        OptionalLong total =
                end && line.isPresent() ? OptionalLong.of(lastLine.orElse(line.getAsLong() - 1)) : OptionalLong.empty();
        boolean reached = line.isPresent() && lastLine.isPresent() && lastLine.getAsLong() >= last && !midLine;
        return new Passage(cut.text(), line, lastLine, at, to, midLine, total, !end && !reached);
    }

    private record Cut(String text, int bytes) {}

    private Cut cut(byte[] raw) {
        String all = new String(raw, format.charset());
        if ((long) all.length() * 6 <= budget || JsonCost.of(all) <= budget) {
            return new Cut(all, raw.length);
        }
        StringBuilder text = new StringBuilder();
        int left = budget;
        int start = 0;
        for (int i = 0; i + unit <= raw.length; i += unit) {
            if (isEnd(raw, i)) {
                String line = new String(raw, start, i + unit - start, format.charset());
                left -= JsonCost.of(line);
                if (left < 0) {
                    break;
                }
                text.append(line);
                start = i + unit;
            }
        }
        return start > 0 ? new Cut(text.toString(), start) : midLine(raw);
    }

    /** As many characters as surely fit, and the bytes they took. */
    private Cut midLine(byte[] raw) {
        ByteBuffer in = ByteBuffer.wrap(raw);
        StringBuilder text = new StringBuilder();
        var decoder = format.charset()
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        CharBuffer some = CharBuffer.allocate(Math.max(2, Math.min(512, budget / 8)));
        int left = budget;
        while (true) {
            int before = in.position();
            boolean overflow = decoder.decode(in, some.clear(), false).isOverflow();
            String piece = some.flip().toString();
            left -= JsonCost.of(piece);
            if (left < 0 && text.length() > 0) {
                return new Cut(text.toString(), before);
            }
            text.append(piece);
            if (!overflow) {
                return new Cut(text.toString(), Math.max(in.position(), Math.min(raw.length, unit)));
            }
        }
    }

    private int aligned(int length) {
        return length - length % unit;
    }

    private boolean isEnd(byte[] b, int i) {
        if (unit == 1) {
            return b[i] == end;
        }
        int low = littleEndian ? i : i + unit - 1;
        if (b[low] != end) {
            return false;
        }
        for (int other = i; other < i + unit; other++) {
            if (other != low && b[other] != 0) {
                return false;
            }
        }
        return true;
    }
}
