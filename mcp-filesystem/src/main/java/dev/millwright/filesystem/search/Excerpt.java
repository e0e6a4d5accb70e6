package dev.millwright.filesystem.search;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What is shown of one file: lines with matches and those around them, numbered, until their room is used up. */
final class Excerpt {
    private final int context;
    private final int room;
    private final int fromLine;
    private final List<Line> lines = new ArrayList<>();
    private int cost;
    private OptionalInt next = OptionalInt.empty();

    /** The line numbered {@code number} begins at {@code at}. */
    private int at;

    private int number = 1;

    /** Lines before are shown, or too far from a match to be. */
    private int done;

    /** Lines after the last match still to be shown. */
    private int after;

    /**
     * @param room bytes of JSON the lines may take; the match that passes it is the last
     * @param fromLine matches on lines before are not shown
     */
    Excerpt(int context, int room, int fromLine) {
        this.context = context;
        this.room = room;
        this.fromLine = fromLine;
    }

    /** Whether there is room for more. */
    boolean open() {
        return next.isEmpty();
    }

    /** Takes the next match, at {@code from} to {@code to}, in whole lines from {@code first} to {@code last}. */
    void match(byte[] text, int length, int first, int last, int from, int to) {
        int line = numberOf(text, first);
        if (line < fromLine || first < done) {
            return;
        } else if (cost > room) {
            next = OptionalInt.of(line);
            return;
        }
        surroundings(text, length, first);
        for (int start = Math.max(done, lineBack(text, first, context)); start < first; ) {
            start = show(text, length, start);
        }
        int end = Query.lineEnd(text, first, length);
        int column = 1 + (int) Decoded.of(text, first, from).text().codePoints().count();
        add(new Line(line, OptionalInt.of(column), Clip.around(text, first, end, from, to)));
        done = Math.min(end + 1, length);
        while (done < last) {
            show(text, length, done);
        }
        after = context;
    }

    /** Shows what is still to be shown after the last match, as far as a place where a line begins. */
    void surroundings(byte[] text, int length, int upTo) {
        for (; after > 0 && done < upTo && open(); after--) {
            show(text, length, done);
        }
    }

    /** Follows the text as its first bytes go; they are shown or need not be. */
    void forget(byte[] text, int bytes) {
        numberOf(text, bytes);
        at -= bytes;
        done = Math.max(0, done - bytes);
    }

    FileSearch.Hits hits(int matches) {
        return new FileSearch.Hits(matches, List.copyOf(lines), cost, next);
    }

    private int show(byte[] text, int length, int start) {
        int end = Query.lineEnd(text, start, length);
        add(new Line(numberOf(text, start), OptionalInt.empty(), Clip.around(text, start, end, start, start)));
        done = Math.min(end + 1, length);
        return done;
    }

    private void add(Line line) {
        lines.add(line);
        cost += line.cost();
    }

    private int numberOf(byte[] text, int start) {
        number += newlines(text, at, start) - newlines(text, start, at);
        at = start;
        return number;
    }

    private static int newlines(byte[] text, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += text[i] == '\n' ? 1 : 0;
        }
        return count;
    }

    /** Where the line begins that stands some lines before the one that begins at a place. */
    static int lineBack(byte[] text, int at, int count) {
        int start = at;
        for (int i = 0; i < count && start > 0; i++) {
            start = Query.lineStart(text, start - 1);
        }
        return start;
    }
}
