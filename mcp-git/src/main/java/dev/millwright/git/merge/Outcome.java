package dev.millwright.git.merge;

import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * How a merge or a row of picks ended.
 *
 * @param head where {@code HEAD} is then, or would be
 * @param merged the last merge of trees, with what conflicts
 * @param dropped commits that brought nothing new
 */
public record Outcome(Result result, ObjectId head, Optional<Merged> merged, List<String> dropped) {
    /** What happened. */
    public enum Result {
        UP_TO_DATE,
        FAST_FORWARD,
        MERGED,
        /** In index and working tree, not committed. */
        STAGED,
        CONFLICTS,
        DONE,
        ABORTED
    }

    public Outcome {
        dropped = List.copyOf(dropped);
    }

    static Outcome of(Result result, ObjectId head) {
        return new Outcome(result, head, Optional.empty(), List.of());
    }
}
