package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.text.TextFormat;
import dev.millwright.filesystem.undo.Receipt;
import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.util.Arrays;
import java.util.Optional;

/** Writes a whole file, or adds to one. */
final class WriteFile implements Tool<WriteFile.Input, WriteFile.Output> {
    /** What to do with what is there. */
    enum Mode {
        CREATE,
        OVERWRITE,
        APPEND
    }

    record Input(
            String path,
            String content,

            @Doc(value = "overwrite and append also create.", orElse = "create")
            Mode mode,

            Optional<String> ifVersion,
            @Doc(value = "", orElse = "false") boolean createParents,
            @Doc("Default: the file's, else UTF-8.") Optional<String> encoding) {}

    record Output(String version, long size, String opId, Optional<String> note) {}

    static final ToolSpec<Input, Output> SPEC = changes("write_file", Input.class, Output.class)
            .description("Write a whole file atomically; edit_file for parts. Keeps mode and encoding.")
            .scopes("fs:write");

    private final Workspaces workspaces;

    WriteFile(Workspaces workspaces) {
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
        Transaction transaction = workspaces.history(call.tenant()).begin(call, SPEC.name());
        byte[] content;
        if (isThere(workspace, target)) {
            if (input.mode() == Mode.CREATE) {
                throw ToolException.conflict(target + " exists already; mode overwrite or append changes it");
            }
            content = replace(input, workspace, target, transaction);
        } else if (input.ifVersion().isPresent()) {
            throw ToolException.conflict(target + " does not exist, so it has no version "
                    + input.ifVersion().get());
        } else {
            content = encoded(input, Optional.empty(), true);
            transaction.create(target, content, input.createParents());
        }
        Receipt receipt = transaction.run();
        Stat stat = receipt.written().getLast();
        String version = content.length <= Version.WHOLE ? Version.of(content, stat) : Version.ofLarge(stat);
        return new Output(
                version, stat.size(), receipt.opId(), receipt.notes().stream().findFirst());
    }

    private static boolean isThere(Workspace workspace, Target target) {
        try (Place place = workspace.place(target)) {
            if (place.stat().filter(Stat::isFolder).isPresent()) {
                throw ToolException.conflict(target + " is a folder");
            }
            return place.stat().isPresent();
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private byte[] replace(Input input, Workspace workspace, Target target, Transaction transaction) {
        try (FileView view = FileView.of(workspace, target, Optional.empty())) {
            byte[] content;
            if (input.mode() == Mode.OVERWRITE) {
                content = encoded(input, view.format(), true);
            } else {
                long most = workspaces.config().maxEditBytes();
                if (view.size() > most) {
                    throw ToolException.limit("%s has %d bytes; at most %d are added to (max-edit-bytes)"
                            .formatted(target, view.size(), most));
                }
                byte[] old = view.isWhole() ? view.start() : Version.all(view.file(), (int) most);
                byte[] added = encoded(input, view.format(), old.length == 0);
                content = Arrays.copyOf(old, old.length + added.length);
                System.arraycopy(added, 0, content, old.length, added.length);
            }
            transaction.write(target, content, input.ifVersion(), Optional.of(view.stat()));
            return content;
        }
    }

    private static byte[] encoded(Input input, Optional<TextFormat> format, boolean atStart) {
        TextFormat known = input.encoding().isPresent() || format.isEmpty()
                ? TextFormat.forNew(input.encoding().orElse("UTF-8"))
                : format.get();
        String mark = atStart && known.bom() > 0 && !input.content().startsWith("\ufeff") ? "\ufeff" : "";
        return known.encode(mark + input.content());
    }
}
