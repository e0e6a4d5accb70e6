package dev.millwright.git.diff;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Which lines to remove and to add: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), from both ends
 * at once, in linear space.
 *
 * <p>Past a cost it gives up on the shortest script in the way Git does, with the same constants, so that the numbers of
 * lines agree: a long enough run of equal lines far along is taken as found, and after {@link #most} steps the path that
 * got farthest. Past a second, larger one all lines of what is left count as changed.
 */
final class Myers {
    /** Steps from which on a good run is enough. */
    private static final int GOOD_ENOUGH_FROM = 256;

    /** Equal lines in a row that make a run good. */
    private static final int GOOD_RUN = 20;

    /** How many times the steps a good run must have got along. */
    private static final int GOOD_FACTOR = 4;

    /** Lines looked at by one comparison at most: a second or two. */
    private static final long MOST_WORK = 200_000_000;

    private final int[] a;
    private final int[] b;
    private final int[] forward;
    private final int[] backward;
    private final int zero;
    private final int most;
    private final BitSet removed;
    private final BitSet added;
    private final int[] aLine;
    private final int[] bLine;
    private final Deque<Box> boxes = new ArrayDeque<>();
    private long work;

    /** Lines {@code from} to {@code to} against {@code newFrom} to {@code newTo}. */
    private record Box(int from, int to, int newFrom, int newTo, boolean shortest) {}

    /** A point on the way, and whether the ways before and after it must be the shortest. */
    private record Split(int at, int newAt, boolean shortestBefore, boolean shortestAfter) {}

    /**
     * @param a classes of the old lines that take part
     * @param aLine their line numbers, to be set in {@code removed}
     */
    Myers(int[] a, int[] aLine, int[] b, int[] bLine, BitSet removed, BitSet added) {
        this.a = a;
        this.b = b;
        this.aLine = aLine;
        this.bLine = bLine;
        this.removed = removed;
        this.added = added;
        int diagonals = a.length + b.length + 3;
        forward = new int[diagonals];
        backward = new int[diagonals];
        zero = b.length + 1;
        most = Math.max(256, roughRoot(diagonals));
    }

    /** A power of two not far from the square root, as Git takes it. */
    static int roughRoot(int n) {
        int root = 1;
        for (int rest = n; rest > 0; rest >>= 2) {
            root <<= 1;
        }
        return root;
    }

    /** @return whether the cost was within bounds */
    boolean run() {
        boxes.push(new Box(0, a.length, 0, b.length, false));
        while (!boxes.isEmpty()) {
            Box box = shrunk(boxes.pop());
            if (box.from == box.to || box.newFrom == box.newTo || work > MOST_WORK) {
                for (int i = box.from; i < box.to; i++) {
                    removed.set(aLine[i]);
                }
                for (int i = box.newFrom; i < box.newTo; i++) {
                    added.set(bLine[i]);
                }
            } else {
                Split split = split(box);
                boxes.push(new Box(split.at, box.to, split.newAt, box.newTo, split.shortestAfter));
                boxes.push(new Box(box.from, split.at, box.newFrom, split.newAt, split.shortestBefore));
            }
        }
        return work <= MOST_WORK;
    }

    private Box shrunk(Box box) {
        int from = box.from;
        int to = box.to;
        int newFrom = box.newFrom;
        int newTo = box.newTo;
        while (from < to && newFrom < newTo && a[from] == b[newFrom]) {
            from++;
            newFrom++;
        }
        while (from < to && newFrom < newTo && a[to - 1] == b[newTo - 1]) {
            to--;
            newTo--;
        }
        return new Box(from, to, newFrom, newTo, box.shortest);
    }

    private Split split(Box box) {
        int lowest = box.from - box.newTo;
        int highest = box.to - box.newFrom;
        int ahead = box.from - box.newFrom;
        int behind = box.to - box.newTo;
        boolean odd = (ahead - behind & 1) != 0;
        Band front = new Band(ahead);
        Band back = new Band(behind);
        forward[zero + ahead] = box.from;
        backward[zero + behind] = box.to;
        for (int cost = 1; ; cost++) {
            boolean goodRun = false;
            front.widen(forward, lowest, highest, -1);
            for (int d = front.max; d >= front.min; d -= 2) {
                int below = forward[zero + d - 1];
                int above = forward[zero + d + 1];
                int start = below >= above ? below + 1 : above;
                int i = start;
                while (i < box.to && i - d < box.newTo && a[i] == b[i - d]) {
                    i++;
                }
                work += i - start + 1;
                goodRun |= i - start > GOOD_RUN;
                forward[zero + d] = i;
                if (odd && back.min <= d && d <= back.max && backward[zero + d] <= i) {
                    return new Split(i, i - d, true, true);
                }
            }
            back.widen(backward, lowest, highest, Integer.MAX_VALUE);
            for (int d = back.max; d >= back.min; d -= 2) {
                int below = backward[zero + d - 1];
                int above = backward[zero + d + 1];
                int start = below < above ? below : above - 1;
                int i = start;
                while (i > box.from && i - d > box.newFrom && a[i - 1] == b[i - d - 1]) {
                    i--;
                }
                work += start - i + 1;
                goodRun |= start - i > GOOD_RUN;
                backward[zero + d] = i;
                if (!odd && front.min <= d && d <= front.max && i <= forward[zero + d]) {
                    return new Split(i, i - d, true, true);
                }
            }
            if (box.shortest && work <= MOST_WORK) {
                continue;
            }
            if (goodRun && cost > GOOD_ENOUGH_FROM) {
                Split good = goodFront(box, front, ahead, cost);
                good = good == null ? goodBack(box, back, behind, cost) : good;
                if (good != null) {
                    return good;
                }
            }
            if (cost >= most || work > MOST_WORK) {
                return farthest(box, front, back);
            }
        }
    }

    private @Nullable Split goodFront(Box box, Band front, int ahead, int cost) {
        Split found = null;
        long best = 0;
        for (int d = front.max; d >= front.min; d -= 2) {
            int i = forward[zero + d];
            int j = i - d;
            long along = (long) i - box.from + j - box.newFrom - Math.abs(d - ahead);
            if (along > (long) GOOD_FACTOR * cost
                    && along > best
                    && box.from + GOOD_RUN <= i
                    && i < box.to
                    && box.newFrom + GOOD_RUN <= j
                    && j < box.newTo
                    && isRun(i - GOOD_RUN, j - GOOD_RUN)) {
                best = along;
                found = new Split(i, j, true, false);
            }
        }
        return found;
    }

    private @Nullable Split goodBack(Box box, Band back, int behind, int cost) {
        Split found = null;
        long best = 0;
        for (int d = back.max; d >= back.min; d -= 2) {
            int i = backward[zero + d];
            int j = i - d;
            long along = (long) box.to - i + box.newTo - j - Math.abs(d - behind);
            if (along > (long) GOOD_FACTOR * cost
                    && along > best
                    && box.from < i
                    && i <= box.to - GOOD_RUN
                    && box.newFrom < j
                    && j <= box.newTo - GOOD_RUN
                    && isRun(i, j)) {
                best = along;
                found = new Split(i, j, false, true);
            }
        }
        return found;
    }

    private boolean isRun(int i, int j) {
        for (int k = 0; k < GOOD_RUN; k++) {
            if (a[i + k] != b[j + k]) {
                return false;
            }
        }
        return true;
    }

    private Split farthest(Box box, Band front, Band back) {
        long frontBest = -1;
        int frontAt = -1;
        for (int d = front.max; d >= front.min; d -= 2) {
            int i = Math.min(forward[zero + d], box.to);
            if (box.newTo < i - d) {
                i = box.newTo + d;
            }
            if (frontBest < 2L * i - d) {
                frontBest = 2L * i - d;
                frontAt = i;
            }
        }
        long backBest = Long.MAX_VALUE;
        int backAt = Integer.MAX_VALUE;
        for (int d = back.max; d >= back.min; d -= 2) {
            int i = Math.max(box.from, backward[zero + d]);
            if (i - d < box.newFrom) {
                i = box.newFrom + d;
            }
            if (2L * i - d < backBest) {
                backBest = 2L * i - d;
                backAt = i;
            }
        }
        return (long) box.to + box.newTo - backBest < frontBest - (box.from + (long) box.newFrom)
                ? new Split(frontAt, (int) (frontBest - frontAt), true, false)
                : new Split(backAt, (int) (backBest - backAt), false, true);
    }

    /** The diagonals that paths have reached; every other one at a time. */
    private final class Band {
        int min;
        int max;

        Band(int middle) {
            min = middle;
            max = middle;
        }

        /** One more on each side, or one less where the box ends; {@code outside} is what no path goes through. */
        void widen(int[] reached, int lowest, int highest, int outside) {
            if (min > lowest) {
                min--;
                reached[zero + min - 1] = outside;
            } else {
                min++;
            }
            if (max < highest) {
                max++;
                reached[zero + max + 1] = outside;
            } else {
                max--;
            }
        }
    }
}
