package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.stash.Stashes;
import dev.millwright.git.stash.Stashes.Stash;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.PathChange;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts changes aside, and takes them up again. */
final class GitStash implements Tool<GitStash.Input, GitStash.Output> {
    enum Action {
        LIST,
        PUSH,
        SHOW,
        APPLY,
        POP,
        DROP
    }

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "list") Action action,

            @Doc(value = "0 is the newest.", min = 0, max = 100_000, orElse = "0")
            int stash,

            @Doc("Of push.") Optional<String> message,

            @Doc(value = "Push those too.", orElse = "false")
            boolean untracked,

            @Doc(value = "Push leaves what is staged.", orElse = "false")
            boolean keepIndex,

            @Doc(value = "Apply and pop stage what was staged.", orElse = "false")
            boolean index) {}

    record Output(List<String> stashes, Optional<List<String>> conflicts, Optional<String> opId, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_stash", Input.class, Output.class)
            .description("Put changes aside and take them up again. A pop with conflicts keeps the stash.")
            .scopes("git:write");

    private static final int FRAME = 400;
    private static final int SUBJECT = 200;

    private final Repositories repositories;
    private final Changes changes;
    private final Signing signing;

    GitStash(Repositories repositories, Changes changes, Signing signing) {
        this.repositories = repositories;
        this.changes = changes;
        this.signing = signing;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return switch (input.action()) {
            case LIST, SHOW -> Effect.READS;
            case PUSH, APPLY, POP, DROP -> Effect.CHANGES;
        };
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            Stashes stashes = new Stashes(repo, call, signing);
            return switch (input.action()) {
                case LIST -> lines(stashes.list().stream().map(GitStash::line).toList(), call);
                case SHOW -> lines(changed(stashes.changes(stashes.stash(input.stash()))), call);
                case PUSH, APPLY, POP, DROP ->
                    changes.run(call, repo, SPEC.name(), change -> change(input, stashes, change));
            };
        }
    }

    private static Output change(Input input, Stashes stashes, Change change) throws IOException {
        if (input.action() == Action.PUSH) {
            String title = stashes.push(change, input.message(), input.untracked(), input.keepIndex());
            return done(List.of("stash@{0} " + title), List.of(), change);
        }
        Stash stash = stashes.stash(input.stash());
        boolean drops = input.action() == Action.DROP;
        List<String> conflicts = drops ? List.of() : stashes.apply(change, stash, input.index());
        boolean goes = input.action() != Action.APPLY && conflicts.isEmpty();
        if (goes) {
            stashes.drop(change, stash);
        }
        String became = drops ? "dropped " : goes ? "applied and dropped " : "applied and kept ";
        return done(List.of(became + line(stash)), conflicts, change);
    }

    private static Output done(List<String> lines, List<String> conflicts, Change change) {
        return new Output(
                lines.stream().map(RepoText::plain).toList(),
                conflicts.isEmpty()
                        ? Optional.empty()
                        : Optional.of(conflicts.stream().map(RepoText::path).toList()),
                Optional.of(change.opId()),
                RepoText.INTEGRITY);
    }

    private static String line(Stash stash) {
        Instant made = Instant.ofEpochSecond(stash.time()).truncatedTo(ChronoUnit.SECONDS);
        return "stash@{%d} %s %s".formatted(stash.number(), made, RepoText.line(stash.message(), SUBJECT));
    }

    private static List<String> changed(List<PathChange> changes) {
        return changes.stream()
                .map(each -> (each instanceof PathChange.Remove ? "D " : "M ") + RepoText.path(each.path()))
                .toList();
    }

    /** As many as the answer holds; how many more there are is said. */
    private static Output lines(List<String> all, Call call) {
        List<String> some = new ArrayList<>();
        int room = call.budget() * 4 - FRAME;
        for (String line : all) {
            room -= line.length() * 3 + 4;
            if (room < 0) {
                some.add("and " + (all.size() - some.size()) + " more; git_diff of stash@{N}^1 and stash@{N} by path");
                break;
            }
            some.add(line);
        }
        return new Output(some, Optional.empty(), Optional.empty(), RepoText.INTEGRITY);
    }
}
