package dev.millwright.filesystem.patch;

import java.util.List;
import java.util.OptionalInt;

/**
 * Some lines of a file, and what becomes of them.
 *
 * @param at the line of the old file it is said to begin at, from 1
 * @param anchors lines to go past, one after the other, before it is looked for
 * @param atEnd whether its lines are the last of the file
 */
public record Hunk(OptionalInt at, List<String> anchors, List<Line> lines, boolean atEnd) {
    public enum Op {
        KEEP,
        REMOVE,
        ADD
    }

    /** @param ended false where the patch says that no line end follows */
    public record Line(Op op, String text, boolean ended) {
        boolean isOld() {
            return op != Op.ADD;
        }
    }

    public Hunk {
        anchors = List.copyOf(anchors);
        lines = List.copyOf(lines);
    }

    List<Line> old() {
        return lines.stream().filter(Line::isOld).toList();
    }

    int leading() {
        int count = 0;
        while (count < lines.size() && lines.get(count).op() == Op.KEEP) {
            count++;
        }
        return count;
    }

    int trailing() {
        int count = 0;
        while (count < lines.size() && lines.get(lines.size() - 1 - count).op() == Op.KEEP) {
            count++;
        }
        return count;
    }

    /** Without some context at its ends. */
    Hunk without(int first, int last) {
        OptionalInt moved = at.isPresent() ? OptionalInt.of(at.getAsInt() + first) : at;
        return new Hunk(moved, anchors, lines.subList(first, lines.size() - last), atEnd && last == 0);
    }
}
