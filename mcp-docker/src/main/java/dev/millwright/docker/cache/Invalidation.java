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
 */
public record Invalidation(String change, Optional<String> first, List<String> rebuilds) {
    private static final int LONGEST = 70;

    public Invalidation {
        rebuilds = List.copyOf(rebuilds);
    }

    /**
     * Follows changes through the stages that the last one needs.
     *
     * @param changes paths in the context; none for one change behind each copying step
     */
    static List<Invalidation> of(Dockerfile file, IgnoreFile ignore, List<String> changes) {
        Stages stages = Stages.of(file);
        List<Invalidation> all = new ArrayList<>();
        if (!changes.isEmpty()) {
            for (String each : changes) {
                all.add(follow(file, stages, each, one -> copies(one, each, ignore)));
            }
            return all;
        }
        for (Stage stage : stages.all()) {
            for (Instruction each : stage.instructions()) {
                if (copiesFromContext(each)) {
                    String sources = String.join(
                            " ", each.sources().stream().map(Word::text).toList());
                    all.add(follow(file, stages, sources, one -> one.equals(each)));
                }
            }
        }
        return all;
    }

    private interface Touched {
        boolean by(Instruction one);
    }

    private static Invalidation follow(Dockerfile file, Stages stages, String change, Touched touched) {
        Optional<String> first = Optional.empty();
        List<String> rebuilds = new ArrayList<>();
        Set<Integer> stale = new LinkedHashSet<>();
        Set<Stage> needed = stages.last().map(stages::neededBy).orElse(Set.of());
        for (Stage stage : stages.all()) {
            if (!needed.contains(stage)) {
                continue;
            }
            boolean dirty =
                    stage.parent().isPresent() && stale.contains(stage.parent().getAsInt());
            for (Instruction each : stage.instructions()) {
                if (!dirty && (touched.by(each) || takesFrom(each, stages, stale))) {
                    dirty = true;
                    if (first.isEmpty()) {
                        first = Optional.of(step(file, each));
                    }
                }
                if (dirty && each.is(Keyword.RUN)) {
                    rebuilds.add(step(file, each));
                }
            }
            if (dirty) {
                stale.add(stage.index());
            }
        }
        return new Invalidation(change, first, rebuilds);
    }

    private static boolean takesFrom(Instruction one, Stages stages, Set<Integer> stale) {
        Optional<String> from = one.is(Keyword.COPY) ? one.flagValue("from") : Optional.empty();
        boolean mounts = one.is(Keyword.RUN)
                && one.flags("mount").stream()
                        .map(each -> each.parts().getOrDefault("from", ""))
                        .filter(each -> !each.isEmpty())
                        .flatMap(each -> stages.find(each).stream())
                        .anyMatch(each -> stale.contains(each.index()));
        return mounts
                || from.flatMap(stages::find)
                        .filter(each -> stale.contains(each.index()))
                        .isPresent();
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
        String text = one.span().in(file.text()).replaceAll("\\s+", " ");
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
}
