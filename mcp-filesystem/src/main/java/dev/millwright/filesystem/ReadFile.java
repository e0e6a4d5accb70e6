package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.millwright.filesystem.text.Bytes;
import dev.millwright.filesystem.text.Eol;
import dev.millwright.filesystem.text.Passage;
import dev.millwright.filesystem.text.TextFormat;
import dev.millwright.filesystem.text.TextReader;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Shows a file or a part of it. */
final class ReadFile implements Tool<ReadFile.Input, ReadFile.Output> {
    record Input(
            @Doc("From the root, or absolute.") String path,

            @Doc(value = "", min = 1) OptionalLong startLine,
            @Doc(value = "", min = 1) OptionalLong endLine,
            @Doc(value = "", min = 1) OptionalLong head,
            @Doc(value = "", min = 1) OptionalLong tail,
            @Doc(value = "", min = 0) OptionalLong offset,
            @Doc(value = "", min = 1) OptionalInt length,
            Optional<String> encoding,
            @Doc(value = "", orElse = "false") boolean lineNumbers,
            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(
            Optional<String> text,
            Optional<String> encoding,
            Optional<Boolean> bom,
            Optional<Eol> eol,
            Optional<Boolean> finalNewline,
            OptionalLong startLine,
            OptionalLong endLine,
            OptionalLong totalLines,
            long size,
            String version,
            Optional<String> cursor,
            String integrity,
            @JsonIgnore Optional<Content> media)
            implements HasContent {
        @Override
        public List<Content> content() {
            Content shown = media.orElseGet(() -> new Content.Text(text.orElse("")));
            return cursor.isEmpty()
                    ? List.of(shown)
                    : List.of(shown, new Content.Text("[there is more: cursor " + cursor.get() + "]"));
        }
    }

    static final ToolSpec<Input, Output> SPEC = reads("read_file", Input.class, Output.class)
            .description(
                    "Read text by lines from 1, first or last lines, or bytes; cursor continues. Shows images and sounds,"
                            + " other binaries as base64 by offset. version serves ifVersion.")
            .scopes("fs:read");

    /** Bytes of JSON around the text. */
    private static final int FRAME = 512;

    private final Workspaces workspaces;

    ReadFile(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
        return read(input, call.budget() * 4 - FRAME, call);
    }

    /** @param budget bytes of JSON the text may take */
    Output read(Input input, int budget, Call call) {
        onlyOneRange(input);
        var workspace = workspaces.of(call.tenant());
        Target target = workspace.at(input.path());
        try (FileView view = FileView.of(workspace, target, input.encoding())) {
            if (view.format().isEmpty()
                    && input.offset().isEmpty()
                    && input.cursor().isEmpty()) {
                return media(view, target);
            } else if (input.offset().isPresent() || input.length().isPresent()) {
                long offset = input.offset().orElse(0);
                int length = input.length().orElse(Integer.MAX_VALUE);
                Passage slice = view.slice(offset, length, budget);
                boolean more = slice.to() < Math.min(view.size(), offset + (long) length);
                return output(view, slice, false, more ? Optional.of(Page.of(view, slice, 0, 0)) : Optional.empty());
            }
            Page page = input.cursor()
                    .map(cursor -> Page.read(cursor, view, target))
                    .orElse(Page.NONE);
            if (page.line() == 0 && page != Page.NONE) {
                Passage slice = view.slice(page.at(), Integer.MAX_VALUE, budget);
                boolean more = slice.to() < view.size();
                return output(view, slice, false, more ? Optional.of(Page.of(view, slice, 0, 0)) : Optional.empty());
            }
            long last = page != Page.NONE
                    ? page.last()
                    : input.endLine().orElse(input.head().orElse(Long.MAX_VALUE));
            TextReader reader = view.text(target, input.lineNumbers() ? budget * 3 / 4 : budget);
            Passage passage = page != Page.NONE
                    ? reader.from(page.at(), page.line(), last)
                    : input.tail().isPresent()
                            ? reader.tail(input.tail().getAsLong())
                            : reader.lines(input.startLine().orElse(1), last);
            if (passage.firstLine().isEmpty() && input.startLine().isPresent()) {
                throw ToolException.invalidInput("/startLine is %d, but %s has %d lines"
                        .formatted(
                                input.startLine().getAsLong(),
                                target,
                                passage.totalLines().orElse(0)));
            }
            return output(
                    view,
                    passage,
                    input.lineNumbers(),
                    passage.more() ? Optional.of(Page.after(view, passage, last)) : Optional.empty());
        }
    }

    private static void onlyOneRange(Input input) {
        boolean lines = input.startLine().isPresent() || input.endLine().isPresent();
        boolean bytes = input.offset().isPresent() || input.length().isPresent();
        int kinds = (lines ? 1 : 0)
                + (bytes ? 1 : 0)
                + (input.head().isPresent() ? 1 : 0)
                + (input.tail().isPresent() ? 1 : 0)
                + (input.cursor().isPresent() ? 1 : 0);
        if (kinds > 1) {
            throw ToolException.invalidInput(
                    "give one of startLine/endLine, head, tail, offset/length and cursor, not several");
        } else if (input.endLine().orElse(Long.MAX_VALUE) < input.startLine().orElse(1)) {
            throw ToolException.invalidInput("/endLine is before /startLine");
        }
    }

    private Output media(FileView view, Target target) {
        Optional<String> type = Media.typeOf(view.start());
        int most = workspaces.config().maxMediaBytes();
        if (type.isPresent() && view.size() > most) {
            throw ToolException.limit("%s is %s of %d bytes; at most %d are shown (max-media-bytes)"
                    .formatted(target, type.get(), view.size(), most));
        }
        Optional<Content> media = type.map(t -> Media.content(Version.all(view.file(), most), t));
        Content shown = media.orElseGet(() -> new Content.Text(
                "Binary file of " + view.size() + " bytes; offset and length give its bytes in base64."));
        return new Output(
                Optional.empty(),
                Optional.of("binary"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                view.size(),
                view.version(),
                Optional.empty(),
                "untrusted",
                Optional.of(shown));
    }

    private static Output output(FileView view, Passage passage, boolean numbered, Optional<String> cursor) {
        String text = numbered ? Numbered.lines(passage) : passage.text();
        OptionalLong total = passage.totalLines();
        if (total.isEmpty() && view.isWhole() && view.format().isPresent()) {
            TextFormat format = view.format().get();
            total = OptionalLong.of(new TextReader(Bytes.of(view.start()), view.size(), format, 64).totalLines());
        }
        return new Output(
                Optional.of(text),
                Optional.of(view.format().map(f -> f.charset().name()).orElse("base64")),
                view.format().map(f -> f.bom() > 0),
                view.eol(),
                view.finalNewline(),
                passage.firstLine(),
                passage.lastLine(),
                total,
                view.size(),
                view.version(),
                cursor,
                "untrusted",
                Optional.empty());
    }
}
