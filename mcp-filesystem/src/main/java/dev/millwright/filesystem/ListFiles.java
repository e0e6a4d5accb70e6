package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.filesystem.search.FileList;
import dev.millwright.filesystem.search.Globs;
import dev.millwright.filesystem.search.Walk;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Lists folders, however large, a page at a time. */
final class ListFiles implements Tool<ListFiles.Input, ListFiles.Output> {
    record Input(
            @Doc(value = "Folder.", orElse = ".") String path,

            @Doc(value = "Levels; default 1, all with globs.", min = 1)
            OptionalInt depth,

            @Doc(value = "As *.java or !**/test/**.", orElse = "[]")
            List<String> globs,

            @Doc(value = "", orElse = "name") FileList.Sort sort,
            @Doc(value = "", orElse = "true") boolean respectIgnore,

            @Doc(value = "", min = 1, max = 10_000, orElse = "500")
            int limit,

            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(List<FileList.Entry> entries, long total, List<String> unreadable, Optional<String> cursor) {}

    static final ToolSpec<Input, Output> SPEC = reads("list_files", Input.class, Output.class)
            .description("List a folder: path, type and size of each entry, the total, cursor for more.")
            .scopes("fs:read");

    /** Bytes of JSON around the entries. */
    private static final int FRAME = 400;

    private final Workspaces workspaces;

    ListFiles(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Workspace workspace = workspaces.of(call.tenant());
        String question = "list_files " + call.tenant().name() + Json.write(withoutPage(input));
        Optional<FileList.Place> after =
                input.cursor().map(cursor -> Cursor.read(cursor, FileList.Place.class, question));
        int depth = input.depth().orElse(input.globs().isEmpty() ? 1 : Integer.MAX_VALUE);
        Walk walk = new Walk(workspace, Globs.of(input.globs()), input.respectIgnore(), depth, true);
        int room = Math.max(1_000, call.budget() * 4 - FRAME);
        FileList.Page page =
                new FileList(walk, input.sort(), input.limit(), room, after).run(workspace.all(input.path()), call);
        return new Output(
                page.entries(), page.total(), page.unreadable(), page.next().map(place -> Cursor.of(place, question)));
    }

    private static Input withoutPage(Input i) {
        return new Input(
                i.path(), i.depth(), i.globs(), i.sort(), i.respectIgnore(), 0, Optional.empty(), OptionalInt.empty());
    }
}
