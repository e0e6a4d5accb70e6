package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.Difference;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.Staging;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.git.work.WorkTree;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes changes of the working tree into the index. */
final class GitAdd implements Tool<GitAdd.Input, GitAdd.Output> {
    record FileHunks(
            String path,

            @Doc(value = "As git_diff numbers them.", min = 1)
            List<Integer> numbers) {}

    record Input(
            Optional<String> repo,

            @Doc(value = "Literal files and folders.", orElse = "[]")
            List<String> paths,

            @Doc(value = "Everything.", orElse = "false") boolean all,

            @Doc(value = "Only what is tracked.", orElse = "false")
            boolean update,

            @Doc(value = "Ignored files too.", orElse = "false")
            boolean force,

            @Doc(value = "", orElse = "[]") List<FileHunks> hunks) {}

    record Output(int staged, List<String> paths, Optional<Boolean> more, Optional<String> opId) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_add", Input.class, Output.class)
            .description("Stage files, deletions or single hunks; all or nothing.")
            .scopes("git:write")
            .idempotent();

    private static final int NAMED = 50;

    private final Repositories repositories;
    private final Changes changes;

    GitAdd(Repositories repositories, Changes changes) {
        this.repositories = repositories;
        this.changes = changes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        List<String> paths = WorkPaths.of("paths", input.paths());
        boolean whole = !paths.isEmpty() || input.all() || input.update();
        if (whole == !input.hunks().isEmpty() || input.all() && !paths.isEmpty()) {
            throw ToolException.invalidInput("give one of /paths, /all, /update and /hunks, or /paths with /update");
        }
        try (Repo repo = repositories.open(call, input.repo())) {
            WorkTree work = new WorkTree(repo);
            return changes.run(call, repo, SPEC.name(), change -> {
                List<String> staged = whole
                        ? work.stage(change, new Staging(paths, input.update(), input.force())).stream()
                                .map(Difference::path)
                                .toList()
                        : hunks(work, input.hunks(), made -> work.index(change, made));
                return new Output(
                        staged.size(),
                        staged.stream().limit(NAMED).map(RepoText::path).toList(),
                        staged.size() > NAMED ? Optional.of(true) : Optional.empty(),
                        staged.isEmpty() ? Optional.empty() : Optional.of(change.opId()));
            });
        }
    }

    @FunctionalInterface
    private interface Index {
        void take(List<PathChange> changes);
    }

    private static List<String> hunks(WorkTree work, List<FileHunks> wanted, Index index) throws Exception {
        List<String> paths =
                WorkPaths.of("hunks", wanted.stream().map(FileHunks::path).toList());
        if (paths.stream().distinct().count() < paths.size()) {
            throw ToolException.invalidInput("/hunks names a path twice; give all its numbers at once");
        }
        List<PathChange> made = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            made.add(new ChosenHunks(work).staged(paths.get(i), wanted.get(i).numbers()));
        }
        index.take(made);
        return paths;
    }
}
