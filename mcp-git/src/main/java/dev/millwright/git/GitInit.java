package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.adds;

import dev.millwright.git.repo.NewRepository;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;

/** Makes an empty repository, and the folders above it that are missing. */
final class GitInit implements Tool<GitInit.Input, GitInit.Output> {
    record Input(
            String path,
            @Doc(value = "", orElse = "false") boolean bare,
            @Doc(value = "", orElse = "main") String initialBranch) {}

    record Output(String repo, String opId) {}

    static final ToolSpec<Input, Output> SPEC = adds("git_init", Input.class, Output.class)
            .description("Make an empty repository.")
            .scopes("git:write");

    private final Repositories repositories;
    private final Changes changes;

    GitInit(Repositories repositories, Changes changes) {
        this.changes = changes;
        this.repositories = repositories;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (NewRepository made = repositories.create(call, input.path(), input.bare(), input.initialBranch())) {
            Output output = changes.begin(call, made, SPEC.name(), change -> {
                return new Output(made.repo().shown(), change.opId());
            });
            made.keep();
            return output;
        }
    }
}
