package dev.millwright.git.merge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.eclipse.jgit.diff.DiffAlgorithm;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.MyersDiff;
import org.eclipse.jgit.diff.Sequence;
import org.eclipse.jgit.diff.SequenceComparator;

/**
 * What differs between two lists of lines, by the histogram algorithm as Git's merges use it: the longest run around the
 * rarest common line splits the texts, and so on at both sides; then changes slide to line up with each other, or down.
 * Bounded: lines that occur more than 64 times split nothing.
 */
final class LineDiff {
    /** Lines {@code a} to {@code a + oldLines} became lines {@code b} to {@code b + newLines}. */
    record Change(int a, int oldLines, int b, int newLines) {
        int oldEnd() {
            return a + oldLines;
        }

        int newEnd() {
            return b + newLines;
        }
    }

    /** Occurrences in the old text from which on a line is too common to split at. */
    private static final int TOO_COMMON = 64;
    /** Lines of both texts up to which a stretch of common lines only is worth Myers' quadratic time. */
    private static final int MOST_FOR_MYERS = 4_000;

    private record Range(int a, int aEnd, int b, int bEnd) {}

    private final int[] old;
    private final int[] now;
    private final boolean[] gone;
    private final boolean[] came;
    private final int[] next;
    private final int[] first;
    private final int[] count;
    private final Runnable check;
    private int lcsA;
    private int lcsB;
    private int lcsLength;
    private int rarest;
    private boolean anyCommon;

    private LineDiff(int[] old, int[] now, int kinds, Runnable check) {
        this.old = old;
        this.now = now;
        this.check = check;
        gone = new boolean[old.length + 1];
        came = new boolean[now.length + 1];
        next = new int[old.length];
        first = new int[kinds];
        count = new int[kinds];
    }

    /**
     * @param kinds lines are numbers below this, equal where the lines are
     * @param check called now and then; throws to give up
     */
    static List<Change> of(int[] old, int[] now, int kinds, Runnable check) {
        LineDiff diff = new LineDiff(old, now, kinds, check);
        diff.split();
        slide(old, diff.gone, diff.came, now.length);
        slide(now, diff.came, diff.gone, old.length);
        return diff.changes();
    }

    private void split() {
        Deque<Range> rest = new ArrayDeque<>();
        rest.push(new Range(0, old.length, 0, now.length));
        while (!rest.isEmpty()) {
            check.run();
            Range range = rest.pop();
            if (range.a == range.aEnd || range.b == range.bEnd) {
                replaced(range);
                continue;
            }
            findLongest(range);
            if (anyCommon && rarest > TOO_COMMON) {
                byMyers(range);
            } else if (lcsLength == 0) {
                replaced(range);
            } else {
                rest.push(new Range(lcsA + lcsLength, range.aEnd, lcsB + lcsLength, range.bEnd));
                rest.push(new Range(range.a, lcsA, range.b, lcsB));
            }
        }
    }

    private void replaced(Range range) {
        Arrays.fill(gone, range.a, range.aEnd, true);
        Arrays.fill(came, range.b, range.bEnd, true);
    }

    private void findLongest(Range range) {
        for (int i = range.a; i < range.aEnd; i++) {
            count[old[i]] = 0;
        }
        for (int i = range.b; i < range.bEnd; i++) {
            count[now[i]] = 0;
        }
        for (int i = range.aEnd - 1; i >= range.a; i--) {
            int line = old[i];
            next[i] = count[line]++ == 0 ? -1 : first[line];
            first[line] = i;
        }
        lcsLength = 0;
        rarest = TOO_COMMON + 1;
        anyCommon = false;
        for (int b = range.b; b < range.bEnd; ) {
            b = tryAt(range, b);
        }
    }

    /** Grows the common runs through one new line; answers from which line on to look further. */
    private int tryAt(Range range, int b) {
        int line = now[b];
        if (count[line] == 0) {
            return b + 1;
        }
        anyCommon = true;
        if (count[line] > rarest) {
            return b + 1;
        }
        int further = b + 1;
        int at = first[line];
        while (at >= 0) {
            int start = at;
            int end = at;
            int startB = b;
            int endB = b;
            int rare = count[line];
            while (start > range.a && startB > range.b && old[start - 1] == now[startB - 1]) {
                start--;
                startB--;
                rare = rare > 1 ? Math.min(rare, count[old[start]]) : rare;
            }
            while (end + 1 < range.aEnd && endB + 1 < range.bEnd && old[end + 1] == now[endB + 1]) {
                end++;
                endB++;
                rare = rare > 1 ? Math.min(rare, count[old[end]]) : rare;
            }
            further = Math.max(further, endB + 1);
            if (Math.max(lcsLength - 1, 0) < end - start || rare < rarest) {
                lcsA = start;
                lcsB = startB;
                lcsLength = end - start + 1;
                rarest = rare;
            }
            at = next[at];
            while (at >= 0 && at <= end) {
                at = next[at];
            }
        }
        return further;
    }

    private void byMyers(Range range) {
        if (range.aEnd - range.a + range.bEnd - range.b > MOST_FOR_MYERS) {
            replaced(range);
            return;
        }
        DiffAlgorithm myers = MyersDiff.INSTANCE;
        for (Edit edit : myers.diff(
                new SameNumber(),
                new Numbers(old, range.a, range.aEnd - range.a),
                new Numbers(now, range.b, range.bEnd - range.b))) {
            replaced(new Range(
                    range.a + edit.getBeginA(),
                    range.a + edit.getEndA(),
                    range.b + edit.getBeginB(),
                    range.b + edit.getEndB()));
        }
    }

    private static final class Numbers extends Sequence {
        private final int[] numbers;
        private final int from;
        private final int size;

        Numbers(int[] numbers, int from, int size) {
            this.numbers = numbers;
            this.from = from;
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }
    }

    private static final class SameNumber extends SequenceComparator<Numbers> {
        @Override
        public boolean equals(Numbers a, int at, Numbers b, int bt) {
            return a.numbers[a.from + at] == b.numbers[b.from + bt];
        }

        @Override
        public int hash(Numbers numbers, int at) {
            return numbers.numbers[numbers.from + at];
        }
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        int a = 0;
        int b = 0;
        while (a < old.length || b < now.length) {
            int fromA = a;
            int fromB = b;
            while (gone[a]) {
                a++;
            }
            while (came[b]) {
                b++;
            }
            if (a > fromA || b > fromB) {
                changes.add(new Change(fromA, a - fromA, fromB, b - fromB));
            } else {
                a++;
                b++;
            }
        }
        return changes;
    }

    /** A run of changed lines in one text, maybe empty: between two unchanged lines there is always one. */
    private static final class Group {
        private final boolean[] changed;
        private final int lines;
        private int start;
        private int end;

        Group(boolean[] changed, int lines) {
            this.changed = changed;
            this.lines = lines;
            grow();
        }

        private void grow() {
            while (changed[end]) {
                end++;
            }
        }

        boolean isEmpty() {
            return start == end;
        }

        boolean toNext() {
            if (end == lines) {
                return false;
            }
            start = ++end;
            grow();
            return true;
        }

        void toPrevious() {
            end = start - 1;
            start = end;
            shrink();
        }

        private void shrink() {
            while (start > 0 && changed[start - 1]) {
                start--;
            }
        }

        boolean up(int[] text) {
            if (start == 0 || text[start - 1] != text[end - 1]) {
                return false;
            }
            changed[--start] = true;
            changed[--end] = false;
            shrink();
            return true;
        }

        boolean down(int[] text) {
            if (end == lines || text[start] != text[end]) {
                return false;
            }
            changed[start++] = false;
            changed[end++] = true;
            grow();
            return true;
        }
    }

    /** Moves changes of one text, where its lines allow it, to where the other text changes too, else down. */
    private static void slide(int[] text, boolean[] changed, boolean[] otherChanged, int otherLines) {
        Group group = new Group(changed, text.length);
        Group other = new Group(otherChanged, otherLines);
        while (true) {
            if (!group.isEmpty()) {
                int size;
                int highest;
                boolean lined;
                do {
                    size = group.end - group.start;
                    while (group.up(text)) {
                        other.toPrevious();
                    }
                    highest = group.end;
                    lined = !other.isEmpty();
                    while (group.down(text)) {
                        other.toNext();
                        lined |= !other.isEmpty();
                    }
                } while (size != group.end - group.start);
                if (lined && group.end != highest) {
                    while (other.isEmpty()) {
                        group.up(text);
                        other.toPrevious();
                    }
                }
            }
            if (!group.toNext()) {
                return;
            }
            other.toNext();
        }
    }
}
