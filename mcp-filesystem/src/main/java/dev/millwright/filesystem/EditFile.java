package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.text.Edit;
import dev.millwright.filesystem.text.JsonCost;
import dev.millwright.filesystem.text.TextEdits;
import dev.millwright.filesystem.text.TextFormat;
import dev.millwright.filesystem.text.UnifiedDiff;
import dev.millwright.filesystem.undo.Receipt;
import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Replaces exact texts in a file and leaves every other byte as it was. */
final class EditFile implements Tool<EditFile.Input, EditFile.Output> {
    record Replacement(
            String old,
            @Doc(name = "new", value = "") String replacement,
            @Doc(value = "", min = 1, orElse = "1") int expectedCount,
            @Doc(value = "Only this hit.", min = 1) OptionalInt occurrence,
            @Doc(value = "Where a hit begins.", min = 1) OptionalInt startLine) {
        Edit edit() {
            return new Edit(old, replacement, expectedCount, occurrence, startLine);
        }
    }

    record Input(
            String path,
            @Doc(value = "", min = 1, max = 500) List<Replacement> edits,
            Optional<String> ifVersion,
            Optional<String> encoding,
            @Doc(value = "", orElse = "false") boolean dryRun) {}

    record Output(String diff, String version, Optional<String> opId, Optional<String> note, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("edit_file", Input.class, Output.class)
            .description("Replace exact text, all edits or none. Line endings match any; no other byte changes.")
            .scopes("fs:write");

    /** Bytes of the difference that are shown after an edit. */
    private static final int SHOWN = 4_000;

    /** Bytes of JSON around the difference. */
    private static final int FRAME = 400;

    private final Workspaces workspaces;

    EditFile(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        Workspace workspace = workspaces.of(call.tenant());
        Target target = workspace.at(input.path());
        workspace.place(target).close();
        try (FileView view = FileView.of(workspace, target, input.encoding())) {
            byte[] old = whole(view, target);
            String version = view.isWhole() ? view.version() : Version.ofLarge(view.stat());
            if (input.ifVersion().isPresent() && !input.ifVersion().get().equals(version)) {
                throw ToolException.conflict("%s has version %s, not %s; read it again"
                        .formatted(target, version, input.ifVersion().get()));
            }
            TextFormat format = TextFormat.of(old, true, input.encoding()).orElseGet(() -> view.known(target));
            byte[] now = new TextEdits(old, format)
                    .apply(input.edits().stream().map(Replacement::edit).toList());
            String diff = UnifiedDiff.of(target.shown(), text(old, format), text(now, format));
            int room = Math.max(FRAME, call.budget() * 4 - FRAME);
            String shown = JsonCost.clip(diff, input.dryRun() ? room : Math.min(SHOWN, room));
            if (input.dryRun() || Arrays.equals(old, now)) {
                return new Output(shown, version, Optional.empty(), Optional.empty(), "untrusted");
            }
            Transaction transaction = workspaces.history(call.tenant()).begin(call, SPEC.name());
            transaction.write(target, now, Optional.empty(), Optional.of(view.stat()));
            Receipt receipt = transaction.run();
            var stat = receipt.written().getLast();
            return new Output(
                    shown,
                    now.length <= Version.WHOLE ? Version.of(now, stat) : Version.ofLarge(stat),
                    Optional.of(receipt.opId()),
                    receipt.notes().stream().findFirst(),
                    "untrusted");
        }
    }

    private byte[] whole(FileView view, Target target) {
        int most = workspaces.config().maxEditBytes();
        if (view.size() > most) {
            throw ToolException.limit(
                    "%s has %d bytes; at most %d are edited (max-edit-bytes)".formatted(target, view.size(), most));
        }
        return view.isWhole() ? view.start() : Version.all(view.file(), most);
    }

    private static String text(byte[] content, TextFormat format) {
        return new String(content, format.bom(), content.length - format.bom(), format.charset());
    }
}
