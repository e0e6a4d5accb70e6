package dev.millwright.git.diff;

import java.util.BitSet;

/**
 * Moves runs of changed lines up or down where the text allows it, to where a reader expects them: beside a change of the
 * other text, else by indentation and blank lines. The rules and weights are those of Git's indent heuristic, see
 * "diff: improve positioning of add/delete blocks in diffs" (2016) and github.com/mhagger/diff-slider-tools.
 */
final class Sliding {
    private static final int MOST_SLIDING = 100;

    private final Lines text;
    private final int[] classes;
    private final BitSet changed;
    private final BitSet otherChanged;
    private final int count;
    private final int otherCount;

    /** The run of changed lines at hand, maybe empty; after it comes an unchanged line, or the end. */
    private int start;

    private int end;
    private int otherStart;
    private int otherEnd;

    Sliding(Lines text, int[] classes, BitSet changed, BitSet otherChanged, int otherCount) {
        this.text = text;
        this.classes = classes;
        this.changed = changed;
        this.otherChanged = otherChanged;
        this.count = classes.length;
        this.otherCount = otherCount;
    }

    void run() {
        start = 0;
        end = changed.nextClearBit(0);
        otherStart = 0;
        otherEnd = otherChanged.nextClearBit(0);
        while (true) {
            if (start < end) {
                slide();
            }
            if (end == count) {
                return;
            }
            start = end + 1;
            end = changed.nextClearBit(start);
            otherNext();
        }
    }

    private void slide() {
        int size;
        int highest;
        boolean besideOther;
        do {
            size = end - start;
            while (up()) {
                otherPrevious();
            }
            highest = end;
            besideOther = otherStart < otherEnd;
            while (down()) {
                otherNext();
                besideOther |= otherStart < otherEnd;
            }
        } while (size != end - start);
        if (end == highest) {
            return;
        } else if (besideOther) {
            while (otherStart == otherEnd) {
                up();
                otherPrevious();
            }
            return;
        }
        int best = best(highest, size);
        while (end > best) {
            up();
            otherPrevious();
        }
    }

    private int best(int highest, int size) {
        int best = -1;
        Score bestScore = new Score(0, 0);
        for (int at = Math.max(highest, Math.max(end - size - 1, end - MOST_SLIDING)); at <= end; at++) {
            Score score = score(at).plus(score(at - size));
            if (best == -1 || score.against(bestScore) <= 0) {
                best = at;
                bestScore = score;
            }
        }
        return best;
    }

    private boolean down() {
        if (end == count || classes[start] != classes[end]) {
            return false;
        }
        changed.clear(start++);
        changed.set(end);
        end = changed.nextClearBit(end);
        return true;
    }

    private boolean up() {
        if (start == 0 || classes[start - 1] != classes[end - 1]) {
            return false;
        }
        changed.set(start - 1);
        changed.clear(--end);
        start = changed.previousClearBit(start - 1) + 1;
        return true;
    }

    private void otherNext() {
        if (otherEnd == otherCount) {
            throw new IllegalStateException("the two texts differ in their unchanged lines");
        }
        otherStart = otherEnd + 1;
        otherEnd = otherChanged.nextClearBit(otherStart);
    }

    private void otherPrevious() {
        if (otherStart == 0) {
            throw new IllegalStateException("the two texts differ in their unchanged lines");
        }
        otherEnd = otherStart - 1;
        otherStart = otherEnd == 0 ? 0 : otherChanged.previousClearBit(otherEnd - 1) + 1;
    }

    /** How bad it is to part the text at a place: the less the better. */
    private record Score(int indent, int penalty) {
        Score plus(Score other) {
            return new Score(indent + other.indent, penalty + other.penalty);
        }

        int against(Score other) {
            return 60 * Integer.compare(indent, other.indent) + penalty - other.penalty;
        }
    }

    private Score score(int at) {
        boolean atEnd = at >= count;
        int own = atEnd ? -1 : text.indent(at);
        Near before = near(at - 1, -1);
        Near after = near(at + 1, 1);
        int penalty = before.indent == -1 && before.blank == 0 ? 1 : 0;
        penalty += atEnd ? 21 : 0;
        int blankAfter = own == -1 ? 1 + after.blank : 0;
        int blank = before.blank + blankAfter;
        penalty += -30 * blank + 6 * blankAfter;
        int indent = own == -1 ? after.indent : own;
        if (indent != -1 && before.indent != -1 && indent != before.indent) {
            if (indent > before.indent) {
                penalty += blank == 0 ? -4 : 10;
            } else if (after.indent != -1 && after.indent > indent) {
                penalty += blank == 0 ? 24 : 17;
            } else {
                penalty += blank == 0 ? 23 : 17;
            }
        }
        return new Score(indent, penalty);
    }

    /** Blank lines from a place on, 20 at most, and the indentation of the line after them; -1 where there is none. */
    private record Near(int blank, int indent) {}

    private Near near(int from, int step) {
        int blank = 0;
        for (int i = from; i >= 0 && i < count; i += step) {
            int indent = text.indent(i);
            if (indent != -1) {
                return new Near(blank, indent);
            } else if (++blank == 20) {
                return new Near(blank, 0);
            }
        }
        return new Near(blank, -1);
    }
}
