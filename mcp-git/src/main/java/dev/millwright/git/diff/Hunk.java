package dev.millwright.git.diff;

import java.util.ArrayList;
import java.util.List;

/**
 * Edits that stand close together, with the lines around them.
 *
 * @param number counted from 1 within the file
 * @param from first line of the old text, counted from 0, to before {@code to}; so for the new text
 */
public record Hunk(int number, int from, int to, int newFrom, int newTo, List<Edit> edits) {
    public Hunk {
        edits = List.copyOf(edits);
    }

    /** @param context lines shown around each edit */
    public static List<Hunk> of(EditScript script, int context, int count, int newCount) {
        List<Hunk> hunks = new ArrayList<>();
        List<Edit> edits = script.edits();
        for (int i = 0; i < edits.size(); ) {
            int last = i;
            while (last + 1 < edits.size()
                    && edits.get(last + 1).from() - edits.get(last).to() <= 2 * context) {
                last++;
            }
            hunks.add(new Hunk(
                    hunks.size() + 1,
                    Math.max(0, edits.get(i).from() - context),
                    Math.min(count, edits.get(last).to() + context),
                    Math.max(0, edits.get(i).newFrom() - context),
                    Math.min(newCount, edits.get(last).newTo() + context),
                    edits.subList(i, last + 1)));
            i = last + 1;
        }
        return hunks;
    }

    public int added() {
        return edits.stream().mapToInt(Edit::added).sum();
    }

    public int removed() {
        return edits.stream().mapToInt(Edit::removed).sum();
    }
}
