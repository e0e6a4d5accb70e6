package dev.millwright.git.blame;

import dev.millwright.git.diff.Lines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds lines again at another place, in runs that say enough not to be there by chance. */
final class Moves {
    /** Letters and digits that a run must have, as in Git: within the file, and from another one. */
    static final int WITHIN = 20;

    static final int FROM_OTHER = 40;

    /** Places of one line that are looked at. */
    private static final int MOST_PLACES = 50;

    private Moves() {}

    /**
     * Takes the longest runs first found from the top.
     *
     * @param text the chunks are of
     * @param least letters and digits of a run
     */
    static Passing of(List<Chunk> chunks, Lines text, Lines other, int least) {
        Map<Integer, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < other.count(); i++) {
            places.computeIfAbsent(other.fingerprint(i), hash -> new ArrayList<>())
                    .add(i);
        }
        Passing passing = new Passing(new ArrayList<>(), new ArrayList<>());
        for (Chunk chunk : chunks) {
            int kept = 0;
            for (int i = 0; i < chunk.count(); ) {
                Chunk rest = chunk.part(i, chunk.count() - i);
                Chunk found = longest(rest, text, other, places.getOrDefault(text.fingerprint(rest.from()), List.of()));
                if (found.count() == 0 || letters(text, rest.from(), found.count()) < least) {
                    i++;
                    continue;
                }
                if (i > kept) {
                    passing.left().add(chunk.part(kept, i - kept));
                }
                passing.passed().add(found);
                i += found.count();
                kept = i;
            }
            if (kept < chunk.count()) {
                passing.left().add(chunk.part(kept, chunk.count() - kept));
            }
        }
        return passing;
    }

    private static Chunk longest(Chunk rest, Lines text, Lines other, List<Integer> places) {
        Chunk best = rest.part(0, 0);
        for (int place : places.subList(0, Math.min(MOST_PLACES, places.size()))) {
            int same = 0;
            while (same < rest.count()
                    && place + same < other.count()
                    && text.same(rest.from() + same, other, place + same)) {
                same++;
            }
            if (same > best.count()) {
                best = rest.part(0, same).moved(place);
            }
        }
        return best;
    }

    private static int letters(Lines text, int from, int count) {
        int letters = 0;
        for (int i = text.start(from); i < text.end(from + count - 1); i++) {
            letters += Character.isLetterOrDigit(text.bytes()[i]) ? 1 : 0;
        }
        return letters;
    }
}
