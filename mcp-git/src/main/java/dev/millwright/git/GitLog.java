package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.git.history.Histories;
import dev.millwright.git.history.History;
import dev.millwright.git.history.Log;
import dev.millwright.git.history.Names;
import dev.millwright.git.history.Stats;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Lists commits. */
final class GitLog implements Tool<GitLog.Input, GitLog.Output> {
    record Input(
            Optional<String> repo,

            @Doc(value = "Or a..b, a...b, ^a.", orElse = "[]")
            List<String> revs,

            @Doc(value = "From all refs.", orElse = "false") boolean all,
            @Doc(value = "", orElse = "[]") List<String> paths,

            @Doc(value = "One path through renames.", orElse = "false")
            boolean follow,

            @Doc("RE2.") Optional<String> author,
            @Doc("RE2, in messages.") Optional<String> grep,

            @Doc("ISO, or 2 weeks ago.") Optional<String> since,
            Optional<String> until,
            @Doc(value = "", orElse = "false") boolean firstParent,

            @Doc("Only them, or none.") Optional<Boolean> merges,

            @Doc(value = "Whole messages, addresses.", orElse = "false")
            boolean full,

            @Doc(value = "Lines by file, not for merges.", orElse = "false")
            boolean stat,

            @Doc(value = "", min = 1, max = 1000, orElse = "50")
            int limit,

            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(List<LoggedCommit> commits, Optional<String> cursor, String integrity) implements HasContent {
        @Override
        public List<Content> content() {
            StringBuilder text = new StringBuilder();
            commits.forEach(commit -> commit.writeTo(text));
            cursor.ifPresent(
                    next -> text.append("[there is more: cursor ").append(next).append("]\n"));
            return List.of(new Content.Text(text.toString()));
        }
    }

    static final ToolSpec<Input, Output> SPEC = reads("git_log", Input.class, Output.class)
            .description("List commits, newest first.")
            .scopes("git:read");

    /** Bytes of JSON around the commits. */
    private static final int FRAME = 600;

    private final Repositories repositories;
    private final Histories histories;
    private final Clock clock;

    GitLog(Repositories repositories, Histories histories, Clock clock) {
        this.repositories = repositories;
        this.histories = histories;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Log.Query query = new Log.Query(
                input.revs(),
                input.all(),
                input.paths(),
                input.follow(),
                input.author(),
                input.grep(),
                input.since(),
                input.until(),
                input.firstParent(),
                input.merges());
        String question = call.tenant().name() + input.repo().orElse("") + Json.write(query);
        int room = Math.max(1_000, call.budget() * 4 - FRAME);
        try (Repo repo = repositories.open(call, input.repo());
                History history = histories.of(repo);
                Stats stats = new Stats(history, call, input.follow() ? List.of() : query.paths())) {
            Log log = new Log(history, call, query, clock, input.cursor(), question);
            Names names = new Names(history);
            // Each is written twice: as JSON and in words.
            LogPage<LoggedCommit> page = LogPage.of(
                    log,
                    entry -> LoggedCommit.of(history, names, stats, entry, input),
                    input.limit(),
                    room / 2,
                    question);
            return new Output(page.commits(), page.cursor(), RepoText.INTEGRITY);
        }
    }
}
