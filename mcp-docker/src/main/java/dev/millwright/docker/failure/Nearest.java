package dev.millwright.docker.failure;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Nearest {
    /** Longer names are no slips of a key. */
    private static final int LONGEST = 300;

    private Nearest() {}

    /** Of equal last names the shortest path, else the fewest edits, at most a third of the name. */
    static Optional<String> of(String wanted, Collection<String> there) {
        if (wanted.length() > LONGEST) {
            return Optional.empty();
        }
        String name = last(wanted);
        Optional<String> same = there.stream()
                .filter(each -> each.length() <= LONGEST && last(each).equalsIgnoreCase(name))
                .min(Comparator.comparingInt((String each) -> distance(each, wanted))
                        .thenComparing(each -> each));
        if (same.isPresent()) {
            return same;
        }
        return there.stream()
                .filter(each -> Math.abs(each.length() - wanted.length()) <= wanted.length() / 3 + 1)
                .filter(each -> distance(each, wanted) <= Math.max(1, wanted.length() / 3))
                .min(Comparator.comparingInt((String each) -> distance(each, wanted))
                        .thenComparing(each -> each));
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), case aside. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                cost[i][j] =
                        Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (same ? 0 : 1));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
