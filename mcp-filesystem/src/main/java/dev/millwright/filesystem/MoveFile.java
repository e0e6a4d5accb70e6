package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;

/** Gives a file or folder another name or place. */
final class MoveFile implements Tool<MoveFile.Input, MoveFile.Output> {
    record Input(
            String source,

            @Doc("New path, not the folder for it.") String destination,

            @Doc(value = "Trash what is there.", orElse = "false")
            boolean overwrite,

            @Doc(value = "", orElse = "false") boolean createParents) {}

    record Output(String opId) {}

    static final ToolSpec<Input, Output> SPEC = changes("move_file", Input.class, Output.class)
            .description("Move or rename a file or folder; links move as links.")
            .scopes("fs:write");

    private final Workspaces workspaces;

    MoveFile(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Workspace workspace = workspaces.of(call.tenant());
        Target source = workspace.at(input.source());
        Target destination = workspace.at(input.destination());
        Transaction transaction = workspaces.history(call.tenant()).begin(call, SPEC.name());
        if (input.createParents()) {
            transaction.makeParents(destination);
        }
        if (input.overwrite()) {
            transaction.trashIfThere(source, destination);
        }
        transaction.move(source, destination);
        return new Output(transaction.run().opId());
    }
}
