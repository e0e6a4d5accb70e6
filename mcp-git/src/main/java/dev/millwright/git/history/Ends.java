package dev.millwright.git.history;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Revisions;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Where a walk begins, and what it leaves out with all before it.
 *
 * @param from commits
 * @param hidden commits
 */
record Ends(List<ObjectId> from, List<ObjectId> hidden) {
    private static final int MOST = 10_000;
    /** Refs of our own: no part of anybody's history. */
    private static final String OURS = "refs/millwright/";

    Ends {
        from = List.copyOf(from);
        hidden = List.copyOf(hidden);
    }

    /**
     * @param revisions each a revision, {@code a..b}, {@code a...b} or {@code ^a}; none for HEAD
     * @param all every ref as well
     */
    static Ends of(History history, Call call, List<String> revisions, boolean all) throws IOException {
        Repo repo = history.repo();
        List<ObjectId> from = new ArrayList<>();
        List<ObjectId> hidden = new ArrayList<>();
        try (RevWalk walk = new RevWalk(repo.git())) {
            walk.setRetainBody(false);
            for (String revision : revisions) {
                add(history, call, walk, revision, from, hidden);
            }
            if (all) {
                from.addAll(all(repo, walk));
            }
            ObjectId head = repo.git().resolve(Constants.HEAD);
            if (from.isEmpty() && (revisions.isEmpty() || !hidden.isEmpty()) && !all && head != null) {
                from.add(walk.parseCommit(head).copy());
            }
        }
        return new Ends(from, hidden);
    }

    private static void add(
            History history, Call call, RevWalk walk, String revision, List<ObjectId> from, List<ObjectId> hidden) {
        Repo repo = history.repo();
        int dots = revision.indexOf("..");
        if (dots >= 0) {
            boolean symmetric = revision.startsWith("...", dots);
            ObjectId left = commit(repo, walk, revision.substring(0, dots));
            ObjectId right = commit(repo, walk, revision.substring(dots + (symmetric ? 3 : 2)));
            if (symmetric) {
                hidden.addAll(history.mergeBases(call, left, right));
                from.add(left);
            } else {
                hidden.add(left);
            }
            from.add(right);
        } else if (revision.startsWith("^")) {
            hidden.add(commit(repo, walk, revision.substring(1)));
        } else {
            from.add(commit(repo, walk, revision));
        }
    }

    private static ObjectId commit(Repo repo, RevWalk walk, String revision) {
        return Revisions.commit(repo, walk, "revs", revision.isEmpty() ? Constants.HEAD : revision)
                .copy();
    }

    /** The commits that refs point to, but for refs of our own. */
    static List<ObjectId> all(Repo repo, RevWalk walk) throws IOException {
        List<ObjectId> tips = new ArrayList<>();
        for (Ref ref : repo.git().getRefDatabase().getRefs()) {
            if (ref.getObjectId() != null && !ref.getName().startsWith(OURS)) {
                try {
                    tips.add(walk.parseCommit(ref.getObjectId()).copy());
                } catch (IncorrectObjectTypeException | MissingObjectException e) {
                    // A tag of a blob or tree has no history, and a broken ref none that could be told.
                    continue;
                }
            }
        }
        if (tips.size() > MOST) {
            throw ToolException.limit("%s has %d refs to commits, and at most %d are walked at once"
                    .formatted(repo.shown(), tips.size(), MOST));
        }
        return tips;
    }
}
