package dev.millwright.k8s.logs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sorts lines by what they have in common, one after the other, in one pass and bounded memory.
 *
 * <p>Drain: a tree of fixed depth, first by the number of words, then by the first words, then the most similar group
 * of the leaf (P. He, J. Zhu, Z. Zheng, M. Lyu, "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS
 * 2017). The same lines in the same order always give the same templates. Each line belongs to exactly one.
 */
public final class Templates {
    /** Share of equal words from which two lines are of one kind; the paper finds 0.3 to 0.6 to do for all its logs. */
    private static final double SIMILAR = 0.5;

    /** Branches below a node, as in the paper; further words share one. */
    private static final int MOST_BRANCHES = 100;

    private static final int MOST_IN_LEAF = 64;

    /** Kinds of line that are told apart; what is new after so many is counted as one. */
    static final int MOST = 2_000;

    private static final String OTHER = "(other lines)";

    private static final class Group {
        private final int number;
        private final String[] words;
        private final String example;
        private Optional<Instant> first;
        private Optional<Instant> last;
        private long count;
        private Level worst;

        Group(int number, String[] words, LogLine line) {
            this.number = number;
            this.words = words;
            this.example = line.text();
            this.first = line.at();
            this.last = line.at();
            this.worst = line.level();
        }

        void add(LogLine line) {
            count++;
            first = Times.earlier(first, line.at());
            last = Times.later(last, line.at());
            if (line.level().compareTo(worst) > 0) {
                worst = line.level();
            }
        }

        Template template() {
            return new Template(String.join(" ", words), count, first, last, worst, example);
        }
    }

    private final Map<Integer, Map<String, List<Group>>> tree = new HashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private Optional<Group> other = Optional.empty();
    private long lines;

    /** Counts a line. @return number of its template, the same for lines of one kind */
    public int add(LogLine line) {
        lines++;
        String[] words = Shape.words(line.message()).toArray(String[]::new);
        Group group = find(words, line);
        group.add(line);
        return group.number;
    }

    private Group find(String[] words, LogLine line) {
        Map<String, List<Group>> branches = tree.computeIfAbsent(words.length, length -> new HashMap<>());
        String key = key(words);
        if (!branches.containsKey(key) && branches.size() >= MOST_BRANCHES) {
            key = Shape.ANY;
        }
        List<Group> leaf = branches.computeIfAbsent(key, each -> new ArrayList<>());
        Group best = null;
        double highest = -1;
        for (Group each : leaf) {
            double similarity = similarity(each.words, words);
            if (similarity > highest) {
                highest = similarity;
                best = each;
            }
        }
        if (best != null && (highest >= SIMILAR || leaf.size() >= MOST_IN_LEAF)) {
            for (int i = 0; i < words.length; i++) {
                if (!best.words[i].equals(words[i])) {
                    best.words[i] = Shape.ANY;
                }
            }
            return best;
        }
        if (groups.size() >= MOST) {
            return other.orElseGet(() -> {
                Group rest = new Group(groups.size(), new String[] {OTHER}, line);
                groups.add(rest);
                other = Optional.of(rest);
                return rest;
            });
        }
        Group fresh = new Group(groups.size(), words, line);
        leaf.add(fresh);
        groups.add(fresh);
        return fresh;
    }

    /** The first two words; one that was masked may be any. */
    private static String key(String[] words) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < Math.min(2, words.length); i++) {
            key.append(words[i].indexOf('<') >= 0 ? Shape.ANY : words[i]).append(' ');
        }
        return key.toString();
    }

    private static double similarity(String[] a, String[] b) {
        if (a.length == 0) {
            return 1;
        }
        int equal = 0;
        for (int i = 0; i < a.length; i++) {
            if (a[i].equals(b[i])) {
                equal++;
            }
        }
        return (double) equal / a.length;
    }

    /** Lines counted so far. */
    public long lines() {
        return lines;
    }

    /** All templates, the most frequent first, then in order of appearance. */
    public List<Template> all() {
        return groups.stream()
                .map(Group::template)
                .sorted(Comparator.comparingLong(Template::count).reversed())
                .toList();
    }
}
