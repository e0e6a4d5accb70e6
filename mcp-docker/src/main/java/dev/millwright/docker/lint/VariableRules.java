package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Expansion;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Pair;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import dev.millwright.docker.dockerfile.Variable;
import dev.millwright.docker.dockerfile.Word;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** BuildKit's checks of variables. */
final class VariableRules {
    private static final Set<Keyword> EXPANDED = Set.of(
            Keyword.ADD,
            Keyword.ARG,
            Keyword.COPY,
            Keyword.ENV,
            Keyword.EXPOSE,
            Keyword.LABEL,
            Keyword.STOPSIGNAL,
            Keyword.USER,
            Keyword.VOLUME,
            Keyword.WORKDIR);

    /** What distributions publish as their images: no more than PATH is set in them. */
    private static final Pattern PLAIN = Pattern.compile(
            "scratch|(docker\\.io/)?(library/)?(alpine|busybox|debian|ubuntu|almalinux|rockylinux)([:@].*)?");

    private VariableRules() {}

    static void check(Work work) {
        Map<String, Variable> globals = work.stages().globals();
        List<Set<String>> defined = new ArrayList<>();
        for (Stage stage : work.stages().all()) {
            from(work, stage, globals);
            defined.add(stage.instructions().stream()
                    .filter(each -> each.is(Keyword.ARG) || each.is(Keyword.ENV))
                    .flatMap(each -> each.pairs().stream())
                    .map(each -> each.name().text())
                    .collect(Collectors.toSet()));
        }
        for (Step step : work.steps()) {
            if (EXPANDED.contains(step.one().keyword()) && !step.isHeldBack()) {
                used(work, step, globals, defined.get(step.stage().index()));
            }
        }
    }

    private static void from(Work work, Stage stage, Map<String, Variable> globals) {
        List<Word> words = new ArrayList<>(List.of(stage.base()));
        stage.from()
                .flag("platform")
                .ifPresent(each -> words.add(new Word(each.value().orElse(""), each.span())));
        boolean undefined = false;
        for (Word word : words) {
            for (String name : missing(work, word, globals::containsKey)) {
                if (!Stages.PLATFORM.contains(name) && !Stages.PREDEFINED.contains(name)) {
                    undefined = true;
                    work.add(
                            "UndefinedArgInFrom",
                            stage.from(),
                            word.span(),
                            "no ARG %s stands before the first FROM%s".formatted(name, near(name, globals.keySet())));
                }
            }
        }
        if (!undefined && stage.base().hasVariable()) {
            defaults(work, stage, globals);
        }
    }

    /** What the base is called when no build argument is given. */
    private static void defaults(Work work, Stage stage, Map<String, Variable> globals) {
        String text;
        try {
            text = Expansion.of(stage.base().text(), work.file().escape(), name -> value(name, globals))
                    .text();
        } catch (IllegalArgumentException e) {
            return;
        }
        boolean valid = text.matches("[\\w.\\-/]+(:[0-9]+/[\\w.\\-/]+)?(:\\w[\\w.-]{0,127})?(@\\w+:[0-9a-f]+)?")
                && !text.endsWith("/")
                && !text.startsWith("/");
        if (!valid) {
            work.add(
                    "InvalidDefaultArgInFrom",
                    stage.from(),
                    stage.base().span(),
                    "without build arguments the base is \"%s\"".formatted(text));
        }
    }

    private static Optional<String> value(String name, Map<String, Variable> globals) {
        Optional<String> known = Optional.ofNullable(globals.get(name)).flatMap(Variable::value);
        return known.isEmpty() && Stages.PLATFORM.contains(name) ? Optional.of("linux") : known;
    }

    /** The variables that the word needs and the scope has not, without those whose absence it provides for. */
    private static List<String> missing(Work work, Word word, Predicate<String> known) {
        if (!word.hasVariable()) {
            return List.of();
        }
        try {
            Expansion.Expanded expanded = Expansion.of(
                    word.text(), work.file().escape(), name -> known.test(name) ? Optional.of("x") : Optional.empty());
            return expanded.missing().stream()
                    .filter(each -> each.matches("[A-Za-z_]\\w*"))
                    .filter(each -> !word.text().matches("(?s).*\\$\\{" + each + "(:?[-+?]).*"))
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /** @param defined somewhere in the stage */
    private static void used(Work work, Step step, Map<String, Variable> globals, Set<String> defined) {
        Instruction one = step.one();
        List<Word> words = new ArrayList<>();
        if (one.pairs().isEmpty()) {
            one.words().stream().filter(each -> !one.isHeredoc(each)).forEach(words::add);
        }
        Set<String> own = new HashSet<>();
        for (Pair each : one.pairs()) {
            each.value().ifPresent(words::add);
            own.add(each.name().text());
        }
        for (Word word : words) {
            missing(
                            work,
                            word,
                            name -> work.stages().before(step.written(), name).isPresent())
                    .stream()
                    .filter(each -> !Stages.PREDEFINED.contains(each) && !each.equals("PATH") && !own.contains(each))
                    .forEach(each -> undefined(work, step, word, each, globals, defined.contains(each)));
        }
    }

    /** Of a variable that the base image may define it is told only when another is near, or defined too late. */
    private static void undefined(
            Work work, Step step, Word word, String name, Map<String, Variable> globals, boolean late) {
        Set<String> known = new HashSet<>(work.stages().before(step.written()).keySet());
        known.add("PATH");
        String near = near(name, known);
        boolean global = globals.containsKey(name) || Stages.PLATFORM.contains(name);
        boolean empty = work.stages()
                .image(step.stage())
                .filter(each -> PLAIN.matcher(each).matches())
                .isPresent();
        if (global || late || empty || !near.isEmpty()) {
            String hint = global ? "; this stage has no ARG %s".formatted(name) : near;
            work.add("UndefinedVar", step.written(), word.span(), "$%s is not defined%s".formatted(name, hint));
        }
    }

    /** A name that is meant, when one letter or two of them make the difference. */
    private static String near(String name, Set<String> known) {
        return known.stream()
                .filter(each -> name.length() > 2 && Math.abs(name.length() - each.length()) <= 2)
                .filter(each -> distance(name, each) <= (name.length() > 6 ? 2 : 1))
                .sorted()
                .findFirst()
                .map(each -> " (did you mean %s?)".formatted(each))
                .orElse("");
    }

    /** Letters to change, add, drop or swap with their neighbour. */
    static int distance(String one, String other) {
        int[][] costs = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    costs[i][j] = i + j;
                    continue;
                }
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                costs[i][j] = Math.min(costs[i - 1][j - 1] + change, Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    costs[i][j] = Math.min(costs[i][j], costs[i - 2][j - 2] + 1);
                }
            }
        }
        return costs[one.length()][other.length()];
    }
}
