package dev.millwright.docker.failure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decides which class a failing step is of. */
final class Classifier {
    /** Lines from the end that are looked at first, then those after; causes stand near the end. */
    private static final int NEAR = 40;

    private static final int FAR = 200;

    /** What was decided, and the lines that say it, in their order. */
    record Decision(FailureClass kind, List<Hit> hits) {
        Decision {
            hits = List.copyOf(hits);
        }
    }

    private Classifier() {}

    static Decision decide(Step step) {
        List<String> lines = step.lines();
        List<Hit> near = hits(lines, Math.max(0, lines.size() - NEAR), lines.size());
        Optional<Decision> decision = best(near, false);
        if (decision.isPresent()) {
            return decision.get();
        }
        List<Hit> far = hits(lines, Math.max(0, lines.size() - FAR), lines.size() - NEAR);
        far.addAll(near);
        decision = best(far, false).or(() -> best(near, true)).or(() -> best(far, true));
        if (decision.isPresent()) {
            return decision.get();
        }
        List<Hit> all = hits(lines, 0, lines.size() - FAR);
        return best(all, false).or(() -> best(all, true)).orElseGet(() -> new Decision(byCode(step), List.of()));
    }

    /** Exit codes as POSIX shells give them: 127 not found, 126 not executable, 128 + 9 killed. */
    private static FailureClass byCode(Step step) {
        int code = step.exitCode().orElse(0);
        return code == 127
                ? FailureClass.CMD_NOT_FOUND
                : code == 126
                        ? FailureClass.PERM
                        : code == 137
                                ? FailureClass.OOM
                                : code > 0 && step.lines().stream().allMatch(Classifier::isNoise)
                                        ? FailureClass.EXIT_EXPLICIT
                                        : FailureClass.GENERIC;
    }

    private static List<Hit> hits(List<String> lines, int from, int to) {
        List<Hit> hits = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String line = lines.get(i);
            if (!line.isEmpty() && !isNoise(line)) {
                hits.addAll(Signatures.find(line, i));
            }
        }
        return hits;
    }

    private static Optional<Decision> best(List<Hit> hits, boolean weak) {
        return hits.stream()
                .filter(hit -> hit.weak() == weak)
                .map(Hit::kind)
                .min(Comparator.naturalOrder())
                .map(kind -> new Decision(
                        kind, hits.stream().filter(hit -> hit.kind() == kind).toList()));
    }

    /** What never decides: warnings of what is old, of compilers and of npm, and commands that a shell repeats. */
    static boolean isNoise(String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("+ ") || text.startsWith("debconf: ")) {
            return true;
        }
        String lower = (text.length() > 200 ? text.substring(0, 200) : text).toLowerCase(Locale.ROOT);
        return lower.contains("deprecat")
                || lower.startsWith("npm warn")
                || lower.startsWith("warn ")
                || lower.startsWith("[warn")
                || lower.startsWith("warning: running pip as")
                || lower.startsWith("warning: you are using pip")
                || lower.startsWith("[notice]")
                || lower.startsWith("warning ")
                || lower.contains(": warning:")
                || lower.startsWith("warning: apt does not have a stable cli");
    }
}
