package dev.millwright.git;

import dev.millwright.git.merge.Ongoing;
import dev.millwright.git.merge.Outcome;
import dev.millwright.git.merge.Sequence;
import dev.millwright.git.merge.Sequence.Step;
import dev.millwright.git.merge.Sequencer;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.stash.Stashes;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.Looking;
import dev.millwright.git.work.Status;
import dev.millwright.git.work.WorkTree;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.revwalk.RevWalk;

/** What cherry-pick, revert and rebase have in common. */
record PickTool(Repositories repositories, Changes changes, Signing signing, String name) {
    /** What to do about one that is, or is not yet, in progress. */
    enum Action {
        START,
        CONTINUE,
        SKIP,
        ABORT
    }

    /** Says what is to be done, once the repository is open. */
    @FunctionalInterface
    interface Plan {
        Sequence of(Repo repo) throws IOException;
    }

    PickAnswer run(Call call, Optional<String> path, Action action, Sequence.Kind kind, boolean dryRun, Plan plan)
            throws Exception {
        try (Repo repo = repositories.open(call, path)) {
            if (dryRun) {
                return PickAnswer.of(new Sequencer(signing).preview(call, repo, plan.of(repo)), call, Optional.empty());
            }
            return changes.run(
                    call,
                    repo,
                    name,
                    change -> PickAnswer.of(act(change, action, kind, plan), call, Optional.of(change.opId())));
        }
    }

    /** Starts as {@link #run}, with what is not committed put aside and taken up again at the end. */
    PickAnswer startAside(Call call, Optional<String> path, Plan plan) throws Exception {
        try (Repo repo = repositories.open(call, path)) {
            return changes.run(call, repo, name, change -> {
                Ongoing.refuse(repo);
                Sequence sequence = plan.of(repo);
                Stashes stashes = new Stashes(repo, call, signing);
                boolean aside = isChanged(repo, call);
                if (aside) {
                    stashes.push(change, Optional.of("autostash of " + name), false, false);
                }
                Outcome outcome = new Sequencer(signing).start(change, sequence);
                PickAnswer answer = PickAnswer.of(outcome, call, Optional.of(change.opId()));
                return aside ? answer.with(takeUp(stashes, change, outcome)) : answer;
            });
        }
    }

    private static boolean isChanged(Repo repo, Call call) {
        Status status = new WorkTree(repo).status(call, new Looking(List.of(), Looking.Untracked.NO, false));
        return !status.staged().isEmpty() || !status.unstaged().isEmpty();
    }

    private static Optional<String> takeUp(Stashes stashes, Change change, Outcome outcome) throws IOException {
        if (outcome.result() != Outcome.Result.DONE) {
            return Optional.of("your changes are in stash@{0}: git_stash pop brings them back once this is ended");
        }
        Stashes.Stash stash = stashes.stash(0);
        List<String> conflicts = stashes.apply(change, stash, false);
        if (conflicts.isEmpty()) {
            stashes.drop(change, stash);
            return Optional.empty();
        }
        return Optional.of("your changes conflict with the result: git_conflicts resolves them, stash@{0} keeps them");
    }

    private Outcome act(Change change, Action action, Sequence.Kind kind, Plan plan) throws IOException {
        Sequencer sequencer = new Sequencer(signing);
        return switch (action) {
            case START -> sequencer.start(change, plan.of(change.repo()));
            case CONTINUE -> sequencer.resume(change, kind);
            case SKIP -> sequencer.skip(change, kind);
            case ABORT -> sequencer.abort(change, kind);
        };
    }

    /** Commits applied to {@code HEAD} one after the other. */
    static Sequence onHead(
            Repo repo, Sequence.Kind kind, Sequence.Action action, List<String> commits, int mainline, boolean noCommit)
            throws IOException {
        if (commits.isEmpty()) {
            throw ToolException.invalidInput("/commits is needed");
        }
        try (RevWalk walk = new RevWalk(repo.git())) {
            String head = Revisions.commit(repo, walk, "repo", Constants.HEAD).name();
            List<Step> steps = IntStream.range(0, commits.size())
                    .mapToObj(i -> new Step(
                            action,
                            Revisions.commit(repo, walk, "commits/" + i, commits.get(i))
                                    .name(),
                            mainline,
                            Optional.empty()))
                    .toList();
            return new Sequence(kind, Optional.empty(), head, head, noCommit, steps);
        }
    }
}
