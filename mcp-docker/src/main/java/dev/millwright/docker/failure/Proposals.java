package dev.millwright.docker.failure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Collects the fixes of one failure; an edit that would change nothing is left out. */
final class Proposals {
    private final Classifier.Decision decision;
    private final Step step;
    private final Surroundings around;
    private final Optional<Recipe.Instruction> instruction;
    private final List<Fix> fixes = new ArrayList<>();

    Proposals(Classifier.Decision decision, Step step, Surroundings around) {
        this.decision = decision;
        this.step = step;
        this.around = around;
        this.instruction = around.recipe().flatMap(recipe -> recipe.failing(step));
    }

    List<Fix> fixes() {
        return List.copyOf(fixes);
    }

    Optional<Recipe.Instruction> instruction() {
        return instruction;
    }

    Surroundings around() {
        return around;
    }

    Step step() {
        return step;
    }

    /** The failing instruction's text as far as it is known. */
    String text() {
        return instruction.map(Recipe.Instruction::text).orElse(step.name());
    }

    /** What the failure is about, in the order of the log, each once. */
    List<String> subjects() {
        LinkedHashSet<String> subjects = new LinkedHashSet<>();
        decision.hits().stream()
                .map(Hit::subject)
                .filter(each -> !each.isEmpty())
                .forEach(subjects::add);
        return List.copyOf(subjects);
    }

    /** Calls the packages that are not there by the names that this distribution has for them, all at once. */
    Proposals rename(String id, double odds, Distribution distribution) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String each : subjects()) {
            Packages.renamed(each, distribution).ifPresent(now -> names.put(each, now));
        }
        if (names.isEmpty()) {
            return this;
        }
        String what = names.entrySet().stream()
                .map(each -> each.getKey() + " is called " + each.getValue() + " now")
                .collect(Collectors.joining(", "));
        return rewrite(id, odds, what + ".", text -> {
            String renamed = text;
            for (Map.Entry<String, String> each : names.entrySet()) {
                renamed = Rewrites.replaced(each.getKey(), each.getValue()).apply(renamed);
            }
            return renamed;
        });
    }

    /** The first of {@link #subjects}, or this. */
    String subject(String otherwise) {
        return subjects().isEmpty() ? otherwise : subjects().getFirst();
    }

    /** Whether a line that decided holds this text, in any case. */
    boolean says(String text) {
        return decision.hits().stream()
                .anyMatch(hit -> hit.line().toLowerCase(Locale.ROOT).contains(text));
    }

    /** Whether any of the last 200 lines of the step holds this text, in any case. */
    boolean logHas(String text) {
        List<String> lines = step.lines();
        return lines.subList(Math.max(0, lines.size() - 200), lines.size()).stream()
                .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains(text));
    }

    /** The base image of the failing stage, empty text where unknown. */
    String base() {
        return instruction.map(Recipe.Instruction::base).orElse("");
    }

    Distribution distribution() {
        return Distribution.guess(base(), text(), step.lines()).orElse(Distribution.DEBIAN);
    }

    Proposals advise(String id, double odds, String what) {
        fixes.add(new Fix(id, what, false, odds, List.of()));
        return this;
    }

    /** Another text for the failing instruction. */
    Proposals rewrite(String id, double odds, String what, UnaryOperator<String> change) {
        String changed = change.apply(text());
        if (!changed.equals(text()) && !text().isEmpty()) {
            fixes.add(new Fix(id, what, true, odds, List.of(edit(changed))));
        }
        return this;
    }

    private Edit edit(String with) {
        return instruction
                .map(at -> new Edit(Edit.DOCKERFILE, at.line(), at.until(), with))
                .orElseGet(() -> new Edit(Edit.DOCKERFILE, 0, 0, with));
    }

    /** Instructions to stand before the failing one. */
    Proposals before(String id, double odds, String what, String lines) {
        fixes.add(new Fix(
                id,
                what,
                true,
                odds,
                List.of(instruction
                        .map(at -> new Edit(Edit.DOCKERFILE, at.line(), at.line() - 1, lines))
                        .orElseGet(() -> new Edit(Edit.DOCKERFILE, 0, 0, lines + "\n" + step.name())))));
        return this;
    }

    /** Installs packages before the failing step; only a hint where there are none for the distribution. */
    Proposals install(String id, double odds, String what, String packages) {
        return packages.isBlank()
                ? advise(id, odds, what)
                : before(id, odds, what, distribution().install(packages));
    }

    /** Another base image for the failing stage; a hint where that cannot be said. */
    Proposals from(String id, double odds, String what, UnaryOperator<String> image) {
        Optional<Recipe.Instruction> from =
                instruction.flatMap(at -> around.recipe().flatMap(recipe -> recipe.from(at)));
        String base = base();
        String changed = base.isEmpty() ? base : image.apply(base);
        if (from.isEmpty() || changed.equals(base)) {
            return advise(id, odds, what);
        }
        String text = from.get().text();
        int at = text.indexOf(base);
        if (at < 0) {
            return advise(id, odds, what);
        }
        String with = text.substring(0, at) + changed + text.substring(at + base.length());
        fixes.add(new Fix(
                id,
                what,
                true,
                odds,
                List.of(new Edit(Edit.DOCKERFILE, from.get().line(), from.get().until(), with))));
        return this;
    }

    Proposals edit(String id, double odds, String what, Edit edit) {
        fixes.add(new Fix(id, what, true, odds, List.of(edit)));
        return this;
    }
}
