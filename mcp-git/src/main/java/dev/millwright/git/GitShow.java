package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.git.diff.FileReport;
import dev.millwright.git.diff.Report;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Shows an object: a commit with its changes, a tag, a folder, a file at a revision. */
final class GitShow implements Tool<GitShow.Input, GitShow.Output> {
    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "HEAD") String object,
            @Doc("File or folder in it.") Optional<String> path,
            @Doc(value = "", min = 1, orElse = "1") int startLine,
            @Doc(value = "", min = 1) OptionalInt endLine,
            @Doc(value = "", orElse = "patch") Report.Mode mode,
            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(
            String kind,
            String id,
            Optional<List<String>> parents,
            Optional<String> author,
            Optional<String> date,
            Optional<String> message,
            Optional<List<FileReport>> files,
            @Doc("Folders end with /.") Optional<List<String>> entries,
            Optional<String> text,
            OptionalInt lines,
            OptionalInt nextLine,
            Optional<String> note,
            Optional<String> cursor,
            String integrity)
            implements HasContent {
        @Override
        public List<Content> content() {
            return List.of(new Content.Text(asText()));
        }

        String asText() {
            StringBuilder out = new StringBuilder();
            if (text.isEmpty()) {
                out.append(kind).append(' ').append(id).append('\n');
                parents.filter(ids -> ids.size() > 1)
                        .ifPresent(ids -> out.append("parents ")
                                .append(String.join(" ", ids))
                                .append('\n'));
                author.ifPresent(who ->
                        out.append(who).append(' ').append(date.orElse("")).append('\n'));
                message.ifPresent(words -> out.append(words.indent(4)));
            }
            files.ifPresent(list -> out.append(new Report.Page(list, 0, Optional.empty()).text()));
            entries.ifPresent(names -> names.forEach(name -> out.append(name).append('\n')));
            text.ifPresent(out::append);
            nextLine.ifPresent(
                    next -> out.append("# more from startLine ").append(next).append(" on\n"));
            note.ifPresent(words -> out.append("# ").append(words).append('\n'));
            cursor.ifPresent(
                    next -> out.append("# more with cursor ").append(next).append('\n'));
            return out.toString();
        }
    }

    static final ToolSpec<Input, Output> SPEC = reads("git_show", Input.class, Output.class)
            .description("Show a commit with its changes, a tag, or a folder or lines of a file at a revision.")
            .scopes("git:read");

    private final Repositories repositories;

    GitShow(Repositories repositories) {
        this.repositories = repositories;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
        try (Repo repo = repositories.open(call, input.repo());
                ShownObject shown = new ShownObject(repo, call, input)) {
            return shown.output();
        }
    }
}
