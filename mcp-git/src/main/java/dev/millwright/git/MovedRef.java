package dev.millwright.git;

import dev.millwright.git.remote.Fetched;
import dev.millwright.git.repo.RepoText;
import java.util.List;
import java.util.Optional;

/** A ref that a fetch moved, as answers show it. */
record MovedRef(String ref, Fetched.How how, Optional<String> from, Optional<String> to) {
    private static final int ID = 10;

    /** Bytes of JSON for one. */
    private static final int ROOM = 250;

    /** As many as fit a budget in tokens, those first that were refused. */
    static List<MovedRef> of(Fetched fetched, int budget) {
        return fetched.moved().stream()
                .sorted((a, b) -> Boolean.compare(b.how() == Fetched.How.REJECTED, a.how() == Fetched.How.REJECTED))
                .limit(Math.max(4, budget * 4L / ROOM))
                .map(moved -> new MovedRef(
                        RepoText.line(moved.ref(), 200),
                        moved.how(),
                        moved.from().map(MovedRef::clip),
                        moved.to().map(MovedRef::clip)))
                .toList();
    }

    private static String clip(String id) {
        return id.substring(0, ID);
    }
}
