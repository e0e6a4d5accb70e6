package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.Fix;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The name that was probably meant. */
final class Nearest {
    private Nearest() {}

    /** The one name that is nearest and near at all; empty when none is, or two are as near. */
    static Optional<String> of(String wanted, Collection<String> there) {
        return nearest(wanted, there, each -> isNear(wanted, each));
    }

    /**
     * The one name of which this one is a slip of the pen: upper and lower case apart, a letter in four and three at most
     * are other ones. That a word is there or not is no slip: {@code app-1-settings} is not meant to be {@code settings}.
     */
    static Optional<String> slip(String wanted, Collection<String> there) {
        return nearest(
                wanted,
                there,
                each -> distance(folded(wanted), folded(each))
                        <= Math.min(3, Math.min(wanted.length(), each.length()) / 4));
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    private static Optional<String> nearest(String wanted, Collection<String> there, Predicate<String> near) {
        List<String> all = there.stream()
                .distinct()
                .filter(near)
                .sorted(Comparator.comparing((String each) -> distance(wanted, each))
                        .thenComparing(each -> each))
                .toList();
        return all.isEmpty() || all.size() > 1 && distance(wanted, all.get(0)) == distance(wanted, all.get(1))
                ? Optional.empty()
                : Optional.of(all.getFirst());
    }

    /** At most a third of the letters differ, or one is the other with a word before or after it. */
    static boolean isNear(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return false;
        }
        return distance(a, b) <= Math.min(3, Math.max(1, Math.min(a.length(), b.length()) / 3))
                || a.length() >= 3 && (b.startsWith(a + "-") || b.endsWith("-" + a))
                || b.length() >= 3 && (a.startsWith(b + "-") || a.endsWith("-" + b));
    }

    /** Of putting the one for the other: more where it is another word, and not only a slip. */
    static Fix.Risk risk(String wanted, String meant) {
        return distance(wanted, meant) <= 2 ? Fix.Risk.LOW : Fix.Risk.MEDIUM;
    }

    /** Letters to insert, delete or change: Levenshtein, "Binary codes capable of correcting deletions", 1966. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
