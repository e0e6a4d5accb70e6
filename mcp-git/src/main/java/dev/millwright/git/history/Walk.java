package dev.millwright.git.history;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Goes through commits, newest first, as {@code git log} does: by commit time, of equal ones the one met first, following
 * only one parent where it has the same at the paths (revision.c of Git 2.39, {@code limit_list} and
 * {@code try_to_simplify_commit}).
 */
final class Walk {
    /**
     * @param from commits to begin with
     * @param hidden commits that are left out with all before them
     * @param since seconds since 1970: nothing older is followed
     */
    record Range(List<Integer> from, List<Integer> hidden, boolean firstParent, OptionalLong since) {}

    /** Further commits that are looked at once all that are left are hidden: clocks may be off (SLOP in revision.c). */
    private static final int SLOP = 5;

    private final Commits commits;
    private final ObjectReader reader;
    private final Call call;
    private final PathLimit paths;
    private final boolean firstParent;
    private final OptionalLong since;
    private final DateQueue queue;
    private final BitSet seen = new BitSet();
    private final BitSet hidden = new BitSet();
    private final BitSet bottom = new BitSet();
    private final BitSet same = new BitSet();
    /** Those that are not hidden, in order; empty while walking without a list. */
    private int[] list = new int[0];

    private boolean listed;
    private int listSize;
    private int next;
    private int steps;

    Walk(Commits commits, ObjectReader reader, Call call, Range range, PathLimit paths) throws IOException {
        this.commits = commits;
        this.reader = reader;
        this.call = call;
        this.paths = paths;
        this.firstParent = range.firstParent();
        this.since = range.since();
        this.queue = new DateQueue(commits);
        for (int commit : range.hidden()) {
            commits.read(commit, reader);
            hidden.set(commit);
            bottom.set(commit);
            enqueue(commit);
        }
        for (int commit : range.from()) {
            commits.read(commit, reader);
            enqueue(commit);
        }
        for (int commit : range.hidden()) {
            hideParents(commit);
        }
        if (!range.hidden().isEmpty()) {
            makeList();
        }
    }

    private void enqueue(int commit) {
        if (!seen.get(commit)) {
            seen.set(commit);
            queue.add(commit);
        }
    }

    /** The next commit that differs at the paths, or -1. */
    int next() throws IOException {
        while (true) {
            int commit;
            if (listed) {
                if (next == listSize) {
                    return -1;
                }
                commit = list[next++];
                if (hidden.get(commit)) {
                    continue;
                }
            } else {
                if (queue.isEmpty()) {
                    return -1;
                }
                commit = queue.remove();
                if (isTooOld(commit)) {
                    continue;
                }
                follow(commit);
            }
            if (!same.get(commit)) {
                return commit;
            }
        }
    }

    private boolean isTooOld(int commit) {
        return since.isPresent() && commits.time(commit) < since.getAsLong();
    }

    private void makeList() throws IOException {
        listed = true;
        int slop = SLOP;
        long date = Long.MAX_VALUE;
        list = new int[64];
        while (!queue.isEmpty()) {
            int commit = queue.remove();
            if (isTooOld(commit)) {
                hidden.set(commit);
            }
            follow(commit);
            if (hidden.get(commit)) {
                hideParents(commit);
                slop = queue.isEmpty()
                        ? 0
                        : date <= commits.time(queue.first()) || queue.anyMatch(c -> !hidden.get(c)) ? SLOP : slop - 1;
                if (slop == 0) {
                    break;
                }
                continue;
            }
            date = commits.time(commit);
            if (listSize == list.length) {
                list = Arrays.copyOf(list, listSize * 2);
            }
            list[listSize++] = commit;
        }
    }

    /** Puts the parents of a commit into the queue, as far as they are to be followed. */
    private void follow(int commit) throws IOException {
        if ((++steps & 255) == 0) {
            CallMonitor.check(call);
        }
        int parents = commits.parents(commit);
        if (hidden.get(commit)) {
            for (int i = 0; i < parents; i++) {
                int parent = commits.parent(commit, i);
                hidden.set(parent);
                commits.read(parent, reader);
                hideParents(parent);
                enqueue(parent);
            }
            return;
        }
        int only = simplify(commit, parents);
        for (int i = Math.max(only, 0); i < parents; i++) {
            int parent = commits.parent(commit, i);
            commits.read(parent, reader);
            enqueue(parent);
            if (firstParent || only >= 0) {
                break;
            }
        }
    }

    /** The only parent to follow since it has the same at the paths, or -1; notes whether the commit is to be left out. */
    private int simplify(int commit, int parents) throws IOException {
        if (paths.isEverything()) {
            return -1;
        } else if (parents == 0) {
            same.set(commit, paths.nothingIn(commit));
            return -1;
        }
        boolean anyRelevant = false;
        boolean relevantChange = false;
        boolean irrelevantChange = false;
        for (int i = 0; i < (firstParent ? 1 : parents); i++) {
            int parent = commits.parent(commit, i);
            commits.read(parent, reader);
            boolean relevant = !hidden.get(parent) || bottom.get(parent);
            anyRelevant |= relevant;
            if (!paths.sameAsParent(commit, i)) {
                relevantChange |= relevant;
                irrelevantChange |= !relevant;
            } else if (relevant) {
                same.set(commit);
                return i;
            }
        }
        same.set(commit, anyRelevant ? !relevantChange : !irrelevantChange);
        return -1;
    }

    /** Hides what was met of all that comes before a commit. */
    private void hideParents(int commit) {
        int[] stack = new int[32];
        int depth = 0;
        stack[depth++] = commit;
        while (depth > 0) {
            int child = stack[--depth];
            for (int i = 0; i < commits.parents(child); i++) {
                int parent = commits.parent(child, i);
                if (!hidden.get(parent)) {
                    hidden.set(parent);
                    if (seen.get(parent)) {
                        if (depth == stack.length) {
                            stack = Arrays.copyOf(stack, depth * 2);
                        }
                        stack[depth++] = parent;
                    }
                }
            }
        }
    }
}
