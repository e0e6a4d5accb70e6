package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.search.Globs;
import dev.millwright.filesystem.search.Query;
import dev.millwright.filesystem.search.Replacement;
import dev.millwright.filesystem.search.TextReplace;
import dev.millwright.filesystem.search.TextReplace.Edit;
import dev.millwright.filesystem.search.TextReplace.Occurrence;
import dev.millwright.filesystem.search.Walk;
import dev.millwright.filesystem.text.JsonCost;
import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Workspace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Replaces text throughout a tree, in all files or in none. */
final class ReplaceInFiles implements Tool<ReplaceInFiles.Input, ReplaceInFiles.Output> {
    record Input(
            @Doc(value = "Text, or RE2 syntax with regex.") String query,

            @Doc("With regex, $1 is a group, $$ a $.") String replacement,

            @Doc(value = "", orElse = "false") boolean regex,
            @Doc(value = "", orElse = "false") boolean ignoreCase,

            @Doc(value = "As *.java or !**/test/**.", orElse = "[]")
            List<String> globs,

            @Doc(value = "", orElse = ".") String path,
            @Doc(value = "Refuse any other count.", min = 0) OptionalInt expectedCount,

            @Doc(value = "From a dry run; only these.", orElse = "[]")
            List<String> occurrenceIds,

            @Doc(value = "", orElse = "false") boolean dryRun) {}

    record Changed(String path, int count, List<Occurrence> occurrences) {}

    /** @param omitted files left out of the list for want of room */
    record Output(
            int count,
            int files,
            List<Changed> changed,
            int omitted,
            Optional<String> opId,
            List<String> skipped,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("replace_in_files", Input.class, Output.class)
            .description("Replace text or a regex in many files, all or none. dryRun shows each hit with its id.")
            .scopes("fs:write");

    /** Bytes of JSON around the files, around one of them, and around one occurrence. */
    private static final int FRAME = 500;

    private final Workspaces workspaces;

    ReplaceInFiles(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Workspace workspace = workspaces.of(call.tenant());
        Query query = Query.of(input.query(), input.regex(), input.ignoreCase(), false);
        Query queryCrLf = input.regex() || !input.query().contains("\n")
                ? query
                : Query.of(input.query().replace("\r\n", "\n").replace("\n", "\r\n"), false, input.ignoreCase(), false);
        Replacement replacement = Replacement.of(input.replacement(), input.regex(), query.groups());
        Set<String> only = Set.copyOf(input.occurrenceIds());
        Walk walk = new Walk(workspace, Globs.of(input.globs()), true, Integer.MAX_VALUE, false);
        TextReplace replace = new TextReplace(walk, query, queryCrLf, replacement, only);
        List<Edit> edits = replace.run(workspace.all(input.path()), call);
        List<Edit> chosen = edits.stream().filter(edit -> edit.chosen() > 0).toList();
        check(input, edits, chosen, only);
        Transaction transaction = workspaces.history(call.tenant()).begin(call, SPEC.name());
        for (Edit edit : chosen) {
            transaction.write(workspace.at(edit.path()), edit.content(), Optional.empty(), Optional.of(edit.seen()));
        }
        Optional<String> opId = input.dryRun() || transaction.isEmpty()
                ? Optional.empty()
                : Optional.of(transaction.run().opId());
        return output(input, chosen, opId, replace.skipped(), call.budget() * 4 - FRAME);
    }

    private static void check(Input input, List<Edit> edits, List<Edit> chosen, Set<String> only) {
        int count = chosen.stream().mapToInt(Edit::chosen).sum();
        Set<String> missing = new HashSet<>(only);
        edits.forEach(edit -> edit.occurrences().forEach(occurrence -> missing.remove(occurrence.id())));
        if (!missing.isEmpty()) {
            throw ToolException.conflict("/occurrenceIds no longer there: "
                    + missing.stream().sorted().limit(10).toList() + "; files changed since the dry run, make another");
        } else if (input.expectedCount().isPresent() && input.expectedCount().getAsInt() != count) {
            List<String> counts = chosen.stream()
                    .limit(10)
                    .map(edit -> edit.path() + ": " + edit.chosen())
                    .toList();
            throw ToolException.conflict(
                    "/expectedCount is " + input.expectedCount().getAsInt() + ", found " + count + " in "
                            + chosen.size() + " files " + counts + "; nothing was changed");
        } else if (count == 0 && input.expectedCount().isEmpty()) {
            throw ToolException.notFound("no occurrence of the query below " + input.path() + "; nothing was changed");
        }
    }

    private static Output output(
            Input input, List<Edit> chosen, Optional<String> opId, List<String> skipped, int room) {
        List<Changed> changed = new ArrayList<>();
        int left = room;
        for (Edit edit : chosen) {
            List<Occurrence> shown = new ArrayList<>();
            if (input.dryRun()) {
                for (Occurrence occurrence : edit.occurrences()) {
                    left -= Json.size(Json.tree(occurrence)) + 1;
                    if (left < 0) {
                        break;
                    }
                    shown.add(occurrence);
                }
            }
            Changed one = new Changed(edit.path(), edit.chosen(), shown);
            left -= 60 + JsonCost.of(edit.path());
            if (left < 0 && !changed.isEmpty()) {
                break;
            }
            changed.add(one);
        }
        int count = chosen.stream().mapToInt(Edit::chosen).sum();
        List<String> named = skipped.stream().limit(20).toList();
        return new Output(count, chosen.size(), changed, chosen.size() - changed.size(), opId, named, "untrusted");
    }
}
