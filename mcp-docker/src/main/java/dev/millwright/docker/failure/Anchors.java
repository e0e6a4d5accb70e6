package dev.millwright.docker.failure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.IntConsumer;

/**
 * Finds which of many texts a line holds, ASCII letters in any case, in one pass over the line.
 *
 * <p>The automaton of Aho and Corasick, "Efficient String Matching", 1975, as a full transition table over the
 * characters that the texts use.
 */
final class Anchors {
    private final int[] column = new int[128];
    private final int columns;
    private final int[] next;
    private final int[][] ends;

    Anchors(List<String> texts) {
        int used = 1;
        for (String text : texts) {
            for (int i = 0; i < text.length(); i++) {
                if (column[text.charAt(i)] == 0) {
                    column[text.charAt(i)] = used++;
                }
            }
        }
        for (char c = 'a'; c <= 'z'; c++) {
            column[Character.toUpperCase(c)] = column[c];
        }
        columns = used;
        int states = 1 + texts.stream().mapToInt(String::length).sum();
        next = new int[states * columns];
        List<List<Integer>> found = new ArrayList<>();
        found.add(new ArrayList<>());
        for (int i = 0; i < texts.size(); i++) {
            int state = 0;
            for (char c : texts.get(i).toCharArray()) {
                int edge = state * columns + column[c];
                if (next[edge] == 0) {
                    next[edge] = found.size();
                    found.add(new ArrayList<>());
                }
                state = next[edge];
            }
            found.get(state).add(i);
        }
        complete(found);
        ends = found.stream()
                .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    private void complete(List<List<Integer>> found) {
        int[] fallback = new int[found.size()];
        Queue<Integer> level = new ArrayDeque<>();
        for (int c = 1; c < columns; c++) {
            if (next[c] != 0) {
                level.add(next[c]);
            }
        }
        while (!level.isEmpty()) {
            int state = level.remove();
            found.get(state).addAll(found.get(fallback[state]));
            for (int c = 1; c < columns; c++) {
                int edge = state * columns + c;
                int other = next[fallback[state] * columns + c];
                if (next[edge] == 0) {
                    next[edge] = other;
                } else {
                    fallback[next[edge]] = other;
                    level.add(next[edge]);
                }
            }
        }
    }

    /** Hands over the index of each text the line holds, once for each time it does. */
    void find(String line, IntConsumer hit) {
        int state = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            int in = c < 128 ? column[c] : 0;
            state = in == 0 ? 0 : next[state * columns + in];
            if (ends[state].length > 0) {
                Arrays.stream(ends[state]).forEach(hit);
            }
        }
    }
}
