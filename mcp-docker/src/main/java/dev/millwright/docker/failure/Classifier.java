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

    /** 128 + SIGKILL, as POSIX shells give it. */
    private static final int KILLED = 137;

    /** What was decided, and the lines that say it, in their order. */
    record Decision(FailureClass kind, List<Hit> hits) {
        Decision {
            hits = List.copyOf(hits);
        }
    }

    private Classifier() {}

    static Decision decide(Step step) {
        if (step.exitCode().orElse(0) == KILLED) {
            return killed(step);
        }
        List<String> lines = step.lines();
        List<Hit> near = hits(lines, Math.max(0, lines.size() - NEAR), lines.size());
        Optional<Decision> decision = best(near, false);
        if (decision.isPresent()) {
            return decision.get();
        }
        List<Hit> far = hits(lines, Math.max(0, lines.size() - FAR), lines.size() - NEAR);
        far.addAll(near);
        decision = best(far, false)
                .or(() -> ExitCodes.kind(step).map(kind -> new Decision(kind, List.of())))
                .or(() -> best(near, true))
                .or(() -> best(far, true));
        if (decision.isPresent()) {
            return decision.get();
        }
        List<Hit> all = hits(lines, 0, lines.size() - FAR);
        return best(all, false).or(() -> best(all, true)).orElseGet(() -> new Decision(unknown(step), List.of()));
    }

    /** Whoever kills a process in a build is the kernel that needs its memory, whatever it said before. */
    private static Decision killed(Step step) {
        List<Hit> hits = hits(
                step.lines(),
                Math.max(0, step.lines().size() - FAR),
                step.lines().size());
        FailureClass kind = hits.stream().anyMatch(hit -> hit.kind() == FailureClass.DISK_FULL)
                ? FailureClass.DISK_FULL
                : FailureClass.OOM;
        return new Decision(
                kind, hits.stream().filter(hit -> hit.kind() == kind).toList());
    }

    private static FailureClass unknown(Step step) {
        return step.exitCode().orElse(0) > 0 && step.lines().stream().allMatch(Classifier::isNoise)
                ? FailureClass.EXIT_EXPLICIT
                : FailureClass.GENERIC;
    }

    private static List<Hit> hits(List<String> lines, int from, int to) {
        List<Hit> hits = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String line = lines.get(i);
            List<Hit> said = Signatures.find(line, i);
            if (!said.isEmpty() && !isNoise(line)) {
                hits.addAll(said);
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
                || lower.startsWith("error: docker build failed with exit code")
                || lower.startsWith("error: process completed with exit code")
                || lower.startsWith("error: build failed with exit code")
                || lower.contains(": warning:")
                || lower.startsWith("warning: apt does not have a stable cli");
    }
}
