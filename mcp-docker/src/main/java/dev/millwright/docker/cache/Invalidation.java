package dev.millwright.docker.cache;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.IgnoreFile;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import dev.millwright.docker.dockerfile.Word;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What runs again after a change.
 *
 * @param change the file or folder that changes
 * @param first the first step that is not in the cache any more, as {@code COPY . .}; empty where nothing is touched
 * @param rebuilds the {@code RUN} steps that run again, in the same form, those of other stages too
 * @param predicted how long the build takes after the change, where the times of steps are known
 */
public record Invalidation(
        String change, Optional<String> first, List<Rebuilt> rebuilds, Optional<Predicted> predicted) {
    /** @param seconds it took in the build that is known */
    public record Rebuilt(String step, Optional<Double> seconds) {}

    /**
     * Seconds of the whole build.
     *
     * @param before with the file as it is
     * @param after with the patches
     * @param untimed steps in them whose time is not known, so that they count for nothing
     */
    public record Predicted(double before, double after, List<String> untimed) {
        public Predicted {
            untimed = List.copyOf(untimed);
        }
    }

    private static final int LONGEST = 70;

    public Invalidation {
        rebuilds = List.copyOf(rebuilds);
    }

    /** A Dockerfile and what its builds leave out. */
    record Subject(Dockerfile file, IgnoreFile ignore) {}

    /**
     * Follows changes through the stages that the last one needs.
     *
     * @param changes paths in the context; none for one change behind each copying step
     */
    static List<Invalidation> of(Subject now, Subject patched, List<String> changes, StepTimes times) {
        List<Invalidation> all = new ArrayList<>();
        for (String each : changes) {
            all.add(of(
                    each,
                    Rerun.of(now.file(), one -> copies(one, each, now.ignore()), times),
                    Rerun.of(patched.file(), one -> copies(one, each, patched.ignore()), times),
                    times));
        }
        if (changes.isEmpty()) {
            for (Stage stage : Stages.of(now.file()).all()) {
                for (Instruction each : stage.instructions()) {
                    if (copiesFromContext(each)) {
                        Optional<Instruction> other = same(now.file(), stage, each, patched.file());
                        all.add(of(
                                String.join(
                                        " ",
                                        each.sources().stream().map(Word::text).toList()),
                                Rerun.of(now.file(), one -> one.equals(each), times),
                                Rerun.of(
                                        patched.file(),
                                        one -> other.filter(one::equals).isPresent(),
                                        times),
                                times));
                    }
                }
            }
        }
        return all;
    }

    private static Invalidation of(String change, Rerun now, Rerun patched, StepTimes times) {
        Set<String> untimed = new LinkedHashSet<>(now.untimed());
        untimed.addAll(patched.untimed());
        return new Invalidation(
                change,
                now.first(),
                now.runs(),
                times.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Predicted(
                                rounded(times.beside() + now.seconds()),
                                rounded(times.beside() + patched.seconds()),
                                List.copyOf(untimed))));
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 100) / 100.0;
    }

    /** The last step of the other file that says the same in the same stage. */
    private static Optional<Instruction> same(Dockerfile file, Stage stage, Instruction one, Dockerfile other) {
        String text = step(file, one);
        List<Stage> all = Stages.of(other).all();
        return stage.index() >= all.size()
                ? Optional.empty()
                : all.get(stage.index()).instructions().stream()
                        .filter(each -> step(other, each).equals(text))
                        .reduce((first, second) -> second);
    }

    private static boolean copiesFromContext(Instruction one) {
        return (one.is(Keyword.COPY) || one.is(Keyword.ADD))
                && one.flagValue("from").isEmpty()
                && one.sources().stream()
                        .anyMatch(word -> !one.isHeredoc(word) && !word.text().contains("://"));
    }

    private static boolean copies(Instruction one, String path, IgnoreFile ignore) {
        if (!copiesFromContext(one) || ignore.ignores(path)) {
            return false;
        }
        return one.sources().stream().anyMatch(word -> covers(word.text(), path));
    }

    /** Whether a source of {@code COPY} takes a path: itself, a folder above, or a pattern of Go's {@code filepath.Match}. */
    static boolean covers(String source, String path) {
        String clean = source.replaceAll("^(\\./|/)+", "").replaceAll("/+$", "");
        if (clean.isEmpty() || clean.equals(".")) {
            return true;
        }
        String[] wanted = clean.split("/");
        String[] given = path.replaceAll("^(\\./|/)+", "").split("/");
        if (given.length < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].equals(given[i]) && !matches(wanted[i], given[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(String pattern, String name) {
        if (pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0) {
            return false;
        }
        StringBuilder expression = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            expression.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return name.matches(expression.toString());
    }

    /** The beginning of an instruction, on one line. */
    static String step(Dockerfile file, Instruction one) {
        String text =
                one.span().in(file.text()).replaceAll("[\\\\`]\\r?\\n", " ").replaceAll("\\s+", " ");
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
}
