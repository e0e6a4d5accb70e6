package dev.millwright.git.diff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What to change in one text to get another.
 *
 * @param edits in the order of the text, each apart from the next by at least one line
 * @param exact false when the cost limit was reached: right, but with more lines than need be
 */
public record EditScript(List<Edit> edits, boolean exact) {
    /** Of a common end, so much is left out at once where no context is wanted, as in Git. */
    private static final int TAIL = 1024;

    private static final int WINDOW = 100;
    private static final int MOST_MATCHES = 1024;

    public EditScript {
        edits = List.copyOf(edits);
    }

    public int added() {
        return edits.stream().mapToInt(Edit::added).sum();
    }

    public int removed() {
        return edits.stream().mapToInt(Edit::removed).sum();
    }

    /** The script that Git finds, too: lines without a match are set aside, the rest is compared, runs are moved. */
    public static EditScript of(Lines from, Lines to) {
        LineClasses classes = new LineClasses(from, to);
        BitSet removed = new BitSet(from.count());
        BitSet added = new BitSet(to.count());
        int start = 0;
        int shorter = Math.min(from.count(), to.count());
        while (start < shorter && classes.left[start] == classes.right[start]) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && classes.left[from.count() - 1 - end] == classes.right[to.count() - 1 - end]) {
            end++;
        }
        int[] left = taking(classes.left, classes.inRight, start, from.count() - end, removed);
        int[] right = taking(classes.right, classes.inLeft, start, to.count() - end, added);
        boolean exact = new Myers(
                        Arrays.stream(left).map(i -> classes.left[i]).toArray(),
                        left,
                        Arrays.stream(right).map(i -> classes.right[i]).toArray(),
                        right,
                        removed,
                        added)
                .run();
        new Sliding(from, classes.left, removed, added, to.count()).run();
        new Sliding(to, classes.right, added, removed, from.count()).run();
        return new EditScript(edits(removed, added, from.count(), to.count()), exact);
    }

    /** As {@link #of(Lines, Lines)}, found as Git does where it shows no context: without most of a common end. */
    public static EditScript withoutContext(byte[] from, byte[] to, boolean ignoringSpace) {
        int most = Math.min(from.length, to.length);
        int same = 0;
        while (same + TAIL <= most
                && Arrays.equals(
                        from,
                        from.length - same - TAIL,
                        from.length - same,
                        to,
                        to.length - same - TAIL,
                        to.length - same)) {
            same += TAIL;
        }
        int whole = same;
        while (same > 0 && (same == whole || from[from.length - same - 1] != '\n')) {
            same--;
        }
        return of(new Lines(from, from.length - same, ignoringSpace), new Lines(to, to.length - same, ignoringSpace));
    }

    private static int[] taking(int[] classes, int[] inOther, int start, int end, BitSet changed) {
        int many = Math.min(MOST_MATCHES, Myers.roughRoot(classes.length));
        byte[] matches = new byte[end];
        for (int i = start; i < end; i++) {
            int count = inOther[classes[i]];
            matches[i] = (byte) (count == 0 ? 0 : count >= many ? 2 : 1);
        }
        int[] taking = new int[end - start];
        int n = 0;
        for (int i = start; i < end; i++) {
            if (matches[i] == 1 || matches[i] == 2 && !isNoise(matches, i, start, end)) {
                taking[n++] = i;
            } else {
                changed.set(i);
            }
        }
        return Arrays.copyOf(taking, n);
    }

    /** Whether a line with many matches stands among so many without any that it tells nothing. */
    private static boolean isNoise(byte[] matches, int at, int start, int end) {
        int none = 0;
        int many = 2;
        for (int step = -1; step <= 1; step += 2) {
            int noneHere = 0;
            int last = step < 0 ? Math.max(start, at - WINDOW) : Math.min(end - 1, at + WINDOW);
            for (int i = at + step; (last - i) * step >= 0 && matches[i] != 1; i += step) {
                if (matches[i] == 0) {
                    noneHere++;
                } else {
                    many++;
                }
            }
            if (noneHere == 0) {
                return false;
            }
            none += noneHere;
        }
        return many * 4 < many + none;
    }

    private static List<Edit> edits(BitSet removed, BitSet added, int count, int newCount) {
        List<Edit> edits = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (true) {
            int nextRemoved = removed.nextSetBit(i);
            int nextAdded = added.nextSetBit(j);
            if (nextRemoved < 0 && nextAdded < 0) {
                return edits;
            }
            int same = Math.min(
                    nextRemoved < 0 ? count - i : nextRemoved - i, nextAdded < 0 ? newCount - j : nextAdded - j);
            i += same;
            j += same;
            int to = removed.nextClearBit(i);
            int newTo = added.nextClearBit(j);
            edits.add(new Edit(i, to, j, newTo));
            i = to;
            j = newTo;
        }
    }
}
