package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.undo.Within;
import dev.millwright.git.work.LinkedTrees;
import dev.millwright.git.work.LinkedTrees.Linked;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Target;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;

/** Further working trees of a repository, each on a branch of its own. */
final class GitWorktree implements Tool<GitWorktree.Input, GitWorktree.Output> {
    enum Action {
        LIST,
        ADD,
        REMOVE,
        LOCK,
        UNLOCK,
        PRUNE
    }

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "list") Action action,
            Optional<String> path,

            @Doc("Made when missing; default: the folder's name.")
            Optional<String> branch,

            @Doc("Without branch: detached.") Optional<String> startPoint,
            Optional<String> reason,

            @Doc(value = "Remove despite changes or a lock.", orElse = "false")
            boolean force) {}

    record Tree(String path, String head, Optional<String> locked, Optional<Boolean> gone) {}

    record Output(List<Tree> trees, Optional<String> opId, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_worktree", Input.class, Output.class)
            .description("Further working trees of a repository.")
            .scopes("git:write")
            .mayDestroy();

    private final Repositories repositories;
    private final Changes changes;

    GitWorktree(Repositories repositories, Changes changes) {
        this.repositories = repositories;
        this.changes = changes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return switch (input.action()) {
            case LIST -> Effect.READS;
            case ADD, LOCK, UNLOCK, PRUNE -> Effect.CHANGES;
            case REMOVE -> Effect.DESTROYS;
        };
    }

    @Override
    public String confirmation(Input input) {
        return "Remove the working tree %s with all that is in it%s?"
                .formatted(input.path().orElse(""), input.force() ? ", changes too" : "");
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            LinkedTrees trees = new LinkedTrees(repo);
            if (input.action() == Action.LIST) {
                return told(trees, Optional.empty());
            }
            changes.run(call, repo, SPEC.name(), change -> {
                switch (input.action()) {
                    case LIST -> throw new IllegalStateException("done above");
                    case ADD -> add(trees, change, at(repo, input), input);
                    case REMOVE -> remove(trees, change, trees.at(at(repo, input)), input);
                    case LOCK ->
                        trees.lock(trees.at(at(repo, input)), input.reason().orElse(""));
                    case UNLOCK -> trees.unlock(trees.at(at(repo, input)));
                    case PRUNE -> trees.prune();
                }
                return change.opId();
            });
            return told(trees, Optional.of(call.id()));
        }
    }

    private static Target at(Repo repo, Input input) {
        return repo.workspace()
                .at(input.path()
                        .orElseThrow(() -> ToolException.invalidInput("/path is missing: which working tree?")));
    }

    private void add(LinkedTrees trees, Change change, Target at, Input input) throws Exception {
        LinkedTrees.Start start = trees.start(input.branch(), input.startPoint(), at.path());
        trees.make(change, at, start);
        try (Repo linked = repositories.open(change.call(), input.path())) {
            LinkedTrees.fill(new Within(change, linked), start);
        }
    }

    private void remove(LinkedTrees trees, Change change, Linked linked, Input input) {
        if (!input.force()) {
            linked.locked().ifPresent(reason -> {
                throw ToolException.conflict("it is locked: " + RepoText.line(reason, 100));
            });
            if (!linked.gone()) {
                try (Repo own = repositories.open(change.call(), input.path())) {
                    LinkedTrees.unsaved(own, change.call()).ifPresent(unsaved -> {
                        throw ToolException.conflict("it has %s; force removes them too".formatted(unsaved));
                    });
                }
            }
        }
        trees.remove(change, linked);
    }

    private static Output told(LinkedTrees trees, Optional<String> opId) {
        return new Output(
                trees.list().stream()
                        .map(tree -> new Tree(
                                tree.tree()
                                        .map(Target::shown)
                                        .map(RepoText::path)
                                        .orElse("out of the roots"),
                                RepoText.line(Repository.shortenRefName(tree.head()), 200),
                                tree.locked().map(reason -> RepoText.line(reason, 200)),
                                tree.gone() ? Optional.of(true) : Optional.empty()))
                        .toList(),
                opId,
                RepoText.INTEGRITY);
    }
}
