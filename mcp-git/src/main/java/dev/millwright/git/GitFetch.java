package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.remote.FetchSpec;
import dev.millwright.git.remote.Fetched;
import dev.millwright.git.remote.Fetching;
import dev.millwright.git.remote.Link;
import dev.millwright.git.remote.Promised;
import dev.millwright.git.remote.Remote;
import dev.millwright.git.remote.Remotes;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/** Brings commits of a remote, and moves tracking refs to them. */
final class GitFetch implements Tool<GitFetch.Input, GitFetch.Output> {
    record Input(
            Optional<String> repo,
            Optional<String> remote,

            @Doc(value = "As main or +refs/heads/*:refs/remotes/origin/*.", orElse = "[]")
            List<String> refspecs,

            @Doc(value = "", orElse = "false") boolean prune,
            @Doc(value = "", min = 1) OptionalInt depth,
            @Doc(value = "", orElse = "false") boolean unshallow,

            @Doc(value = "", orElse = "follow") Fetching.Tags tags,

            @Doc("Of a partial clone: bring what this revision, or A..B, lacks; no refs.")
            Optional<String> missing) {
        Input {
            refspecs = List.copyOf(refspecs);
            if (unshallow && depth.isPresent()) {
                throw new IllegalArgumentException("/unshallow and /depth exclude each other");
            } else if (missing.isPresent() && (!refspecs.isEmpty() || prune || unshallow || depth.isPresent())) {
                throw new IllegalArgumentException("/missing goes with repo and remote alone");
            }
        }

        OptionalInt commits() {
            return unshallow ? OptionalInt.of(Fetching.WHOLE) : depth;
        }
    }

    /** @param objects that were missing and were asked for */
    record Output(
            String opId, String remote, List<MovedRef> refs, OptionalInt more, OptionalInt objects, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_fetch", Input.class, Output.class)
            .description("Fetch from a remote; refs says which local refs moved.")
            .scopes("git:write")
            .openWorld()
            .deadline(Duration.ofMinutes(15));

    private final Repositories repositories;
    private final Changes changes;
    private final Remotes remotes;

    GitFetch(Repositories repositories, Changes changes, Remotes remotes) {
        this.repositories = repositories;
        this.changes = changes;
        this.remotes = remotes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            Remote remote = Remote.choose(repo, input.remote());
            if (input.missing().isPresent()) {
                return missing(call, repo, remote, input.missing().get());
            }
            List<FetchSpec> specs = input.refspecs().isEmpty()
                    ? remote.fetchSpecs()
                    : input.refspecs().stream()
                            .map(text -> FetchSpec.parse("/refspecs", text))
                            .toList();
            if (input.prune() && !input.refspecs().isEmpty()) {
                throw ToolException.invalidInput("/prune goes by the remote's own refspecs; leave out /refspecs");
            }
            Fetching.Wish wish = new Fetching.Wish(specs, input.tags(), input.prune(), input.commits());
            try (Link link = remotes.open(call, repo, remote.fetchUrl())) {
                return changes.run(call, repo, SPEC.name(), change -> {
                    Fetched fetched = new Fetching(change, link, remote.name(), wish).run();
                    if (wish.depth().isPresent()) {
                        change.cannotUndo("how deep the history is");
                    }
                    List<MovedRef> refs = MovedRef.of(fetched, call.budget());
                    int more = fetched.moved().size() - refs.size();
                    return new Output(
                            change.opId(),
                            remote.name(),
                            refs,
                            more == 0 ? OptionalInt.empty() : OptionalInt.of(more),
                            OptionalInt.empty(),
                            RepoText.INTEGRITY);
                });
            }
        }
    }

    private Output missing(Call call, Repo repo, Remote remote, String revision) throws Exception {
        Set<ObjectId> trees = Promised.trees(call, repo, "missing", revision);
        return changes.run(call, repo, SPEC.name(), change -> {
            int brought = new Promised(call, repo, remotes, remote.fetchUrl()).bring(remote, trees);
            return new Output(
                    change.opId(),
                    remote.name(),
                    List.of(),
                    OptionalInt.empty(),
                    OptionalInt.of(brought),
                    RepoText.INTEGRITY);
        });
    }
}
