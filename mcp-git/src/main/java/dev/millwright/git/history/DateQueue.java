package dev.millwright.git.history;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Commits by time, newest first, of equal ones the one that came first; a heap over numbers. */
final class DateQueue {
    private final Commits commits;
    private int[] heap = new int[64];
    private long[] times = new long[64];
    private long[] turns = new long[64];
    private int size;
    private long turn;

    /** @param commits all that are added must have been read */
    DateQueue(Commits commits) {
        this.commits = commits;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int first() {
        return heap[0];
    }

    boolean anyMatch(IntPredicate test) {
        for (int i = 0; i < size; i++) {
            if (test.test(heap[i])) {
                return true;
            }
        }
        return false;
    }

    void add(int commit) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
            times = Arrays.copyOf(times, size * 2);
            turns = Arrays.copyOf(turns, size * 2);
        }
        long time = commits.time(commit);
        int at = size++;
        while (at > 0 && time > times[(at - 1) / 2]) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        put(at, commit, time, turn++);
    }

    int remove() {
        int first = heap[0];
        int commit = heap[--size];
        long time = times[size];
        long since = turns[size];
        int at = 0;
        while (true) {
            int child = at * 2 + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(times[child + 1], turns[child + 1], child)) {
                child++;
            }
            if (before(time, since, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, commit, time, since);
        return first;
    }

    private boolean before(long time, long since, int other) {
        return time > times[other] || time == times[other] && since < turns[other];
    }

    private void move(int from, int to) {
        put(to, heap[from], times[from], turns[from]);
    }

    private void put(int at, int commit, long time, long since) {
        heap[at] = commit;
        times[at] = time;
        turns[at] = since;
    }
}
