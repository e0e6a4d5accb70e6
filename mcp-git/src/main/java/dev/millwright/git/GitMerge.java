package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.merge.Merges;
import dev.millwright.git.merge.Merges.FastForward;
import dev.millwright.git.merge.Outcome;
import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/** Merges a branch into the one that is checked out. */
final class GitMerge implements Tool<GitMerge.Input, MergeAnswer> {
    enum Action {
        START,
        CONTINUE,
        ABORT
    }

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "start") Action action,
            Optional<String> source,
            @Doc(value = "", orElse = "auto") FastForward ff,
            @Doc(value = "", orElse = "false") boolean squash,
            @Doc(value = "", orElse = "false") boolean noCommit,

            @Doc(value = "Settles conflicting lines.", orElse = "none")
            Favor favor,

            Optional<String> message,

            @Doc(value = "Only say what would happen.", orElse = "false")
            boolean dryRun,

            OptionalInt maxTokens)
            implements Budgeted {}

    static final ToolSpec<Input, MergeAnswer> SPEC = changes("git_merge", Input.class, MergeAnswer.class)
            .description("Merge source into the current branch. Conflicts come as hunks; git_conflicts resolves them,"
                    + " then continue.")
            .scopes("git:write");

    private final Repositories repositories;
    private final Changes changes;
    private final Signing signing;

    GitMerge(Repositories repositories, Changes changes, Signing signing) {
        this.repositories = repositories;
        this.changes = changes;
        this.signing = signing;
    }

    @Override
    public ToolSpec<Input, MergeAnswer> spec() {
        return SPEC;
    }

    @Override
    public MergeAnswer call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            if (input.dryRun()) {
                Outcome outcome = new Merges(signing).preview(call, repo, source(input, repo), wish(input));
                return MergeAnswer.of(outcome, repo, call, Optional.empty());
            }
            return changes.run(
                    call,
                    repo,
                    SPEC.name(),
                    change -> MergeAnswer.of(merge(input, change), repo, call, Optional.of(change.opId())));
        }
    }

    private Outcome merge(Input input, Change change) throws IOException {
        Merges merges = new Merges(signing);
        return switch (input.action()) {
            case START -> merges.merge(change, source(input, change.repo()), wish(input));
            case CONTINUE -> merges.resume(change, input.message());
            case ABORT -> merges.abort(change);
        };
    }

    private static ObjectId source(Input input, Repo repo) {
        try (RevWalk walk = new RevWalk(repo.git())) {
            return Revisions.commit(repo, walk, "source", required(input)).copy();
        }
    }

    private static String required(Input input) {
        return input.source()
                .orElseThrow(() -> ToolException.invalidInput("/source is needed: the branch or commit to merge"));
    }

    private static Merges.Wish wish(Input input) {
        return new Merges.Wish(
                required(input), input.message(), input.ff(), input.squash(), input.noCommit(), false, input.favor());
    }
}
