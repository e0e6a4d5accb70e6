package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.git.diff.Comparison;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.FileDiff;
import dev.millwright.git.diff.FileReport;
import dev.millwright.git.diff.Range;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.diff.Report;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.work.WorkPaths;
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

/** Compares two versions: commits, index, working tree. */
final class GitDiff implements Tool<GitDiff.Input, GitDiff.Output> {
    enum Renaming {
        NONE,
        RENAMES,
        COPIES
    }

    record Input(
            Optional<String> repo,
            @Doc("Or A..B, A...B. Default: index.") Optional<String> from,
            @Doc("Default: working tree.") Optional<String> to,

            @Doc(value = "HEAD to index.", orElse = "false") boolean staged,

            @Doc(value = "", orElse = "[]") List<String> paths,
            @Doc(value = "", orElse = "patch") Report.Mode mode,

            @Doc(value = "", min = 0, max = 1000, orElse = "3")
            int context,

            @Doc(value = "", orElse = "renames") Renaming renames,
            @Doc(value = "", orElse = "false") boolean ignoreWhitespace,

            @Doc(value = "As A...B.", orElse = "false") boolean mergeBase,

            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(List<FileReport> files, int changed, Optional<String> note, Optional<String> cursor, String integrity)
            implements HasContent {
        @Override
        public List<Content> content() {
            return List.of(new Content.Text(asText()));
        }

        String asText() {
            return new Report.Page(files, 0, cursor).text()
                    + note.map(n -> "# " + n + "\n").orElse("")
                    + (files.isEmpty() ? "no changes\n" : "");
        }
    }

    static final ToolSpec<Input, Output> SPEC = reads("git_diff", Input.class, Output.class)
            .description("Compare versions, by default unstaged changes, whose hunks git_add takes by #number.")
            .scopes("git:read");

    /** Bytes of JSON around the files. */
    private static final int FRAME = 300;

    private final Repositories repositories;

    GitDiff(Repositories repositories) {
        this.repositories = repositories;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
        try (Repo repo = repositories.open(call, input.repo());
                Comparison comparison = new Comparison(repo, call)) {
            List<String> paths = WorkPaths.of("paths", input.paths());
            Range range = Range.of(repo, input.from(), input.to(), input.staged(), input.mergeBase());
            int most = repo.config().maxTextBytes();
            List<FileChange> changes = comparison.changes(range.from(), range.to(), paths);
            Optional<String> note = Optional.empty();
            if (input.renames() != Renaming.NONE) {
                Renames.Found found = Renames.in(call, changes, input.renames() == Renaming.COPIES, most);
                changes = found.changes();
                note = found.complete()
                        ? Optional.empty()
                        : Optional.of("too many files to find renames by content; only equal ones are found");
            }
            FileDiff.Options options =
                    new FileDiff.Options(input.ignoreWhitespace(), most, comparison.attributes(range.to()));
            Report.Form form = new Report.Form(input.mode(), input.context(), options, paths);
            Report.Page page = new Report(call, changes, form).page(input.cursor(), call.budget() * 4 - FRAME);
            return new Output(page.files(), changes.size(), note, page.cursor(), RepoText.INTEGRITY);
        }
    }
}
