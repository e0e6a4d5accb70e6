package dev.millwright.filesystem.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Passes over bytes that cannot match, one table look-up each: a deterministic automaton built as the text needs it
 * and thrown away when it grows too large, as RE2 has it. Belongs to one thread.
 */
final class RegexFilter {
    private static final int MAX_STATES = 1_000;
    private static final int UNKNOWN = -1;
    private static final int ACCEPT = -2;

    private final RegexStates nfa;
    private final Map<BitSet, Integer> rows = new HashMap<>();
    private final List<BitSet> sets = new ArrayList<>();
    private int[] table = new int[16 * 256];

    RegexFilter(RegexStates nfa) {
        this.nfa = nfa;
        forget();
    }

    /** @return the last byte of the shortest stretch that may match and ends first, or -1 when there is none */
    int find(byte[] text, int from, int to) {
        int row = 0;
        int[] steps = table;
        for (int i = from; i < to; i++) {
            int next = steps[row + (text[i] & 0xff)];
            if (next < 0) {
                if (next == UNKNOWN) {
                    next = learn(row, text[i] & 0xff);
                    steps = table;
                }
                if (next == ACCEPT) {
                    return i;
                }
            }
            row = next;
        }
        return -1;
    }

    private int learn(int row, int b) {
        BitSet reached = nfa.step(sets.get(row >> 8), b);
        if (nfa.accepts(reached)) {
            table[row + b] = ACCEPT;
            return ACCEPT;
        }
        Integer known = rows.get(reached);
        if (known != null) {
            table[row + b] = known;
            return known;
        }
        if (sets.size() == MAX_STATES) {
            forget();
            return rows.computeIfAbsent(reached, this::row);
        }
        int made = row(reached);
        rows.put(reached, made);
        table[row + b] = made;
        return made;
    }

    private void forget() {
        rows.clear();
        sets.clear();
        rows.put(nfa.start(), row(nfa.start()));
    }

    private int row(BitSet set) {
        int row = sets.size() << 8;
        sets.add(set);
        if (row == table.length) {
            table = Arrays.copyOf(table, table.length * 2);
        }
        Arrays.fill(table, row, row + 256, UNKNOWN);
        return row;
    }
}
