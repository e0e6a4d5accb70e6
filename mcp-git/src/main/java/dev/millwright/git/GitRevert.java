package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.merge.Sequence;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Takes back what commits did, by new commits. */
final class GitRevert implements Tool<GitRevert.Input, PickAnswer> {
    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "start") PickTool.Action action,

            @Doc(value = "", orElse = "[]", max = 500) List<String> commits,

            @Doc(value = "Parent of a merge to compare with.", min = 1, max = 100)
            OptionalInt mainline,

            @Doc(value = "", orElse = "false") boolean noCommit) {}

    static final ToolSpec<Input, PickAnswer> SPEC = changes("git_revert", Input.class, PickAnswer.class)
            .description("Take commits back by new ones. At conflicts it stops.")
            .scopes("git:write");

    private final PickTool tool;

    GitRevert(Repositories repositories, Changes changes, Signing signing) {
        this.tool = new PickTool(repositories, changes, signing, SPEC.name());
    }

    @Override
    public ToolSpec<Input, PickAnswer> spec() {
        return SPEC;
    }

    @Override
    public PickAnswer call(Input input, Call call) throws Exception {
        return tool.run(
                call,
                input.repo(),
                input.action(),
                Sequence.Kind.REVERT,
                false,
                repo -> PickTool.onHead(
                        repo,
                        Sequence.Kind.REVERT,
                        Sequence.Action.REVERT,
                        input.commits(),
                        input.mainline().orElse(0),
                        input.noCommit()));
    }
}
