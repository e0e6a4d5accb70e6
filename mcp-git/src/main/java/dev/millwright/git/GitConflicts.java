package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.merge.ConflictText;
import dev.millwright.git.merge.Conflicts;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.PathChange.Conflict;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Lists what is in conflict, and resolves it. */
final class GitConflicts implements Tool<GitConflicts.Input, GitConflicts.Output> {
    record Input(
            Optional<String> repo,
            @Doc(value = "Default: all.", orElse = "[]") List<String> paths,

            @Doc("Left out: list.") Optional<Conflicts.Choice> resolve,

            @Doc("The whole file, for resolve content.") Optional<String> content,

            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(
            Optional<List<ConflictText.View>> conflicts,
            OptionalInt moreConflicts,
            OptionalInt left,
            Optional<String> opId,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_conflicts", Input.class, Output.class)
            .description("List conflicts as hunks of both sides, or resolve paths in index and working tree.")
            .scopes("git:write");

    private static final int FRAME = 300;
    private static final int LEAST = 200;

    private final Repositories repositories;
    private final Changes changes;

    GitConflicts(Repositories repositories, Changes changes) {
        this.repositories = repositories;
        this.changes = changes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.resolve().isEmpty() ? Effect.READS : Effect.CHANGES;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        List<String> paths = WorkPaths.of("paths", input.paths());
        try (Repo repo = repositories.open(call, input.repo())) {
            if (input.resolve().isEmpty()) {
                return list(repo, call, new HashSet<>(paths));
            } else if (paths.isEmpty()) {
                throw ToolException.invalidInput("/paths is needed: which to resolve");
            } else if (input.content().isPresent() != (input.resolve().get() == Conflicts.Choice.CONTENT)
                    || input.content().isPresent() && paths.size() > 1) {
                throw ToolException.invalidInput("/content goes with resolve content and one path");
            }
            Conflicts conflicts = new Conflicts(repo);
            return changes.run(call, repo, SPEC.name(), change -> {
                conflicts.resolve(change, paths, input.resolve().get(), input.content());
                return new Output(
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.of(conflicts.all().size()),
                        Optional.of(change.opId()),
                        RepoText.INTEGRITY);
            });
        }
    }

    private static Output list(Repo repo, Call call, Set<String> paths) throws IOException {
        List<Conflict> wanted = new Conflicts(repo)
                .all().stream()
                        .filter(conflict -> paths.isEmpty() || paths.contains(conflict.path()))
                        .toList();
        ConflictText text = new ConflictText(repo, call, call.budget() * 4 - FRAME);
        List<ConflictText.View> shown = new ArrayList<>();
        for (Conflict conflict : wanted) {
            if (text.room() < LEAST) {
                break;
            }
            shown.add(text.view(conflict));
        }
        int left = wanted.size() - shown.size();
        return new Output(
                Optional.of(shown),
                left > 0 ? OptionalInt.of(left) : OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                RepoText.INTEGRITY);
    }
}
