package dev.millwright.filesystem.search;

import dev.millwright.workspace.OpenFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Searches one file after the other, in windows of whole lines, so that memory does not grow with the file. Belongs to
 * one thread.
 */
final class FileSearch {
    /**
     * @param matches lines with a match; matches themselves where they may span lines
     * @param cost bytes of JSON the lines take
     * @param next the line of the first match not shown, empty when all are
     */
    record Hits(int matches, List<Line> lines, int cost, OptionalInt next) {}

    private static final int WINDOW = 1 << 16;

    /** A longer line is searched in pieces. */
    private static final int MAX_WINDOW = 1 << 24;

    /** Matches across lines, and UTF-16, need the file as a whole; larger ones count as binary. */
    private static final int MAX_WHOLE = 1 << 26;

    private static final int BINARY_PROBE = 8_192;

    private final Query query;
    private final Query.Finder finder;
    private final int context;
    private byte[] buffer = new byte[WINDOW];
    private int length;
    private long position;
    private boolean ended;
    private int matches;

    FileSearch(Query query, int context) {
        this.query = query;
        this.finder = query.finder();
        this.context = context;
    }

    /**
     * Searches a file.
     *
     * @param room bytes of JSON that the lines shown may take, 0 to only count
     * @param fromLine matches on lines before are counted but not shown
     * @return empty for a binary file
     */
    Optional<Hits> search(OpenFile file, int room, int fromLine) {
        if (buffer.length > MAX_WINDOW) {
            buffer = new byte[WINDOW];
        }
        length = 0;
        position = 0;
        ended = false;
        matches = 0;
        fill(file);
        Optional<Charset> wide = wide();
        if (wide.isPresent() || query.acrossLines()) {
            while (!ended && length < MAX_WHOLE) {
                fill(file);
            }
            if (!ended) {
                return Optional.empty();
            }
            wide.ifPresent(this::toUtf8);
        }
        if (wide.isEmpty() && isBinary()) {
            return Optional.empty();
        }
        if (wide.isEmpty() && starts(0xef, 0xbb, 0xbf)) {
            length -= 3;
            System.arraycopy(buffer, 3, buffer, 0, length);
        }
        Optional<Excerpt> excerpt = room == 0 ? Optional.empty() : Optional.of(new Excerpt(context, room, fromLine));
        if (query.acrossLines()) {
            acrossLines(excerpt);
        } else {
            inLines(file, excerpt);
        }
        return Optional.of(
                excerpt.map(e -> e.hits(matches)).orElse(new Hits(matches, List.of(), 0, OptionalInt.empty())));
    }

    private void inLines(OpenFile file, Optional<Excerpt> excerpt) {
        int at = 0;
        while (true) {
            int end = ended ? length : Query.lineStart(buffer, length);
            if (end <= at && !ended && length < MAX_WINDOW) {
                fill(file);
                continue;
            }
            end = end <= at ? length : end;
            // The last lines of a window are left for the next, where the lines after them are known.
            int until = ended ? end : Math.max(at, Excerpt.lineBack(buffer, end, context));
            finder.on(buffer, length);
            at = lines(at, until == at ? end : until, excerpt);
            if (ended) {
                return;
            }
            int kept = Excerpt.lineBack(buffer, at, context);
            excerpt.ifPresent(e -> e.forget(buffer, kept));
            length -= kept;
            at -= kept;
            System.arraycopy(buffer, kept, buffer, 0, length);
            fill(file);
        }
    }

    /** Searches lines up to a place where one begins. @return where to go on */
    private int lines(int from, int to, Optional<Excerpt> excerpt) {
        int at = from;
        for (int hit = finder.nextLine(at, to); hit >= 0; hit = finder.nextLine(at, to)) {
            int first = Query.lineStart(buffer, hit);
            int last = Query.lineEnd(buffer, hit, length);
            matches++;
            if (excerpt.isPresent() && excerpt.get().open() && finder.find(Math.max(first, from), last)) {
                excerpt.get().match(buffer, length, first, last, finder.start(), finder.end());
            }
            at = Math.min(last + 1, length);
        }
        int next = Math.max(at, to);
        excerpt.ifPresent(e -> e.surroundings(buffer, length, next));
        return next;
    }

    private void acrossLines(Optional<Excerpt> excerpt) {
        finder.on(buffer, length);
        int at = 0;
        while (at < length && finder.find(at, length) && finder.start() < length) {
            int from = finder.start();
            int to = finder.end();
            matches++;
            if (excerpt.isPresent() && excerpt.get().open()) {
                int first = Query.lineStart(buffer, from);
                int last = Query.lineEnd(buffer, Math.max(from, to - 1), length);
                excerpt.get().match(buffer, length, first, last, from, to);
            }
            at = Math.max(to, from + 1);
        }
        excerpt.ifPresent(e -> e.surroundings(buffer, length, length));
    }

    private void fill(OpenFile file) {
        if (length == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int wanted = buffer.length - length;
        int read = file.read(position, buffer, length, wanted);
        position += read;
        length += read;
        ended = read < wanted;
    }

    private boolean starts(int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (i >= length || (buffer[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private Optional<Charset> wide() {
        return starts(0xff, 0xfe)
                ? Optional.of(StandardCharsets.UTF_16LE)
                : starts(0xfe, 0xff) ? Optional.of(StandardCharsets.UTF_16BE) : Optional.empty();
    }

    private void toUtf8(Charset wide) {
        byte[] utf8 = new String(buffer, 2, length - 2, wide).getBytes(StandardCharsets.UTF_8);
        length = utf8.length;
        buffer = Arrays.copyOf(utf8, Math.max(utf8.length, WINDOW));
    }

    private boolean isBinary() {
        int probe = Math.min(length, BINARY_PROBE);
        for (int i = 0; i < probe; i++) {
            if (buffer[i] == 0) {
                return true;
            }
        }
        return false;
    }
}
