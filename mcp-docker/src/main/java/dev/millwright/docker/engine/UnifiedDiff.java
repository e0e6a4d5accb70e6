package dev.millwright.docker.engine;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A change of one file as {@code patch} and {@code git apply} take it. */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /** What a patch says behind a last line without a line break. */
    private static final String UNENDED = "\n\\ No newline at end of file";

    private UnifiedDiff() {}

    /** Empty where both are the same. */
    public static Optional<String> of(String name, String before, String after) {
        if (before.equals(after)) {
            return Optional.empty();
        }
        List<String> old = lines(before);
        List<String> diff = UnifiedDiffUtils.generateUnifiedDiff(
                before.isEmpty() ? "/dev/null" : "a/" + name,
                "b/" + name,
                old,
                DiffUtils.diff(old, lines(after)),
                CONTEXT);
        return Optional.of(String.join("\n", diff) + "\n");
    }

    private static List<String> lines(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        boolean ended = text.endsWith("\n");
        List<String> lines =
                new ArrayList<>(List.of((ended ? text.substring(0, text.length() - 1) : text).split("\n", -1)));
        if (!ended) {
            lines.add(lines.removeLast() + UNENDED);
        }
        return lines;
    }
}
