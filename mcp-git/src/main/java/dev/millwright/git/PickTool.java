package dev.millwright.git;

import dev.millwright.git.merge.Outcome;
import dev.millwright.git.merge.Sequence;
import dev.millwright.git.merge.Sequence.Step;
import dev.millwright.git.merge.Sequencer;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
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
