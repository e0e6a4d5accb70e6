package dev.millwright.git.blame;

import dev.millwright.git.diff.Edit;
import java.util.ArrayList;
import java.util.List;

/** Lines of a file told apart: those that its parent has, with their place there, and those that are new. */
record Passing(List<Chunk> passed, List<Chunk> left) {
    /**
     * @param chunks by their place in the new text
     * @param edits from the parent's text to it
     * @param byPlace whether changed lines are taken for those that stood in their place
     */
    static Passing of(List<Chunk> chunks, List<Edit> edits, boolean byPlace) {
        Passing passing = new Passing(new ArrayList<>(), new ArrayList<>());
        int next = 0;
        for (Chunk chunk : chunks) {
            while (next < edits.size() && edits.get(next).newTo() <= chunk.from()) {
                next++;
            }
            int done = 0;
            for (int i = next; done < chunk.count(); i++) {
                int line = chunk.from() + done;
                boolean last = i == edits.size() || edits.get(i).newFrom() >= chunk.end();
                int same = (last ? chunk.end() : Math.max(line, edits.get(i).newFrom())) - line;
                if (same > 0) {
                    passing.passed.add(chunk.part(done, same).moved(line + shift(edits, i)));
                    done += same;
                }
                if (!last) {
                    int changed = Math.min(chunk.end(), edits.get(i).newTo()) - chunk.from() - done;
                    if (changed > 0) {
                        passing.changed(chunk.part(done, changed), edits.get(i), byPlace);
                        done += changed;
                    }
                }
            }
        }
        return passing;
    }

    /** What to add to a line between two edits to have its place in the parent. */
    private static int shift(List<Edit> edits, int next) {
        return next == 0 ? 0 : edits.get(next - 1).to() - edits.get(next - 1).newTo();
    }

    private void changed(Chunk chunk, Edit edit, boolean byPlace) {
        if (!byPlace || edit.removed() == 0) {
            left.add(chunk);
            return;
        }
        for (int i = 0; i < chunk.count(); i++) {
            int place = Math.min(edit.removed() - 1, chunk.from() + i - edit.newFrom());
            passed.add(chunk.part(i, 1).moved(edit.from() + place));
        }
    }
}
