package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.history.Histories;
import dev.millwright.git.history.Maintenance;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Keeps a repository quick, small and sound. */
final class GitMaintain implements Tool<GitMaintain.Input, GitMaintain.Output> {
    enum Action {
        GC,
        COMMIT_GRAPH,
        PRUNE,
        FSCK
    }

    record Input(
            Optional<String> repo,
            Action action,

            @Doc(value = "Prune only older.", min = 0, max = 3650, orElse = "14")
            int days) {}

    record Output(
            Maintenance.Figures before,
            Maintenance.Figures after,
            Optional<List<String>> problems,
            Optional<String> opId) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_maintain", Input.class, Output.class)
            .description(
                    "Pack objects, write the commit-graph (quicker logs), remove unreachable objects, or check all.")
            .scopes("git:write")
            .mayDestroy()
            .deadline(Duration.ofMinutes(10));

    private final Repositories repositories;
    private final Changes changes;
    private final Histories histories;

    GitMaintain(Repositories repositories, Changes changes, Histories histories) {
        this.repositories = repositories;
        this.changes = changes;
        this.histories = histories;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return switch (input.action()) {
            case GC, COMMIT_GRAPH -> Effect.CHANGES;
            case PRUNE -> Effect.DESTROYS;
            case FSCK -> Effect.READS;
        };
    }

    @Override
    public String confirmation(Input input) {
        return "Remove for good all objects that nothing refers to and that are older than " + input.days() + " days?";
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            Maintenance maintenance = histories.maintenance(repo, call);
            Maintenance.Figures before = maintenance.figures();
            if (input.action() == Action.FSCK) {
                return new Output(before, before, Optional.of(maintenance.check()), Optional.empty());
            }
            return changes.run(call, repo, SPEC.name(), change -> {
                switch (input.action()) {
                    case GC -> {
                        maintenance.repack();
                        change.cannotUndo("objects were packed anew");
                    }
                    case COMMIT_GRAPH -> {
                        maintenance.writeGraph();
                        change.cannotUndo("the commit-graph was written");
                    }
                    case PRUNE -> {
                        maintenance.prune(Duration.ofDays(input.days()));
                        change.cannotUndo("unreachable objects were removed");
                    }
                    case FSCK -> {}
                }
                return new Output(before, maintenance.figures(), Optional.empty(), Optional.of(change.opId()));
            });
        }
    }
}
