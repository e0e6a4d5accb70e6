package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.undo.History;
import dev.millwright.json.Doc;
import dev.millwright.store.Operation;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;

/** Takes a change back, unless the same files were changed since; undoing an undo does it again. */
final class FsUndo implements Tool<FsUndo.Input, FsUndo.Output> {
    record Input(
            @Doc("Of the change; without it the latest are listed.")
            Optional<String> opId,

            @Doc(value = "", orElse = "false") boolean dryRun) {}

    record Change(String opId, String tool, String at, Operation.State state, List<String> paths) {}

    record Output(List<Change> changes, Optional<String> opId) {}

    static final ToolSpec<Input, Output> SPEC = changes("fs_undo", Input.class, Output.class)
            .description(
                    "Take back a change by its opId; CONFLICT when its files changed since. opId of the answer redoes it.")
            .scopes("fs:write");

    private static final int LISTED = 20;
    private static final int PATHS = 10;

    private final Workspaces workspaces;

    FsUndo(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.opId().isEmpty() || input.dryRun() ? Effect.READS : Effect.CHANGES;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        History history = workspaces.history(call.tenant());
        if (input.opId().isEmpty()) {
            List<Change> latest = history.latest(LISTED).stream()
                    .map(row -> change(history, row))
                    .toList();
            return new Output(latest, Optional.empty());
        }
        String opId = history.undo(call, input.opId().get(), input.dryRun()).opId();
        return new Output(
                List.of(change(history, history.row(input.opId().get()))),
                input.dryRun() ? Optional.empty() : Optional.of(opId));
    }

    private static Change change(History history, Operation row) {
        List<String> paths = history.paths(row);
        List<String> shown = paths.size() <= PATHS ? paths : List.copyOf(paths.subList(0, PATHS));
        return new Change(row.id(), row.tool(), row.started().toString(), row.state(), shown);
    }
}
