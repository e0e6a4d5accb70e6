package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.git.history.Histories;
import dev.millwright.git.history.History;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.work.Looking;
import dev.millwright.git.work.Status;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.git.work.WorkTree;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Says where HEAD, index and working tree stand. */
final class GitStatus implements Tool<GitStatus.Input, GitStatus.Output> {
    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "[]") List<String> paths,

            @Doc(value = "folders: whole ones as one entry.", orElse = "folders")
            Looking.Untracked untracked,

            @Doc(value = "", orElse = "false") boolean ignored,
            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(
            String head,
            Optional<String> upstream,
            Optional<String> doing,
            OptionalInt stashes,
            Optional<Boolean> shallow,
            String summary,
            Optional<List<String>> conflicted,
            Optional<List<String>> staged,
            Optional<List<String>> unstaged,
            Optional<List<String>> untracked,
            Optional<List<String>> ignored,
            Optional<List<String>> unreadable,
            Optional<String> cursor,
            String integrity)
            implements HasContent {
        @Override
        public List<Content> content() {
            StringBuilder text = new StringBuilder(head).append('\n');
            upstream.ifPresent(it -> text.append(it).append('\n'));
            doing.ifPresent(it -> text.append("in progress: ").append(it).append('\n'));
            stashes.ifPresent(it -> text.append("stashes: ").append(it).append('\n'));
            shallow.ifPresent(it -> text.append("shallow\n"));
            text.append(summary).append('\n');
            add(text, "conflicted", conflicted);
            add(text, "staged", staged);
            add(text, "unstaged", unstaged);
            add(text, "untracked", untracked);
            add(text, "ignored", ignored);
            add(text, "unreadable", unreadable);
            cursor.ifPresent(
                    next -> text.append("[there is more: cursor ").append(next).append("]\n"));
            return List.of(new Content.Text(text.toString()));
        }

        private static void add(StringBuilder text, String title, Optional<List<String>> lines) {
            lines.ifPresent(some -> {
                text.append(title).append(":\n");
                some.forEach(line -> text.append(' ').append(line).append('\n'));
            });
        }
    }

    static final ToolSpec<Input, Output> SPEC = reads("git_status", Input.class, Output.class)
            .description(
                    "Branch, upstream, operation in progress, and what is staged, changed, untracked, in conflict.")
            .scopes("git:read");

    private final Repositories repositories;
    private final Histories histories;

    GitStatus(Repositories repositories, Histories histories) {
        this.repositories = repositories;
        this.histories = histories;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws IOException {
        Looking looking = new Looking(WorkPaths.of("paths", input.paths()), input.untracked(), input.ignored());
        try (Repo repo = repositories.open(call, input.repo());
                History history = histories.of(repo)) {
            StatusPage page = repo.isBare() ? StatusPage.BARE : page(repo, looking, input.cursor(), call);
            WhereHeadIs head = WhereHeadIs.of(repo, history, call);
            return new Output(
                    head.head(),
                    head.upstream(),
                    head.doing(),
                    head.stashes(),
                    head.shallow() ? Optional.of(true) : Optional.empty(),
                    page.summary(),
                    page.lines("conflicted"),
                    page.lines("staged"),
                    page.lines("unstaged"),
                    page.lines("untracked"),
                    page.lines("ignored"),
                    page.lines("unreadable"),
                    page.next(),
                    RepoText.INTEGRITY);
        }
    }

    private static StatusPage page(Repo repo, Looking looking, Optional<String> cursor, Call call) {
        Status status = new WorkTree(repo).status(call, looking);
        return StatusPage.of(status, StagedChanges.lines(repo, call, status.staged()), cursor, call);
    }
}
