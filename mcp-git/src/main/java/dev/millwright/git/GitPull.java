package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.merge.Merges;
import dev.millwright.git.merge.Outcome;
import dev.millwright.git.merge.Rebase;
import dev.millwright.git.merge.Sequencer;
import dev.millwright.git.merge.TextMerge;
import dev.millwright.git.remote.FetchSpec;
import dev.millwright.git.remote.Fetching;
import dev.millwright.git.remote.Link;
import dev.millwright.git.remote.Remote;
import dev.millwright.git.remote.Remotes;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Fetches, and brings the current branch up to what its remote has. */
final class GitPull implements Tool<GitPull.Input, MergeAnswer> {
    enum Mode {
        FF_ONLY,
        MERGE,
        REBASE
    }

    record Input(
            Optional<String> repo,
            Optional<String> remote,

            @Doc("Default: the one the current branch follows.")
            Optional<String> branch,

            @Doc(value = "", orElse = "ff-only") Mode mode,
            OptionalInt maxTokens)
            implements Budgeted {}

    static final ToolSpec<Input, MergeAnswer> SPEC = changes("git_pull", Input.class, MergeAnswer.class)
            .description("Fetch, then fast-forward, merge or rebase the current branch; answers as git_merge does.")
            .scopes("git:write")
            .openWorld()
            .deadline(Duration.ofMinutes(15));

    private final Repositories repositories;
    private final Changes changes;
    private final Remotes remotes;
    private final Signing signing;

    GitPull(Repositories repositories, Changes changes, Remotes remotes, Signing signing) {
        this.repositories = repositories;
        this.changes = changes;
        this.remotes = remotes;
        this.signing = signing;
    }

    @Override
    public ToolSpec<Input, MergeAnswer> spec() {
        return SPEC;
    }

    @Override
    public MergeAnswer call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            if (repo.isBare()) {
                throw ToolException.conflict(repo.shown() + " is bare: git_fetch brings its refs up to date");
            }
            Remote remote = Remote.choose(repo, input.remote());
            String theirs = theirs(input, remote);
            FetchSpec wanted = FetchSpec.parse("the branch to pull", "+" + theirs);
            List<FetchSpec> specs = new ArrayList<>(remote.fetchSpecs());
            specs.add(wanted);
            try (Link link = remotes.open(call, repo, remote.fetchUrl())) {
                return changes.run(call, repo, SPEC.name(), change -> {
                    new Fetching(
                                    change,
                                    link,
                                    remote.name(),
                                    new Fetching.Wish(specs, Fetching.Tags.FOLLOW, false, OptionalInt.empty()))
                            .run();
                    String tracking = remote.tracking(theirs);
                    Outcome outcome = join(change, input.mode(), tracking, new RefWrites(change).value(tracking));
                    return MergeAnswer.of(outcome, repo, call, Optional.of(change.opId()));
                });
            }
        }
    }

    private static String theirs(Input input, Remote remote) {
        if (input.branch().isPresent()) {
            return RefNames.branch("branch", input.branch().get());
        }
        String branch = Remote.currentBranch(remote.repo())
                .orElseThrow(() -> ToolException.conflict("HEAD is on no branch; say which /branch to pull"));
        return remote.upstream(branch)
                .filter(ref -> ref.startsWith(Constants.R_HEADS))
                .orElseThrow(() -> ToolException.conflict(
                        "%s follows no branch of %s; say which /branch to pull".formatted(branch, remote.name())));
    }

    private Outcome join(Change change, Mode mode, String tracking, ObjectId theirs) throws IOException {
        String label = tracking.substring(Constants.R_REMOTES.length());
        return switch (mode) {
            case MERGE -> new Merges(signing).merge(change, theirs, Merges.Wish.plain(label));
            case FF_ONLY ->
                new Merges(signing)
                        .merge(
                                change,
                                theirs,
                                new Merges.Wish(
                                        label,
                                        Optional.empty(),
                                        Merges.FastForward.ONLY,
                                        false,
                                        false,
                                        false,
                                        TextMerge.Favor.NONE));
            case REBASE ->
                new Sequencer(signing)
                        .start(change, new Rebase(change.repo(), change.call()).plan(theirs, theirs, List.of()));
        };
    }
}
