package dev.millwright.docker.failure;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a Dockerfile that failed was changed before it passed.
 *
 * @param removed lines, without blanks around them
 * @param added lines, in the place of the removed ones
 */
record MinedChange(List<String> removed, List<String> added) {
    /** A change of more lines is a rewrite and mends by chance, if at all. */
    private static final int MOST = 12;

    MinedChange {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
    }

    /** Empty where nothing changed, or too much, or in several places. */
    static Optional<MinedChange> between(String failed, String passed) {
        List<AbstractDelta<String>> deltas =
                DiffUtils.diff(stripped(failed), stripped(passed)).getDeltas();
        if (deltas.size() != 1) {
            return Optional.empty();
        }
        AbstractDelta<String> delta = deltas.getFirst();
        MinedChange change =
                new MinedChange(delta.getSource().getLines(), delta.getTarget().getLines());
        int lines = change.removed.size() + change.added.size();
        return lines <= MOST ? Optional.of(change) : Optional.empty();
    }

    private static List<String> stripped(String text) {
        return text.lines().map(String::strip).toList();
    }

    /** The same change of another file: where the removed lines stand together, else before the failing step. */
    Optional<Edit> in(String dockerfile, Optional<Recipe.Instruction> failing) {
        List<String> lines = stripped(dockerfile);
        String with = String.join("\n", added);
        for (int i = 0; !removed.isEmpty() && i + removed.size() <= lines.size(); i++) {
            if (lines.subList(i, i + removed.size()).equals(removed)) {
                return Optional.of(new Edit(Edit.DOCKERFILE, i + 1, i + removed.size(), with));
            }
        }
        return removed.isEmpty()
                ? failing.map(at -> new Edit(Edit.DOCKERFILE, at.line(), at.line() - 1, with))
                : Optional.empty();
    }

    String text() {
        List<String> text = new ArrayList<>();
        removed.forEach(line -> text.add("-" + line));
        added.forEach(line -> text.add("+" + line));
        return String.join("\n", text);
    }

    static MinedChange of(String text) {
        return new MinedChange(
                text.lines()
                        .filter(line -> line.startsWith("-"))
                        .map(line -> line.substring(1))
                        .toList(),
                text.lines()
                        .filter(line -> line.startsWith("+"))
                        .map(line -> line.substring(1))
                        .toList());
    }
}
