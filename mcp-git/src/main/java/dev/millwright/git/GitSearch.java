package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.git.history.Grep;
import dev.millwright.git.history.Histories;
import dev.millwright.git.history.History;
import dev.millwright.git.history.Log;
import dev.millwright.git.history.Pickaxe;
import dev.millwright.git.history.TextPattern;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds content, changes of content, messages and paths. */
final class GitSearch implements Tool<GitSearch.Input, GitSearch.Output> {
    enum Kind {
        GREP,
        PICKAXE,
        MESSAGE,
        PATH
    }

    record Input(
            Optional<String> repo,
            String query,

            @Doc(
                    value =
                            "pickaxe: commits that changed how often it occurs; with regex, that have it in changed lines.",
                    orElse = "grep")
            Kind kind,

            @Doc("Or a range for commits; default: working tree, HEAD.")
            Optional<String> rev,

            @Doc(value = "RE2.", orElse = "false") boolean regex,
            @Doc(value = "", orElse = "false") boolean ignoreCase,
            @Doc(value = "", orElse = "[]") List<String> paths,

            @Doc(value = "", min = 1, max = 1000, orElse = "100")
            int limit,

            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(
            Optional<List<Grep.Hits>> files,
            Optional<List<String>> paths,
            Optional<List<FoundCommit>> commits,
            Optional<String> skipped,
            Optional<String> cursor,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = reads("git_search", Input.class, Output.class)
            .description("Find lines of tracked files, commits by change or message, or paths.")
            .scopes("git:read");

    private static final int FRAME = 600;

    private final Repositories repositories;
    private final Histories histories;
    private final Clock clock;

    GitSearch(Repositories repositories, Histories histories, Clock clock) {
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
        TextPattern pattern = TextPattern.of("query", input.query(), input.regex(), input.ignoreCase());
        List<String> paths = Log.paths(input.paths());
        String question = call.tenant().name()
                + Json.write(List.of(
                        input.repo().orElse(""),
                        input.kind(),
                        input.query(),
                        input.rev().orElse(""),
                        input.regex(),
                        input.ignoreCase(),
                        paths));
        int room = Math.max(1_000, call.budget() * 4 - FRAME);
        try (Repo repo = repositories.open(call, input.repo())) {
            return switch (input.kind()) {
                case GREP, PATH -> {
                    boolean only = input.kind() == Kind.PATH;
                    yield files(
                            only,
                            new Grep(repo, call, pattern, question)
                                    .run(input.rev(), paths, only, input.limit(), room, input.cursor()));
                }
                case PICKAXE -> {
                    try (Pickaxe pickaxe = new Pickaxe(repo, call, pattern, input.regex(), paths)) {
                        yield commits(repo, call, input, question, room, Optional.empty(), Optional.of(pickaxe));
                    }
                }
                case MESSAGE ->
                    commits(repo, call, input, question, room, Optional.of(pattern.expression()), Optional.empty());
            };
        }
    }

    private static Output files(boolean onlyPaths, Grep.Page page) {
        return new Output(
                onlyPaths ? Optional.empty() : Optional.of(page.hits()),
                onlyPaths
                        ? Optional.of(page.hits().stream().map(Grep.Hits::path).toList())
                        : Optional.empty(),
                Optional.empty(),
                page.skipped(),
                page.cursor(),
                RepoText.INTEGRITY);
    }

    private Output commits(
            Repo repo,
            Call call,
            Input input,
            String question,
            int room,
            Optional<String> message,
            Optional<Pickaxe> pickaxe) {
        Log.Query query = Log.Query.of(input.rev().stream().toList(), input.paths(), message);
        try (History history = histories.of(repo)) {
            Log log = new Log(history, call, query, pickaxe, clock, input.cursor(), question);
            LogPage<FoundCommit> page =
                    LogPage.of(log, entry -> FoundCommit.of(history, entry), input.limit(), room, question);
            return new Output(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(page.commits()),
                    Optional.empty(),
                    page.cursor(),
                    RepoText.INTEGRITY);
        }
    }
}
