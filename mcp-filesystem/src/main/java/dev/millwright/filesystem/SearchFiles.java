package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.filesystem.search.Globs;
import dev.millwright.filesystem.search.Query;
import dev.millwright.filesystem.search.TextSearch;
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

/** Finds lines by text or linear-time regular expression. */
final class SearchFiles implements Tool<SearchFiles.Input, SearchFiles.Output> {
    record Input(
            @Doc(value = "Text, or RE2 syntax with regex.") String query,

            @Doc(value = "", orElse = ".") String path,
            @Doc(value = "", orElse = "false") boolean regex,
            @Doc(value = "", orElse = "false") boolean ignoreCase,

            @Doc(value = "", orElse = "false") boolean multiline,

            @Doc(value = "As *.java or !**/test/**.", orElse = "[]")
            List<String> globs,

            @Doc(value = "Lines around.", min = 0, max = 20, orElse = "0")
            int context,

            @Doc(value = "No lines.", orElse = "false") boolean counts,

            @Doc(value = "", orElse = "true") boolean respectIgnore,
            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(
            List<TextSearch.Group> files,
            TextSearch.Totals totals,
            List<String> unreadable,
            Optional<String> cursor,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = reads("search_files", Input.class, Output.class)
            .description("Search file contents; lines by file, totals, cursor for more."
                    + " Skips binary and ignored files.")
            .scopes("fs:read");

    /** Bytes of JSON around the groups. */
    private static final int FRAME = 600;

    private final Workspaces workspaces;

    SearchFiles(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Workspace workspace = workspaces.of(call.tenant());
        Query query = Query.of(input.query(), input.regex(), input.ignoreCase(), input.multiline());
        Globs globs = Globs.of(input.globs());
        String question = "search_files " + call.tenant().name() + Json.write(withoutPage(input));
        Optional<TextSearch.Place> after =
                input.cursor().map(cursor -> Cursor.read(cursor, TextSearch.Place.class, question));
        int room = Math.max(1_000, call.budget() * 4 - FRAME);
        Walk walk = new Walk(workspace, globs, input.respectIgnore(), Integer.MAX_VALUE, false);
        TextSearch.Page page = new TextSearch(walk, query, input.context(), input.counts(), room, after)
                .run(workspace.all(input.path()), call);
        return new Output(
                page.groups(),
                page.totals(),
                page.unreadable(),
                page.next().map(place -> Cursor.of(place, question)),
                "untrusted");
    }

    private static Input withoutPage(Input i) {
        return new Input(
                i.query(),
                i.path(),
                i.regex(),
                i.ignoreCase(),
                i.multiline(),
                i.globs(),
                i.context(),
                i.counts(),
                i.respectIgnore(),
                Optional.empty(),
                OptionalInt.empty());
    }
}
