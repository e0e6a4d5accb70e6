package dev.millwright.filesystem.text;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import java.util.Arrays;
import java.util.List;

/** The difference of two texts in unified format, three lines of context. */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;
    /** Lines beyond which what differs counts as one block: the exact difference costs their product. */
    private static final int EXACT = 3000;

    private UnifiedDiff() {}

    /** @return empty when the texts are the same */
    public static String of(String path, String old, String now) {
        List<String> before = lines(old);
        List<String> after = lines(now);
        int head = 0;
        int most = Math.min(before.size(), after.size());
        while (head < most && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < most - head && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        List<String> from = before.subList(head, before.size() - tail);
        List<String> to = after.subList(head, after.size() - tail);
        if (from.isEmpty() && to.isEmpty()) {
            return "";
        }
        Patch<String> patch;
        if (Math.max(from.size(), to.size()) <= EXACT) {
            patch = new Patch<>();
            int offset = head;
            DiffUtils.diff(from, to)
                    .getDeltas()
                    .forEach(delta -> patch.addDelta(
                            delta.withChunks(moved(delta.getSource(), offset), moved(delta.getTarget(), offset))));
        } else {
            patch = new Patch<>();
            patch.addDelta(new ChangeDelta<>(new Chunk<>(head, from), new Chunk<>(head, to)));
        }
        return String.join("\n", UnifiedDiffUtils.generateUnifiedDiff("a/" + path, "b/" + path, before, patch, CONTEXT))
                + "\n";
    }

    private static Chunk<String> moved(Chunk<String> chunk, int by) {
        return new Chunk<>(chunk.getPosition() + by, chunk.getLines());
    }

    /** Without their ends; a line end that is not {@code \n} shows as it is. */
    private static List<String> lines(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        boolean ended = text.endsWith("\n");
        List<String> lines = Arrays.asList((ended ? text.substring(0, text.length() - 1) : text).split("\n", -1));
        if (!ended) {
            lines.set(lines.size() - 1, lines.getLast() + "\n\\ No newline at end of file");
        }
        return lines;
    }
}
