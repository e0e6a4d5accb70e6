package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Workspace;

/** Moves an entry to the trash, from where undo brings it back; or removes it for good. */
final class DeleteFile implements Tool<DeleteFile.Input, DeleteFile.Output> {
    record Input(
            String path,

            @Doc(value = "For a folder that is not empty.", orElse = "false")
            boolean recursive,

            @Doc(value = "No trash, no undo.", orElse = "false")
            boolean permanent) {}

    record Output(String opId) {}

    static final ToolSpec<Input, Output> SPEC = changes("delete_file", Input.class, Output.class)
            .description("Move a file, link or folder to the trash; fs_undo brings it back.")
            .scopes("fs:write")
            .mayDestroy();

    private final Workspaces workspaces;

    DeleteFile(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.permanent() ? Effect.DESTROYS : Effect.CHANGES;
    }

    @Override
    public String confirmation(Input input) {
        return "Delete " + input.path() + (input.recursive() ? " with all below it" : "") + " for good?";
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Workspace workspace = workspaces.of(call.tenant());
        Target target = workspace.at(input.path());
        try (Place place = workspace.linkPlace(target)) {
            Stat stat = place.stat().orElseThrow(() -> ToolException.notFound(workspace.missing(target)));
            if (place.isRoot()) {
                throw ToolException.denied(target + " is a root: it cannot be deleted");
            } else if (stat.isFolder() && !input.recursive() && !isEmpty(place)) {
                throw ToolException.conflict(target + " is not empty; recursive deletes it with all below");
            }
        }
        Transaction transaction = workspaces.history(call.tenant()).begin(call, SPEC.name());
        if (input.permanent()) {
            transaction.remove(target);
        } else {
            transaction.trash(target);
        }
        return new Output(transaction.run().opId());
    }

    private static boolean isEmpty(Place place) {
        try (Folder folder = place.folder().folder(place.name())) {
            return Trees.names(folder).isEmpty();
        }
    }
}
