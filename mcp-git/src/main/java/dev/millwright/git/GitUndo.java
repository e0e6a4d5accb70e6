package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.undo.Changes.Told;
import dev.millwright.json.Doc;
import dev.millwright.store.Operation;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Takes changes of a repository back, unless what they changed was changed since; undoing an undo does it again. */
final class GitUndo implements Tool<GitUndo.Input, GitUndo.Output> {
    record Input(
            Optional<String> repo,

            @Doc("Without it and steps, the latest are listed.")
            Optional<String> opId,

            @Doc(value = "The latest so many.", min = 1, max = 100)
            OptionalInt steps,

            @Doc(value = "", orElse = "false") boolean dryRun) {}

    record Change(
            String opId,
            String tool,
            String at,
            Operation.State state,
            List<String> changed,
            Optional<List<String>> notRestored) {}

    record Output(List<Change> changes, Optional<String> opId, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_undo", Input.class, Output.class)
            .description(
                    "Take back a change by opId, or the latest steps: refs, HEAD, index, files. CONFLICT when changed"
                            + " since. opId of the answer redoes it.")
            .scopes("git:write");

    private static final int LISTED = 20;
    private static final int NAMED = 10;

    private final Repositories repositories;
    private final Changes changes;

    GitUndo(Repositories repositories, Changes changes) {
        this.repositories = repositories;
        this.changes = changes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return isListing(input) || input.dryRun() ? Effect.READS : Effect.CHANGES;
    }

    private static boolean isListing(Input input) {
        return input.opId().isEmpty() && input.steps().isEmpty();
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        if (input.opId().isPresent() && input.steps().isPresent()) {
            throw ToolException.invalidInput("/opId and /steps exclude each other");
        }
        boolean back = input.opId()
                .filter(id -> changes.bringBack(call, repositories.workspace(call.tenant()), id))
                .isPresent();
        boolean good = false;
        try {
            Output output = undo(input, call);
            good = !input.dryRun();
            return output;
        } finally {
            if (back && !good) {
                changes.takeAway(
                        call,
                        repositories.workspace(call.tenant()),
                        input.opId().orElseThrow());
            }
        }
    }

    private Output undo(Input input, Call call) throws Exception {
        Optional<String> path = input.repo().or(() -> input.opId().map(id -> changes.repoOf(call, id)));
        try (Repo repo = repositories.open(call, path)) {
            if (isListing(input)) {
                return new Output(told(changes.latest(call, repo, LISTED)), Optional.empty(), RepoText.INTEGRITY);
            }
            Changes.Undone undone = input.opId().isPresent()
                    ? changes.undo(call, repo, input.opId().get(), input.dryRun())
                    : changes.undoLatest(call, repo, input.steps().getAsInt(), input.dryRun());
            return new Output(
                    told(undone.operations()),
                    input.dryRun() ? Optional.empty() : Optional.of(call.id()),
                    RepoText.INTEGRITY);
        }
    }

    private static List<Change> told(List<Told> operations) {
        return operations.stream()
                .map(told -> new Change(
                        told.opId(),
                        told.tool(),
                        told.at().toString(),
                        told.state(),
                        some(told.changed()),
                        told.lost().isEmpty() ? Optional.empty() : Optional.of(some(told.lost()))))
                .toList();
    }

    private static List<String> some(List<String> all) {
        List<String> plain = all.stream().limit(NAMED).map(RepoText::path).toList();
        return all.size() <= NAMED
                ? plain
                : java.util.stream.Stream.concat(
                                plain.stream(), java.util.stream.Stream.of("and " + (all.size() - NAMED) + " more"))
                        .toList();
    }
}
