package dev.millwright.git.merge;

import dev.millwright.git.commit.Message;
import dev.millwright.git.commit.NewCommit;
import dev.millwright.git.merge.Outcome.Result;
import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.sign.Signing;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Merges a commit into {@code HEAD}, leaving what native Git leaves: either can finish what the other began. */
public final class Merges {
    /** When the branch is only moved. */
    public enum FastForward {
        /** Where it can be. */
        AUTO,
        ONLY,
        NO
    }

    /**
     * What a caller may say of it.
     *
     * @param label of their side in conflict markers, as in the name of a branch
     * @param message of the merge commit; empty for Git's own words
     * @param squash the changes alone, staged, without a merge
     */
    public record Wish(
            String label,
            Optional<String> message,
            FastForward fastForward,
            boolean squash,
            boolean noCommit,
            boolean unrelated,
            Favor favor) {
        /** What {@code git merge} does. */
        public static Wish plain(String label) {
            return new Wish(label, Optional.empty(), FastForward.AUTO, false, false, false, Favor.NONE);
        }
    }

    private final Signing signing;

    public Merges(Signing signing) {
        this.signing = signing;
    }

    /** What {@link #merge} would do; only objects are written. */
    public Outcome preview(Call call, Repo repo, ObjectId source, Wish wish) throws IOException {
        Ground ground = new Ground(repo, signing);
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit head = ground.head(walk);
            RevCommit theirs = walk.parseCommit(source);
            Optional<Outcome> simple = withoutMerge(walk, head, theirs, wish);
            return simple.isPresent() ? simple.get() : outcome(merged(call, repo, walk, head, theirs, wish), head);
        }
    }

    private static Outcome outcome(Merged merged, ObjectId head) {
        return new Outcome(merged.isClean() ? Result.MERGED : Result.CONFLICTS, head, Optional.of(merged), List.of());
    }

    /**
     * Merges, and commits where nothing conflicts.
     *
     * @throws ToolException {@code CONFLICT} for what stands in the way, or for more than a fast-forward where that only
     *     is wanted
     */
    public Outcome merge(Change change, ObjectId source, Wish wish) throws IOException {
        Repo repo = change.repo();
        Ground ground = new Ground(repo, signing);
        ground.mustBeFree();
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit theirs = walk.parseCommit(source);
            ObjectId at = ground.head();
            if (at.equals(ObjectId.zeroId())) {
                return forward(change, ground, at, ObjectId.zeroId(), theirs, wish);
            }
            RevCommit head = walk.parseCommit(at);
            Optional<Outcome> simple = withoutMerge(walk, head, theirs, wish);
            if (simple.isPresent()) {
                return simple.get().result() == Result.UP_TO_DATE
                        ? simple.get()
                        : forward(change, ground, head, head.getTree(), theirs, wish);
            }
            Merged merged = merged(change.call(), repo, walk, head, theirs, wish);
            ground.state().write(Constants.ORIG_HEAD, head.name() + "\n");
            ground.work().apply(change, head.getTree(), merged.changes(ground.work(), head.getTree()), false);
            String message = wish.message().map(Message::given).orElseGet(() -> message(repo, wish.label(), theirs));
            if (!merged.isClean() || wish.noCommit() || wish.squash()) {
                ground.state().write("MERGE_MSG", Ground.withConflicts(message, merged));
                if (wish.squash()) {
                    ground.state().write("SQUASH_MSG", message);
                } else {
                    ground.state().write("MERGE_HEAD", theirs.name() + "\n");
                    ground.state().write("MERGE_MODE", wish.fastForward() == FastForward.NO ? "no-ff" : "");
                }
                Result result = merged.isClean() ? Result.STAGED : Result.CONFLICTS;
                return new Outcome(result, head, Optional.of(merged), List.of());
            }
            ObjectId id = ground.commit(merged.tree(), List.of(head, theirs), Optional.empty(), message);
            new RefWrites(change)
                    .put(Constants.HEAD, head, id, "merge " + wish.label() + ": Merge made by the 'ort' strategy.");
            return new Outcome(Result.MERGED, id, Optional.of(merged), List.of());
        }
    }

    private Optional<Outcome> withoutMerge(RevWalk walk, RevCommit head, RevCommit theirs, Wish wish)
            throws IOException {
        if (walk.isMergedInto(theirs, head)) {
            return Optional.of(Outcome.of(Result.UP_TO_DATE, head));
        } else if (wish.fastForward() != FastForward.NO && !wish.squash() && walk.isMergedInto(head, theirs)) {
            return Optional.of(Outcome.of(Result.FAST_FORWARD, theirs));
        } else if (wish.fastForward() == FastForward.ONLY) {
            throw ToolException.conflict(
                    "not a fast-forward: HEAD has commits that %s lacks".formatted(RepoText.line(wish.label(), 100)));
        }
        return Optional.empty();
    }

    private static Outcome forward(
            Change change, Ground ground, ObjectId head, ObjectId tree, RevCommit theirs, Wish wish)
            throws IOException {
        RefWrites refs = new RefWrites(change);
        if (!head.equals(ObjectId.zeroId())) {
            ground.state().write(Constants.ORIG_HEAD, head.name() + "\n");
        }
        ground.work().apply(change, tree, ground.work().between(tree, theirs.getTree()), false);
        refs.put(Constants.HEAD, head, theirs, "merge " + wish.label() + ": Fast-forward");
        return Outcome.of(Result.FAST_FORWARD, theirs);
    }

    private static Merged merged(Call call, Repo repo, RevWalk walk, RevCommit head, RevCommit theirs, Wish wish)
            throws IOException {
        try (ObjectInserter inserter = repo.git().newObjectInserter()) {
            Bases bases = new Bases(walk);
            if (!wish.unrelated() && bases.of(head, theirs).isEmpty()) {
                throw ToolException.conflict(
                        "%s has no commit in common with HEAD".formatted(RepoText.line(wish.label(), 100)));
            }
            Merged merged = bases.merge(
                    new TreeMerge(repo, call, inserter, wish.favor()), head, theirs, new Labels("HEAD", wish.label()));
            inserter.flush();
            return merged;
        }
    }

    private static String message(Repo repo, String label, RevCommit theirs) {
        try {
            Ref ref = repo.git().getRefDatabase().findRef(label);
            String name = ref == null ? "" : ref.getName();
            String short_ = Repository.shortenRefName(name);
            String what = name.startsWith(Constants.R_HEADS)
                    ? "branch '" + short_ + "'"
                    : name.startsWith(Constants.R_REMOTES)
                            ? "remote-tracking branch '" + short_ + "'"
                            : name.startsWith(Constants.R_TAGS)
                                    ? "tag '" + short_ + "'"
                                    : "commit '" + (label.isBlank() ? theirs.name() : label) + "'";
            String into = repo.git().getBranch();
            return "Merge " + what + (into == null || into.equals("master") ? "" : " into " + into) + "\n";
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + repo.shown() + " cannot be read", e);
        }
    }

    /** Commits a merge whose conflicts are resolved, ours or native Git's. */
    public Outcome resume(Change change, Optional<String> message) {
        Repo repo = change.repo();
        Ground ground = new Ground(repo, signing);
        mustMerge(ground);
        NewCommit commit = new NewCommit(repo, signing);
        ObjectId id = commit.make(
                change,
                commit.tree(ground.work().index()),
                new NewCommit.Wish(message, Optional.empty(), false, true, false, Optional.empty()));
        return Outcome.of(Result.MERGED, id);
    }

    /** Takes index and working tree back to before a merge. */
    public Outcome abort(Change change) throws IOException {
        Ground ground = new Ground(change.repo(), signing);
        mustMerge(ground);
        ground.reset(change, ground.work().headTree());
        ground.state().remove(List.of("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE", "SQUASH_MSG"));
        return Outcome.of(Result.ABORTED, ground.head());
    }

    private static void mustMerge(Ground ground) {
        if (ground.state().ids("MERGE_HEAD").isEmpty()) {
            Ongoing.refuse(ground.repo());
            throw ToolException.conflict(
                    "no merge is in progress in " + ground.repo().shown());
        }
    }
}
