package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.destroys;

import dev.millwright.git.remote.Link;
import dev.millwright.git.remote.PushSpec;
import dev.millwright.git.remote.Pushed;
import dev.millwright.git.remote.Pushing;
import dev.millwright.git.remote.Remote;
import dev.millwright.git.remote.Remotes;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.ConfigFile;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Sends commits to a remote, where no undo reaches. */
final class GitPush implements Tool<GitPush.Input, GitPush.Output> {
    record Input(
            Optional<String> repo,
            Optional<String> remote,

            @Doc(value = "As main, HEAD:topic, :gone.", orElse = "[]")
            List<String> refspecs,

            @Doc(value = "Replace history the remote has as last fetched.", orElse = "false")
            boolean forceWithLease,

            @Doc(value = "", orElse = "false") boolean tags,
            @Doc(value = "", orElse = "false") boolean setUpstream,
            @Doc(value = "", orElse = "false") boolean dryRun) {
        Input {
            refspecs = List.copyOf(refspecs);
        }
    }

    record Ref(String ref, Pushed.How how, Optional<String> from, Optional<String> to, Optional<String> why) {}

    record Output(
            Optional<String> opId,
            String remote,
            List<Ref> refs,
            OptionalInt more,
            Optional<String> message,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = destroys("git_push", Input.class, Output.class)
            .description("Push to a remote: the current branch unless refspecs say else. Undo cannot take it back.")
            .scopes("git:push")
            .openWorld()
            .deadline(Duration.ofMinutes(15));

    private static final int ID = 10;
    private static final int MESSAGE = 2_000;

    /** Bytes of JSON for one ref. */
    private static final int ROOM = 400;

    private final Repositories repositories;
    private final Changes changes;
    private final Remotes remotes;

    GitPush(Repositories repositories, Changes changes, Remotes remotes) {
        this.repositories = repositories;
        this.changes = changes;
        this.remotes = remotes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.dryRun() ? Effect.READS : Effect.DESTROYS;
    }

    @Override
    public String confirmation(Input input) {
        return "%s %s%s to %s%s?"
                .formatted(
                        input.forceWithLease() ? "Force-push" : "Push",
                        input.refspecs().isEmpty() ? "the current branch" : String.join(", ", input.refspecs()),
                        input.tags() ? " and all tags" : "",
                        input.remote().orElse("its remote"),
                        input.repo().map(repo -> " from " + repo).orElse(""));
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            Remote remote = Remote.choose(repo, input.remote());
            List<PushSpec> specs = new ArrayList<>();
            input.refspecs().forEach(text -> specs.add(PushSpec.parse(repo, text)));
            if (specs.isEmpty() && !input.tags()) {
                specs.add(PushSpec.current(repo, remote, input.setUpstream()));
            }
            if (input.tags()) {
                specs.addAll(PushSpec.tags(repo));
            }
            try (Link link = remotes.open(call, repo, remote.pushUrl())) {
                Pushing pushing = new Pushing(repo, link, remote, input.forceWithLease());
                if (input.dryRun()) {
                    return output(Optional.empty(), remote, pushing.look(specs), call);
                }
                return changes.run(call, repo, SPEC.name(), change -> {
                    Pushed pushed = pushing.push(change, specs);
                    refuse(remote, pushed);
                    if (input.setUpstream()) {
                        try {
                            setUpstream(change, remote, pushed);
                        } catch (ToolException e) {
                            throw ToolException.conflict(
                                    "it is pushed, but the upstream is not set: " + e.getMessage());
                        }
                    }
                    return output(Optional.of(change.opId()), remote, pushed, call);
                });
            }
        }
    }

    /** Where nothing went through, the call failed. */
    private static void refuse(Remote remote, Pushed pushed) {
        List<Pushed.Result> rejected = pushed.results().stream()
                .filter(result -> result.how() == Pushed.How.REJECTED)
                .toList();
        if (!rejected.isEmpty() && rejected.size() == pushed.results().size()) {
            throw ToolException.conflict(remote.name() + " did not take "
                    + rejected.stream()
                            .limit(10)
                            .map(result ->
                                    result.spec().target() + " (" + result.why().orElse("") + ")")
                            .collect(Collectors.joining(", ")));
        }
    }

    private static void setUpstream(Change change, Remote remote, Pushed pushed) {
        for (Pushed.Result result : pushed.results()) {
            if (result.how() != Pushed.How.REJECTED && result.spec().target().startsWith(Constants.R_HEADS)) {
                result.spec()
                        .branch()
                        .ifPresent(branch -> new ConfigFile(change.repo())
                                .change(text -> text.set("branch", branch, "remote", List.of(remote.name()))
                                        .set(
                                                "branch",
                                                branch,
                                                "merge",
                                                List.of(result.spec().target()))));
            }
        }
    }

    private static Output output(Optional<String> opId, Remote remote, Pushed pushed, Call call) {
        List<Ref> refs = pushed.results().stream()
                .sorted((a, b) -> Boolean.compare(b.how() == Pushed.How.REJECTED, a.how() == Pushed.How.REJECTED))
                .limit(Math.max(4, call.budget() * 4L / ROOM))
                .map(result -> new Ref(
                        result.spec().target(),
                        result.how(),
                        shown(result.from()),
                        shown(result.spec().id()),
                        result.why()))
                .toList();
        int more = pushed.results().size() - refs.size();
        String said = RepoText.plain(pushed.message().strip());
        return new Output(
                opId,
                remote.name(),
                refs,
                more == 0 ? OptionalInt.empty() : OptionalInt.of(more),
                Optional.of(said.length() <= MESSAGE ? said : said.substring(0, MESSAGE - 1) + "…")
                        .filter(text -> !text.isEmpty()),
                RepoText.INTEGRITY);
    }

    private static Optional<String> shown(ObjectId id) {
        return id.equals(ObjectId.zeroId())
                ? Optional.empty()
                : Optional.of(id.name().substring(0, ID));
    }
}
