package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.filesystem.text.TextFormat;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Workspace;
import java.util.Optional;

/** Tells what an entry is, links not followed. */
final class FileInfo implements Tool<FileInfo.Input, FileInfo.Output> {
    record Input(
            String path, @Doc(value = "", orElse = "false") boolean hash) {}

    record Output(
            EntryType type,
            long size,
            String modified,
            String mode,
            String owner,
            long links,
            Optional<String> leadsTo,
            Optional<String> encoding,
            Optional<String> version,
            Optional<String> sha256,
            Optional<String> isProtected) {}

    static final ToolSpec<Input, Output> SPEC = reads("file_info", Input.class, Output.class)
            .description("Type, size, times, owner of an entry; version and encoding of a file.")
            .scopes("fs:read");

    private final Workspaces workspaces;

    FileInfo(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
        Workspace workspace = workspaces.of(call.tenant());
        Target target = workspace.at(input.path());
        try (Place place = target.root().place(target, false)) {
            Stat stat = place.stat().orElseThrow(() -> ToolException.notFound(workspace.missing(target)));
            Optional<String> leadsTo =
                    stat.type() == EntryType.LINK ? Optional.of(place.folder().link(place.name())) : Optional.empty();
            Optional<String> isProtected = workspace.protection().reason(place.path());
            if (!stat.isFile()) {
                return output(stat, leadsTo, Optional.empty(), Optional.empty(), Optional.empty(), isProtected);
            }
            try (FileView view = FileView.of(workspace, target, Optional.empty())) {
                return output(
                        view.stat(),
                        leadsTo,
                        Optional.of(view.format()
                                .map(TextFormat::charset)
                                .map(Object::toString)
                                .orElse("binary")),
                        Optional.of(view.version()),
                        input.hash() ? Optional.of(Trees.sha256(view.file())) : Optional.empty(),
                        isProtected);
            }
        }
    }

    private static Output output(
            Stat stat,
            Optional<String> leadsTo,
            Optional<String> encoding,
            Optional<String> version,
            Optional<String> sha256,
            Optional<String> isProtected) {
        return new Output(
                stat.type(),
                stat.size(),
                stat.modified().toString(),
                "%04o".formatted(stat.mode()),
                stat.uid() + ":" + stat.gid(),
                stat.links(),
                leadsTo,
                encoding,
                version,
                sha256,
                isProtected);
    }
}
