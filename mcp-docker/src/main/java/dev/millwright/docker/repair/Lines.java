package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Edit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which line of a file each line of its changed text comes from.
 *
 * @param origins for each line the one it was, from 1
 */
record Lines(List<Integer> origins) {
    Lines {
        origins = List.copyOf(origins);
    }

    static Lines of(String text) {
        List<Integer> origins = new ArrayList<>();
        for (int i = 0; i < count(text); i++) {
            origins.add(i + 1);
        }
        return new Lines(origins);
    }

    int origin(int line) {
        return origins.get(Math.min(line, origins.size()) - 1);
    }

    /** The same for the text that edits made of another: a new line comes from the one it was put into. */
    Lines after(String before, List<Edit> edits, String after) {
        List<Edit> sorted = new ArrayList<>(edits);
        sorted.sort(Comparator.comparingInt((Edit each) -> each.span().start())
                .thenComparingInt(each -> each.span().end()));
        List<Integer> now = new ArrayList<>();
        now.add(origin(1));
        int line = 1;
        int at = 0;
        for (Edit each : sorted) {
            line = copied(before, at, each.span().start(), line, now);
            for (int i = 0; i < each.text().length(); i++) {
                if (each.text().charAt(i) == '\n') {
                    now.add(origin(line));
                }
            }
            int skipped = count(each.span().in(before)) - 1;
            if (skipped > 0) {
                line += skipped;
                now.set(now.size() - 1, origin(line));
            }
            at = each.span().end();
        }
        copied(before, at, before.length(), line, now);
        if (now.size() != count(after)) {
            throw new IllegalStateException("%d lines are told of %d".formatted(now.size(), count(after)));
        }
        return new Lines(now);
    }

    private int copied(String before, int from, int to, int line, List<Integer> now) {
        int at = line;
        for (int i = from; i < to; i++) {
            if (before.charAt(i) == '\n') {
                at++;
                now.add(origin(at));
            }
        }
        return at;
    }

    private static int count(String text) {
        return 1 + (int) text.chars().filter(each -> each == '\n').count();
    }
}
