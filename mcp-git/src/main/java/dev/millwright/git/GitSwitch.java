package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.history.Histories;
import dev.millwright.git.history.History;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.Difference;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.git.work.WorkTree;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/** Goes to a branch or commit, or brings files back. */
final class GitSwitch implements Tool<GitSwitch.Input, GitSwitch.Output> {
    record Input(
            Optional<String> repo,

            @Doc("Branch, local or of a remote; with create or detach any revision.")
            Optional<String> target,

            @Doc("A new branch.") Optional<String> create,
            @Doc(value = "", orElse = "false") boolean detach,

            @Doc(value = "Local changes go.", orElse = "false")
            boolean discard,

            @Doc(value = "Instead: bring these back.", orElse = "[]")
            List<String> restorePaths,

            @Doc("Restore from it (index too); else from the index.")
            Optional<String> source) {}

    record Output(String head, int files, Optional<String> upstream, Optional<String> opId) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_switch", Input.class, Output.class)
            .description(
                    "Go to a branch, or restore files. Local changes are carried along; CONFLICT where they are in the"
                            + " way.")
            .scopes("git:write");

    private final Repositories repositories;
    private final Changes changes;
    private final Histories histories;

    GitSwitch(Repositories repositories, Changes changes, Histories histories) {
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
        List<String> paths = WorkPaths.of("restorePaths", input.restorePaths());
        boolean goes = input.target().isPresent() || input.create().isPresent() || input.detach();
        if (goes != paths.isEmpty()
                || input.create().isPresent() && input.detach()
                || paths.isEmpty() && input.source().isPresent()) {
            throw ToolException.invalidInput(
                    "give /target, /create or both, or /detach with /target; or /restorePaths, with /source if wanted");
        }
        try (Repo repo = repositories.open(call, input.repo());
                History history = histories.of(repo)) {
            return changes.run(call, repo, SPEC.name(), change -> {
                WorkTree work = new WorkTree(repo);
                int files;
                if (goes) {
                    files = new Switching(change, work)
                            .go(input.target(), input.create(), input.detach(), input.discard());
                } else {
                    List<PathChange> back = restore(repo, work, call, paths, input.source());
                    if (!back.isEmpty()) {
                        work.apply(change, work.headTree(), back, true);
                    }
                    files = back.size();
                }
                WhereHeadIs head = WhereHeadIs.of(repo, history, call);
                return new Output(
                        head.head(),
                        files,
                        head.upstream(),
                        goes || files > 0 ? Optional.of(change.opId()) : Optional.empty());
            });
        }
    }

    private static List<PathChange> restore(
            Repo repo, WorkTree work, Call call, List<String> paths, Optional<String> source) {
        List<PathChange> back = new ArrayList<>();
        if (source.isPresent()) {
            try (RevWalk walk = new RevWalk(repo.git())) {
                ObjectId tree =
                        Revisions.commit(repo, walk, "source", source.get()).getTree();
                back.addAll(work.back(call, tree, paths, true));
            }
        } else {
            for (Difference each : work.unstaged(call, paths)) {
                if (each.kind() == Difference.Kind.CONFLICTED) {
                    throw ToolException.conflict(
                            RepoText.path(each.path()) + " is in conflict: resolve it, or give a source");
                }
                each.from().ifPresent(side -> back.add(new PathChange.Put(each.path(), side.mode(), side.id())));
            }
        }
        for (String path : paths) {
            if (!work.tracks(path)
                    && back.stream()
                            .noneMatch(each ->
                                    each.path().equals(path) || each.path().startsWith(path + "/"))) {
                throw ToolException.notFound(RepoText.path(path) + " is not tracked"
                        + source.map(rev -> ", nor in it").orElse(""));
            }
        }
        return back;
    }
}
