package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.adds;

import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Target;

/** Makes a folder and what is missing above it. */
final class CreateDirectory implements Tool<CreateDirectory.Input, CreateDirectory.Output> {
    record Input(String path) {}

    record Output(String opId) {}

    static final ToolSpec<Input, Output> SPEC = adds("create_directory", Input.class, Output.class)
            .description("Make a folder, with the missing ones above it.")
            .scopes("fs:write");

    private final Workspaces workspaces;

    CreateDirectory(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Target target = workspaces.of(call.tenant()).at(input.path());
        Transaction transaction = workspaces.history(call.tenant()).begin(call, SPEC.name());
        transaction.makeFolder(target, true);
        return new Output(transaction.run().opId());
    }
}
