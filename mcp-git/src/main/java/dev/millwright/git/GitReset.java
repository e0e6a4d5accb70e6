package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.commit.Protected;
import dev.millwright.git.history.Histories;
import dev.millwright.git.history.History;
import dev.millwright.git.merge.Ongoing;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.git.work.WorkTree;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Moves the branch, and as the mode says index and files with it. */
final class GitReset implements Tool<GitReset.Input, GitReset.Output> {
    enum Mode {
        /** The branch alone. */
        SOFT,
        /** The index too. */
        MIXED,
        /** Files too; what is not committed goes, git_undo brings it back. */
        HARD,
        /** Files too, but none that was changed. */
        KEEP
    }

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "mixed") Mode mode,
            @Doc(value = "", orElse = "HEAD") String target,

            @Doc(value = "Unstage only these.", orElse = "[]")
            List<String> paths) {}

    record Output(String head, int changed, Optional<String> opId) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_reset", Input.class, Output.class)
            .description(
                    "Move the branch to target: soft, mixed (and index), hard (and files), keep (hard, but refuses to"
                            + " lose changes); or unstage paths.")
            .scopes("git:write");

    private final Repositories repositories;
    private final Changes changes;
    private final Histories histories;

    GitReset(Repositories repositories, Changes changes, Histories histories) {
        this.repositories = repositories;
        this.changes = changes;
        this.histories = histories;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        List<String> paths = WorkPaths.of("paths", input.paths());
        if (!paths.isEmpty() && input.mode() != Mode.MIXED) {
            throw ToolException.invalidInput("/paths go with mode mixed alone; git_switch restores files");
        }
        try (Repo repo = repositories.open(call, input.repo())) {
            Optional<RevCommit> target = target(repo, input.target());
            ObjectId head =
                    Optional.ofNullable(repo.git().resolve(Constants.HEAD)).orElse(ObjectId.zeroId());
            if (paths.isEmpty() && target.isPresent()) {
                check(repo, call, input.mode(), head, target.get());
            }
            return changes.run(call, repo, SPEC.name(), change -> {
                int changed = reset(change, input, paths, target);
                boolean moves =
                        paths.isEmpty() && target.isPresent() && !target.get().equals(head);
                if (moves) {
                    repo.git().writeOrigHead(head);
                    new RefWrites(change).put(Constants.HEAD, head, target.get(), "reset: moving to " + input.target());
                }
                if (paths.isEmpty() && input.mode() != Mode.SOFT) {
                    forget(repo.git());
                }
                try (History history = histories.of(repo)) {
                    String at = WhereHeadIs.of(repo, history, call).head();
                    return new Output(
                            at, changed, moves || changed > 0 ? Optional.of(change.opId()) : Optional.empty());
                }
            });
        }
    }

    /** Empty for HEAD before the first commit. */
    private static Optional<RevCommit> target(Repo repo, String revision) throws IOException {
        if (revision.equals(Constants.HEAD) && repo.git().resolve(Constants.HEAD) == null) {
            return Optional.empty();
        }
        try (RevWalk walk = new RevWalk(repo.git())) {
            return Optional.of(Revisions.commit(repo, walk, "target", revision));
        }
    }

    private void check(Repo repo, Call call, Mode mode, ObjectId head, RevCommit target) throws IOException {
        if (mode == Mode.SOFT || mode == Mode.KEEP) {
            Ongoing.refuse(repo);
        }
        String branch = repo.git().getFullBranch();
        if (ObjectId.zeroId().equals(head) || branch == null || !Protected.is(repo, branch)) {
            return;
        }
        try (History history = histories.of(repo)) {
            if (!history.isAncestor(call, head, target)) {
                throw ToolException.denied(Repository.shortenRefName(branch)
                        + " is protected: it is never moved to where commits of it are lost (protected-branches);"
                        + " git_revert undoes them, or work on another branch");
            }
        }
    }

    /** How many paths changed. */
    private static int reset(Change change, Input input, List<String> paths, Optional<RevCommit> target) {
        WorkTree work = new WorkTree(change.repo());
        ObjectId tree = target.<ObjectId>map(RevCommit::getTree).orElse(ObjectId.zeroId());
        return switch (input.mode()) {
            case SOFT -> 0;
            case MIXED -> index(change, work, tree, paths);
            case HARD -> {
                List<PathChange> back = work.back(change.call(), tree, List.of(), true);
                work.apply(change, tree, back, true);
                yield back.size();
            }
            case KEEP -> {
                ObjectId from = work.headTree();
                List<PathChange> between = work.between(from, tree);
                work.apply(change, from, between, false);
                index(change, work, tree, List.of());
                yield between.size();
            }
        };
    }

    private static int index(Change change, WorkTree work, ObjectId tree, List<String> paths) {
        List<PathChange> back = work.back(change.call(), tree, paths, false);
        if (!back.isEmpty()) {
            work.index(change, back);
        }
        return back.size();
    }

    /** What was in progress is over, as native Git has it. */
    private static void forget(Repository git) throws IOException {
        git.writeMergeHeads(null);
        git.writeMergeCommitMsg(null);
        git.writeCherryPickHead(null);
        git.writeRevertHead(null);
        git.writeSquashCommitMsg(null);
    }
}
